"""Documents: strict YAML (and JSON) with the line of everything, shapes to read them by, and their schemas."""
