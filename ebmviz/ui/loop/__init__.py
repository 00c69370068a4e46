"""The event loop of the window, and how work is put into it. It may import Qt alone."""
