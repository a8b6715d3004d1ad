"""What the broker does, one verb a file: guard, gather facts, ask the core, persist with the audit entry.

Each module has one public function that takes a `World`, who is acting and typed arguments, and returns a typed
result. One call is one transaction; what it returns left the database only after the commit.
"""
