"""A claim, and what its body says of one table."""
