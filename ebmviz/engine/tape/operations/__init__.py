"""What the machine does for each operation of ATen, a file for each family of them:
may import the builder alone.
"""
