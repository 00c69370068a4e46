"""What a GPU gives, and whether it is right: python -m tests.benchmarks.gpu [--json FILE].

Every row is measured in this run; a peer that is not there is told so.
"""
