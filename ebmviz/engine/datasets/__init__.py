"""Data sets: one file each. A data set turns its parameters and a seed into rows (N, D)."""
