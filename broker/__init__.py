"""A consent-based information-sharing broker for local public services in England."""

__version__ = "0.1.0"
