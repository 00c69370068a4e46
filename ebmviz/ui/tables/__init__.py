"""What the columns of a table are, asked before it is used: may import controls and look."""
