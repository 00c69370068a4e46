"""A scene times values of any path, of a lab or a sweep: may import the rest of core."""
