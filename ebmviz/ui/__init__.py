"""The window: Qt, no mathematics, no torch."""
