"""What figures and the window say of a scene, in words: may import base and core."""
