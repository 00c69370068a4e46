"""What data sets share: may import core."""
