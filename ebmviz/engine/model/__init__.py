"""A scene made into a model that trains and is measured:
may import all of the engine but the server.
"""
