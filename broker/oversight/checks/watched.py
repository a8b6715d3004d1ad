"""Somebody looked at a person on the watched list: somebody whose records draw curiosity."""

from __future__ import annotations

from collections.abc import Iterator

from broker.oversight.finding import CheckFinding, about_one
from broker.oversight.known import Known
from broker.oversight.log import Log


def check(log: Log, known: Known) -> Iterator[CheckFinding]:
    """The list is kept as pseudonyms of the log, so nobody is looked up to compare."""
    for logged in log.looks():
        met = known.watched.intersection(logged.entry.about)
        if met:
            yield about_one(logged, *met)
