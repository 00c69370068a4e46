"""Lanes of a lab, in groups that step together or alone: may import training and what it may."""
