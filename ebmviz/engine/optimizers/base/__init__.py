"""What optimisers share: may import core."""
