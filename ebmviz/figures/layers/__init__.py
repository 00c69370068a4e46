"""What several figures lay over a map: may import words, base and core."""
