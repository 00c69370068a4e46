"""Samplers, one file each, pairs of pure functions `init` and `step`: may import base and core."""
