"""The walk over a grid's tiles as machine code, written in LLVM's language for any processor: may
import each other, and `engine.llvm`.
"""
