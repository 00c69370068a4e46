"""Models whose state is known, and the word that a professor would give each."""
