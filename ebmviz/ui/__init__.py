"""The window, without mathematics: may import core, files, figures, export and Qt, never torch.

An error in what Qt calls never ends it.
"""

from ebmviz.ui import guard

guard.install()
