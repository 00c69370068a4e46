"""A lesson as pages, to be printed and for a browser: may import core, files, figures, export and
engine.
"""
