"""What an access check found: something to ask about, never a verdict."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from broker.oversight.known import Known
from broker.oversight.log import Log, Logged


@dataclass(frozen=True, slots=True)
class CheckFinding:
    """`by` did something worth asking about, at `organisation`; `second` is who else it concerns. `entries` are
    indexes in the log, `about` pseudonyms. Neither `by` nor `second` gets to see it."""

    by: str
    organisation: str
    entries: tuple[int, ...]
    about: tuple[str, ...] = ()
    second: str | None = None


Check = Callable[[Log, Known], Iterator[CheckFinding]]


def about_one(logged: Logged, *about: str) -> CheckFinding:
    """A finding about one entry, and those it names."""
    entry = logged.entry
    return CheckFinding(entry.actor, entry.organisation, (logged.index,), tuple(sorted(about)))
