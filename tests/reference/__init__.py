"""The reference evaluator: Part 1 of the product document, read independently of the engine and compared with it.
"""
