"""An agreement and the duties as they are written, with the line of every clause.

Holds what people agreed, dates and papers included; what a decision needs of it is made by `compile`. Format:
docs/formats.md ("An agreement", "The duties").
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

from broker.dates import Period, shift, start_of_day
from broker.decision.terms import Grant, Prohibition

NO_PERIOD: Final = Period()


@dataclass(frozen=True, slots=True)
class Validity:
    """From when to when an agreement holds. `review_by` is the day it should be reviewed by; `grace` later it
    lapses. None: open, never reviewed, no grace."""

    from_at: datetime
    until_at: datetime | None = None
    review_by: date | None = None
    grace: Period = NO_PERIOD

    @property
    def lapses_at(self) -> datetime | None:
        """The start of the day `review_by + grace`, on and after which nothing flows; None when never reviewed."""
        return None if self.review_by is None else start_of_day(shift(self.review_by, self.grace))


@dataclass(frozen=True, slots=True)
class SupportingDocuments:
    """References of the papers an agreement rests on."""

    dpia: str | None = None
    appropriate_policy_document: str | None = None
    privacy_notice: str | None = None


@dataclass(frozen=True, slots=True)
class Clauses:
    """The numbered clauses of a document. `lines` maps a clause's number to the lines of its keys; the key `` is
    the clause itself."""

    grants: tuple[Grant, ...]
    prohibitions: tuple[Prohibition, ...]
    documents: SupportingDocuments
    file: str
    lines: Mapping[str, Mapping[str, int]] = field(default_factory=dict)

    def where(self, clause: str, key: str = "") -> str:
        """`file:line` of a clause, or of one of its keys where that is written."""
        lines = self.lines.get(clause, {})
        return f"{self.file}:{lines.get(key, lines.get('', 1))}"


@dataclass(frozen=True, slots=True)
class Agreement:
    """One version of an agreement. `parties` in the order written, without repeats."""

    reference: str
    version: int
    title: str
    classification: str
    owner: str
    parties: tuple[str, ...]
    in_force: Validity
    clauses: Clauses
    line: int = 1
    in_force_line: int = 1

    @property
    def name(self) -> str:
        """As answers cite it: `family-support@2`."""
        return f"{self.reference}@{self.version}"


@dataclass(frozen=True, slots=True)
class Duties:
    """What the law gives and forbids without any agreement; every clause may have dates of its own."""

    reference: str
    version: int
    clauses: Clauses
