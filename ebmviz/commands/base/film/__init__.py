"""A film: what is seen when, measured by the engine, drawn beside it, written frame by frame:
may import what commands may, but for Qt and the window.
"""
