"""Regularisers, what keeps walls from growing without bound: may import core."""
