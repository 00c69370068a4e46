"""What energies share: may import theory and landscape."""
