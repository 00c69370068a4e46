"""Samplers: one file each. A sampler is a pair of pure functions, `init` and `step`."""
