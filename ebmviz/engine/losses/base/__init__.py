"""What losses share: may import energies and samplers, theory and landscape."""
