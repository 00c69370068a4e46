"""A scene as a program of its own, to be read: may import core and the engine."""
