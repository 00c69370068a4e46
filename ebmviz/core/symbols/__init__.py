"""Symbols and words of the field, wherever they are written: may import core alone."""
