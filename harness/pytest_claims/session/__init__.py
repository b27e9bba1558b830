"""A run under pytest: its options, its subjects, and what it keeps and writes."""
