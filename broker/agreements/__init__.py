"""Data-sharing agreements and duties as documents: read, checked, and compiled into the terms a decision tests."""
