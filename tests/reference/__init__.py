"""The reference evaluator: Part 1 of the product document, read apart from the engine, to compare the two."""
