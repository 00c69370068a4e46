"""Hands on the picture: tools at the map by which data are painted, moved, taken out and put in:
may import the plots, the session, the controls and the look.
"""
