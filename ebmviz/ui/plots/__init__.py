"""A Plot on the screen and what is drawn of it:
may import controls and look, core and figures' values.
"""
