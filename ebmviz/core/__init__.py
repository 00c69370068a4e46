"""The language both processes speak, values only: may import nothing else, nor Qt nor torch."""
