"""Instructions of a tape as functions of machine code: may import llvm alone."""
