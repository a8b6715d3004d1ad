"""What can go wrong with keys. No message carries a key, a sealed value or a person's id."""

from __future__ import annotations

from broker.errors import CallWrong, SystemFailed


class KeysMissing(CallWrong):
    """There is no key file where the settings say; `broker migrate` makes one for a new data folder."""


class KeyFileRefused(SystemFailed):
    """The key file can be read by others, is no plain file, or does not hold what it should."""


class SealBroken(SystemFailed):
    """A sealed value does not open: it was changed, moved to another row, or sealed under another key."""
