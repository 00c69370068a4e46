"""The instructions of each operation of ATen, a file for each family of them:
may import the builder alone.
"""
