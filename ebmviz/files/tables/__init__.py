"""Tables of own data, as they come from programs and hands: may import files and core."""
