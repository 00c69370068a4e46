"""What a figure is: may import core."""
