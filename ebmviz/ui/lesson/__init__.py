"""Stops in the window: how they are taken, ordered, gone to and kept as text: may import views and
all below them, core and files.
"""
