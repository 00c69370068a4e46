"""Closed forms and pure mathematics, without models: may import landscape."""
