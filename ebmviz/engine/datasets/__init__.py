"""Data sets, one file each: may import base and core.

A data set turns its parameters and a seed into rows (N, D).
"""
