"""How a scene is made of what was given, older forms and facts: may import the rest of core."""
