"""The court: judges claims over measurements. Imports no torch and touches no network."""
