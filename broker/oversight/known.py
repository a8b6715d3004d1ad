"""What access checks know beside the log: the staff, and as much of the people looked at as a check compares.

Decides nothing. People stand under their pseudonyms in the log; protected people are left out by whoever gathers
this, so that no finding can tell that they are known.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from broker.casework import Staff
from broker.dates import Interval


@dataclass(frozen=True, slots=True, repr=False)
class Whereabouts:
    """A name and where somebody lives, in a form to be compared; what is not known is empty. Printing it shows
    nothing."""

    family_name: str = ""
    postcode: str = ""
    address: str = ""

    def __repr__(self) -> str:
        return "Whereabouts(…)"


@dataclass(frozen=True, slots=True, repr=False)
class LookedAt:
    """Somebody looked at. `numbers` are NHS numbers without their check digit, `areas` those of the organisations
    that know them, `cases` when a case about them is open. Printing it shows nothing."""

    person_id: str
    whereabouts: Whereabouts = Whereabouts()
    numbers: tuple[int, ...] = ()
    died_on: date | None = None
    areas: frozenset[str] = frozenset()
    cases: tuple[Interval, ...] = ()

    def __repr__(self) -> str:
        return "LookedAt(…)"


@dataclass(frozen=True, slots=True)
class Colleague:
    """A member of staff as the checks see them: who they are and declared links, by pseudonyms of the log."""

    staff: Staff
    enrolled_at: datetime
    person: str | None = None
    links: frozenset[str] = frozenset()
    whereabouts: Whereabouts = Whereabouts()


@dataclass(frozen=True, slots=True)
class Known:
    """`staff` by staff id, `people` and `watched` by pseudonym, `areas` of organisations by their code."""

    staff: Mapping[str, Colleague] = field(default_factory=dict)
    people: Mapping[str, LookedAt] = field(default_factory=dict)
    watched: frozenset[str] = frozenset()
    areas: Mapping[str, str] = field(default_factory=dict)
