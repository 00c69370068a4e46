"""The scene, the document and the engine behind the window:
may import controls and look, core and files.
"""
