"""A person's own files: which they are, for whom, and how they are loaded, also when they are saved
again. Engine and window each load their own in the same way: may import the rest of core.
"""
