"""Energies: one file each."""
