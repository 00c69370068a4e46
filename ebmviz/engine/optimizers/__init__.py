"""Optimisers, one file each, pairs of pure functions `init`, `update`: may import base and core."""
