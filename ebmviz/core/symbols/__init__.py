"""Symbols of mathematics, wherever they are written: may import core alone."""
