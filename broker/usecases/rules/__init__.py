"""The standing rules on their way into force, and those that are."""
