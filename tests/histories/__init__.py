"""Withdrawals and releases done at once by several workers, and a checker of what came of it."""
