"""The words of the program in other languages; what the code says is English. It may import the
errors and files of the core.
"""
