"""Energies, one file each: may import base, theory, landscape and core."""
