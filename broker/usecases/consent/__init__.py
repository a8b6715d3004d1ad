"""Consents recorded and withdrawn, what a refusal asks for, and whether the family knows."""
