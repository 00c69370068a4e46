"""Files that lose nothing and trust nothing: may import core."""
