"""Data sets: one file each. A data set turns its parameters and a seed into points (N, 2)."""
