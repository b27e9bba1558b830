"""Verdicts: from answers to a record, and what is known of earlier ones."""
