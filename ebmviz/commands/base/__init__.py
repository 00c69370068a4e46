"""What commands share: may import all, where it is needed."""
