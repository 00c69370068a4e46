"""Hostile files, as a program: whatever a file, a link or a hand brings, it is taken or refused."""
