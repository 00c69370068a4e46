"""The mathematics: torch, and nothing of Qt."""
