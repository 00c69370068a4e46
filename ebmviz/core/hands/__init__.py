"""What a hand does to data: points painted, erased, moved, taken out and put in, as pure functions
of values: may import the rest of core.
"""
