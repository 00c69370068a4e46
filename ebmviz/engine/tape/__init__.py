"""A function of tensors, recorded once and run again without Python: may import llvm alone."""
