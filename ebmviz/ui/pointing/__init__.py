"""What is pointed at, and the parts of a window that light up for it: may import look and core."""
