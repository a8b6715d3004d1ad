"""The audit log: what happened, in an order that nobody can quietly edit.

Everything here is pure building blocks; the database side keeps them in `broker.store`. One file per noun:
events (the closed register), entry (one event written down), commitment (the erasable part), tree and frontier
(RFC 9162), note and checkpoint (C2SP), sequencing, receipt, tiles and export. `verify` checks an export and
shares no code with any of them. Nothing is imported here, so that loading the verifier loads no writer.
"""
