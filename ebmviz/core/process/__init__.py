"""What every process of the program does with its log, its parent and its plug-ins:
may import core.
"""
