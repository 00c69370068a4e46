"""Stops and lessons, as values and as text that is read and written by hand: may import core."""
