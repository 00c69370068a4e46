"""Formulas as drawings, those of our own texts made ahead: may import core alone."""
