"""A figure as a file, PNG, SVG or PDF, with the session it came from inside: may import core and
files.
"""
