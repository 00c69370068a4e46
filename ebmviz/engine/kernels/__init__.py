"""Loops that torch cannot fuse, compiled for this processor by numba.

Import through `ebmviz.engine.native`: numba takes most of a second to load.
"""
