"""Statistics that note what they found. Each checks its input and is undecided where it is not defined."""
