"""Disclosures that no agreement covers, on the Commissioner's form."""
