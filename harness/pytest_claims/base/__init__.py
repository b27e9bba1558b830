"""What every floor stands on: errors, text, files, and what a schema is. Knows nothing about claims."""
