"""What the window shows in its places: may import panel, plots, session, controls and look."""
