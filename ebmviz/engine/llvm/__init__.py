"""Functions that are written in LLVM's language here, and made into machine code of this processor
when they are first needed: may import core alone.
"""
