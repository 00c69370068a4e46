"""The mathematics: may import core, files and torch, and nothing of Qt."""
