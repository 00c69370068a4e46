"""Formulas in a line of text: may import pointing, look and core."""
