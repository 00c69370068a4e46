"""Losses, one file each: may import base, energies and samplers, theory, landscape and core."""
