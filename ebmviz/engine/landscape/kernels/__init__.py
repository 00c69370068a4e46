"""Loops that torch cannot fuse, compiled for this processor by numba: may import each other alone.

Import through `ebmviz.engine.landscape.kernels.loader`: numba takes most of a second to load.
"""
