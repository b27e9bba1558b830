"""The proposal: from a file that nobody has declared yet, a declaration with reasons, and a first claim that runs."""
