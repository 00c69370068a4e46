"""A lesson as one HTML page that asks nobody for anything: may import core, figures, export and
handout.
"""
