"""What a film can be, for the window and the command alike: its format, shape and pace, and what
moves in it: may import core.
"""
