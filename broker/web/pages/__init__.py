"""The pages, one part of the work a file: what each asks of a use case, and which template answers."""
