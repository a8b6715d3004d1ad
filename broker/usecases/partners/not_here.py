"""That there is nothing at an address for whoever asks: one answer for what was never there and what is not
theirs."""

from __future__ import annotations

from broker.errors import NotAllowed
from broker.usecases.acting import AlertingRefusal


class NotHere(NotAllowed):
    """There is nothing here for whoever asks. It is logged like any other refusal."""


class HiddenHere(NotHere, AlertingRefusal):
    """The same to whoever asks, and somebody is told silently."""
