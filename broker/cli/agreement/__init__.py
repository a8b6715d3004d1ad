"""`broker agreement`: writes, publishes and signs agreements and says how they stand; adopts standing rules."""

from broker.cli.agreement.group import register

__all__ = ["register"]
