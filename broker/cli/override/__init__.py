"""`broker override`: emergency access, asked for and approved by two people, open for minutes, reviewed
afterwards."""

from broker.cli.override.group import register

__all__ = ["register"]
