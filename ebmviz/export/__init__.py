"""A figure as a file, PNG, SVG or PDF with the session it came from inside, or its numbers as CSV
or NPZ: may import core and files.
"""
