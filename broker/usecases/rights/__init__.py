"""People's rights over their data, and what went wrong with it."""
