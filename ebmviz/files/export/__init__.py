"""A session inside a picture, and out again: may import files and core."""
