"""Chains while they run, and the truth that they are held against:
may import training and below.
"""
