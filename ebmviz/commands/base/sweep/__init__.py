"""A grid of runs, in processes and kept in a folder: may import all but the window."""
