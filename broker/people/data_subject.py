"""A person the data is about: birth, death, capacity, competence and protection markers.

Holds no name and no identifier: identity lives in the vault, the decision works on opaque ids.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from broker.dates import Interval, london_day


class ProtectionMarker(StrEnum):
    """Markers that protect somebody: `protected` removes them from every answer, `address-protected` withholds
    where they live, `unsafe-to-approach` is never pointed to as somebody to ask."""

    PROTECTED = "protected"
    ADDRESS_PROTECTED = "address-protected"
    UNSAFE_TO_APPROACH = "unsafe-to-approach"


@dataclass(frozen=True, slots=True)
class Competence:
    """An assessment that a child is competent to decide (Gillick), for these categories (None: all) while the
    interval lasts."""

    interval: Interval
    categories: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class DataSubject:
    """`born` None is unknown; `born` in the future is an unborn child."""

    id: str
    born: date | None
    died_on: date | None = None
    lacks_capacity_from: datetime | None = None
    competences: tuple[Competence, ...] = ()
    markers: frozenset[ProtectionMarker] = frozenset()

    def has_died(self, at: datetime) -> bool:
        """Whether the day they died has begun."""
        return self.died_on is not None and self.died_on <= london_day(at)

    def lacks_capacity(self, at: datetime) -> bool:
        """Whether they are known to lack capacity at `at`."""
        return self.lacks_capacity_from is not None and self.lacks_capacity_from <= at

    def is_competent(self, category: str, at: datetime) -> bool:
        """Whether a competence assessment for the category stands at `at`."""
        return any(
            competence.interval.covers(at) and (competence.categories is None or category in competence.categories)
            for competence in self.competences
        )
