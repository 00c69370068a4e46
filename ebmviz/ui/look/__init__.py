"""Theme, fonts, colours and the style sheet: may import core."""
