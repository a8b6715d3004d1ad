"""Agreements published, signed party by party, due, ended; the keys and authorisations they are signed by."""
