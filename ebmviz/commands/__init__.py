"""The command line: one file a command, each with `configure(parser)` and `run(args)`.

Only the chosen command's file is imported, and heavy libraries only inside `run`.
"""
