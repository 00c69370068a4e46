"""A lesson as a PDF, a page for each stop: may import core, export and handout."""
