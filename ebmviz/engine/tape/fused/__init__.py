"""Elementwise instructions of a tape as machine code of their own, made by LLVM: may import
landscape alone.
"""
