"""Shapes of maps and ways down on them: may import components, theory and landscape."""
