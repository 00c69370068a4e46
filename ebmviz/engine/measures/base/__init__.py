"""What measures share: may import sampling and below."""
