"""Databases as they were at each landed revision, with people in them, and what was read from them then."""
