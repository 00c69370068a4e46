"""What every experiment is: may import analysis, theory and core."""
