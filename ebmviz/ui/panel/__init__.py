"""The model panel, made from the catalogue: may import session, controls and look."""
