"""What a run writes for people: terminal table, Markdown, figures. Reads records only."""
