"""The command line: one file a command, found by its name; each may import all, where it is needed.

It has `configure(parser)` and `run(args)`, SUMMARY and ORDER for the list of them in --help, and a
docstring that its own --help begins with. Heavy libraries are imported inside `run` alone.
"""
