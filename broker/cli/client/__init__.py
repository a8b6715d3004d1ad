"""`broker client`: what a partner's system asks of a broker elsewhere, over the signed interface."""

from broker.cli.client.group import register

__all__ = ["register"]
