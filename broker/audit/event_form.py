"""What the log's entry of one event must look like: how it may end, and the kind of each detail.

Decides the kinds of detail there are, and no event's own form: those are the register's (`broker.audit.events`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum, unique
from types import MappingProxyType


@unique
class Outcome(StrEnum):
    """How the act ended: `done` for acts that decide nothing, else what was decided."""

    DONE = "done"
    PERMITTED = "permitted"
    REFUSED = "refused"


@unique
class Kind(StrEnum):
    """What one detail holds. There is no kind for free text: words about people belong in the erasable part."""

    CODE = "code"
    CODES = "codes"
    ID = "id"
    IDS = "ids"
    COUNT = "count"
    FLAG = "flag"
    INSTANT = "instant"
    DIGEST = "digest"
    GROUNDS = "grounds"


@dataclass(frozen=True, slots=True)
class EventForm:
    """What an entry of one event must look like.

    `needed` and `may_have` map detail names to kinds; anything else is refused. `names_rules` says that the
    digests of the agreements table and of the policies must be there.
    """

    outcomes: frozenset[Outcome]
    needed: Mapping[str, Kind]
    may_have: Mapping[str, Kind]
    names_rules: bool = False


def form_of(
    *outcomes: Outcome,
    needed: Mapping[str, Kind] | None = None,
    may_have: Mapping[str, Kind] | None = None,
    names_rules: bool = False,
) -> EventForm:
    """The form of an event that ends in one of these ways (none: `done`)."""
    return EventForm(
        frozenset(outcomes or (Outcome.DONE,)),
        MappingProxyType(dict(needed or {})),
        MappingProxyType(dict(may_have or {})),
        names_rules,
    )
