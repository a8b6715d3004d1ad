"""Consent as a list of dated events, never a boolean: the record, who had standing, and its effect now."""
