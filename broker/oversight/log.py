"""The audit log as access checks read it: what is new, what went before, and which entries are looks at people.

Decides only what counts as a look: a profile released or refused, and a search. A check never opens anything: it
has entries, which name people by pseudonyms, and what is known beside them (`broker.oversight.known`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from broker.audit.entry import AuditEntry
from broker.audit.events import Event

HORIZON: Final = timedelta(days=90)
"""How far back the checks look for what is usual."""

LOOKS: Final = frozenset({Event.PROFILE_RELEASED, Event.PROFILE_REFUSED, Event.PERSON_SEARCHED})
"""Events by which somebody looks, or tries to, at people."""


@dataclass(frozen=True, slots=True)
class Logged:
    """An entry and its index in the log."""

    index: int
    entry: AuditEntry


@dataclass(frozen=True, slots=True)
class Log:
    """`recent` is what no check has seen, `before` what went before it within the horizon; both in the log's
    order."""

    recent: tuple[Logged, ...]
    before: tuple[Logged, ...] = ()

    def whole(self) -> tuple[Logged, ...]:
        """Everything, in order."""
        return (*self.before, *self.recent)

    def looks(self) -> Iterator[Logged]:
        """The recent looks at people."""
        return looks_in(self.recent)


def looks_in(logged: Iterable[Logged]) -> Iterator[Logged]:
    """Those of these entries that are looks at people."""
    return (one for one in logged if one.entry.event in LOOKS)
