"""The life of a version: begun, superseded, lapsed, ended; and what is due, so that nothing lapses by surprise.

Decides words and dates for people only; whether something is in force is the decision's to say (`decision.table`,
which counts the highest version that has begun and not ended, signed or not). Takes the instant from its caller.
From docs/rules.md, step 5, and docs/formats.md ("An agreement").
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from broker.agreements.compile import Signatures
from broker.agreements.document import Agreement
from broker.dates import Period, london_day, shift, start_of_day, uk_date

ONLY_ONE: Final = "only the highest version that has begun and not ended counts, signed or not"
"""Step 5 of the rules of a decision, as it is told wherever a version replaces another."""


@dataclass(frozen=True, slots=True)
class Version:
    """A published version with its signatures; `ended_at` is when it was ended before its time."""

    agreement: Agreement
    published_at: datetime
    signatures: Signatures
    ended_at: datetime | None = None

    @property
    def number(self) -> int:
        """Of the agreement's versions."""
        return self.agreement.version

    @property
    def over_at(self) -> datetime | None:
        """The first instant after its end, early or not; None when it is open."""
        ends = [at for at in (self.agreement.in_force.until_at, self.ended_at) if at is not None]
        return min(ends, default=None)

    def has_begun(self, at: datetime) -> bool:
        """Whether its first day has come."""
        return self.agreement.in_force.from_at <= at

    def is_over(self, at: datetime) -> bool:
        """Whether it has ended, early or not."""
        return self.over_at is not None and self.over_at <= at

    def unsigned(self, at: datetime) -> tuple[str, ...]:
        """The parties whose signature does not stand, in the document's order."""
        return tuple(
            party
            for party in self.agreement.parties
            if not any(interval.covers(at) for interval in self.signatures.get(party, ()))
        )


@dataclass(frozen=True, slots=True)
class Superseded:
    """By which version, and since when."""

    by: int
    since: datetime


def counting(versions: Sequence[Version], at: datetime) -> Version:
    """Of the versions of one agreement the one that counts at an instant."""
    current = [one for one in versions if one.has_begun(at) and not one.is_over(at)]
    return max(current or versions, key=lambda one: one.number)


def superseded(version: Version, versions: Sequence[Version], at: datetime) -> Superseded | None:
    """What counts in its place, where that is a later version; a version counts from its first day, and not before
    it was published."""
    other = counting(versions, at)
    if other.number <= version.number:
        return None
    return Superseded(other.number, max(other.agreement.in_force.from_at, other.published_at))


def state_in_words(version: Version, versions: Sequence[Version], at: datetime) -> str:
    """One sentence: is it alive, until when, or what has taken its place."""
    validity = version.agreement.in_force
    replaced = superseded(version, versions, at)
    if version.ended_at is not None and version.is_over(at):
        return f"Ended early, on {_day(version.ended_at)}."
    if version.over_at is not None and version.is_over(at):
        return f"Ended on {_day(version.over_at)}."
    if replaced is not None:
        return f"Superseded by @{replaced.by} since {_day(replaced.since)}: {ONLY_ONE}."
    if not version.has_begun(at):
        return f"Not yet in force: begins on {_day(validity.from_at)}."
    if validity.lapses_at is not None and validity.lapses_at <= at:
        return f"Lapsed on {_day(validity.lapses_at)}, because it was not reviewed."
    if validity.review_by is None:
        return "In force."
    if start_of_day(validity.review_by) <= at and validity.lapses_at is not None:
        return f"In force, but its review is overdue; it lapses on {_day(validity.lapses_at)}."
    return f"In force. Review by {uk_date(validity.review_by)}."


def signed_in_words(version: Version, at: datetime) -> str:
    """One sentence: how many have signed, and who has not."""
    total, missing = len(version.agreement.parties), version.unsigned(at)
    if not missing:
        return f"All {total} have signed."
    return f"{len(missing)} of {total} have not signed: {', '.join(missing)}."


class DueKind(StrEnum):
    """What can be due."""

    BEGINS = "begins"
    SIGNATURES = "signatures"
    REVIEW = "review"
    LAPSES = "lapses"
    ENDS = "ends"
    TERMS = "terms"
    KEY = "key"
    AUTHORISATION = "authorisation"


@dataclass(frozen=True, slots=True)
class Due:
    """One line of the work list: of which agreement (or key, or authorisation), on which day, and what."""

    on: date
    kind: DueKind
    what: str
    says: str


def due_of(versions: Sequence[Version], at: datetime, days: int) -> tuple[Due, ...]:
    """What is due of one agreement within so many days from the instant, or overdue: of the version that counts,
    and of those still to begin."""
    counts = counting(versions, at)
    alive = [one for one in versions if one is counts or (not one.has_begun(at) and not one.is_over(at))]
    latest = shift(london_day(at), Period(days=days))
    found = [due for version in alive for due in _due(version, versions, at)]
    return tuple(sorted((due for due in found if due.on <= latest), key=_order))


def in_order(found: Iterable[Due]) -> tuple[Due, ...]:
    """By day, then by what it is about."""
    return tuple(sorted(found, key=_order))


def _order(due: Due) -> tuple[date, str, str]:
    return due.on, due.what, due.kind.value


def _due(version: Version, versions: Sequence[Version], at: datetime) -> Iterator[Due]:
    name, validity = version.agreement.name, version.agreement.in_force
    begins, today = london_day(validity.from_at), london_day(at)
    missing = signed_in_words(version, at) if version.unsigned(at) else ""
    if version.is_over(at):
        if version.over_at is not None:
            yield Due(london_day(version.over_at), DueKind.ENDS, name, "has ended, and nothing replaces it")
        return
    if not version.has_begun(at):
        others = [one for one in versions if one.number < version.number and not one.is_over(validity.from_at)]
        takes_over = f", and from then on {ONLY_ONE}" if others else ""
        yield Due(begins, DueKind.BEGINS, name, f"begins{takes_over}. {missing}".strip())
    elif missing:
        yield Due(max(begins, today), DueKind.SIGNATURES, name, missing)
    if validity.lapses_at is not None and validity.review_by is not None:
        lapses = london_day(validity.lapses_at)
        if validity.lapses_at <= at:
            yield Due(lapses, DueKind.LAPSES, name, "has lapsed: nothing flows under it")
        else:
            overdue = start_of_day(validity.review_by) <= at
            says = "was to be reviewed" if overdue else "is to be reviewed"
            yield Due(validity.review_by, DueKind.REVIEW, name, f"{says}; it lapses on {uk_date(lapses)}")
            yield Due(lapses, DueKind.LAPSES, name, "lapses, unless it is reviewed: then nothing flows under it")
    if version.over_at is not None:
        yield Due(london_day(version.over_at), DueKind.ENDS, name, _end(version, versions))


def _end(version: Version, versions: Sequence[Version]) -> str:
    later = [one for one in versions if one.number > version.number and one.ended_at is None]
    if not later:
        return "ends: nothing flows under it from then on"
    following = min(later, key=lambda one: one.agreement.in_force.from_at)
    return f"ends; @{following.number} begins on {_day(following.agreement.in_force.from_at)}"


def _day(at: datetime) -> str:
    return uk_date(london_day(at))
