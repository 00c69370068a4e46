"""What samplers share: may import theory and landscape."""
