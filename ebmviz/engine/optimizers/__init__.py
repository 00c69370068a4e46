"""Optimisers: one file each, pairs of pure functions `init` and `update`."""
