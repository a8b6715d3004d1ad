"""The database: tables, the one unit of work that commits, and one file per area.

Readers take a `View`, mutators an `Act` and the audit entry of what is done. Nothing is imported here; see
docs/storage.md for the shape.
"""
