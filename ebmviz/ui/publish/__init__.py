"""Figures out of the window, drawn by processes beside it:
may import views and everything below.
"""
