"""A figure as a file: PNG, SVG and PDF, with the session it came from inside."""
