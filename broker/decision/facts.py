"""What is known when a request is decided: people, consents, cases, staff, holder's decisions, feeds and the
headers of records.

A record's *content* is not here: no content is opened before the decision. What a header tells (who it is about,
whom it mentions, when it occurred and was recorded) decides whether content may be opened at all.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from broker.casework import Case, Staff
from broker.consent.record import ConsentRecord
from broker.dates import Period
from broker.people import DataSubject, Household, Relationship


class HolderRuling(StrEnum):
    """What a holder decided."""

    RELEASE = "release"
    WITHHOLD = "withhold"


@dataclass(frozen=True, slots=True)
class HolderDecision:
    """The holder of a cell decided to release or withhold it for a purpose (and one case, if it names one);
    `by` is the id of the member of staff who decided."""

    about: str
    category: str
    controller: str
    purpose: str
    ruling: HolderRuling
    by: str
    at: datetime
    case: str | None = None
    until_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Feed:
    """A controller promised to send these categories (None: all) every so often, and last did at this instant."""

    controller: str
    categories: frozenset[str] | None
    every: Period
    last_received_at: datetime


@dataclass(frozen=True, slots=True)
class RecordHeader:
    """Everything about a record but its content. `mentions` None means whom the free text mentions was not
    stated."""

    id: str
    controller: str
    category: str
    about: frozenset[str]
    mentions: frozenset[str] | None
    occurred_on: date
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class Facts:
    """The facts of one decision. Order and duplicates never matter."""

    people: Mapping[str, DataSubject]
    relationships: tuple[Relationship, ...] = ()
    households: tuple[Household, ...] = ()
    staff: Mapping[str, Staff] = field(default_factory=dict)
    cases: Mapping[str, Case] = field(default_factory=dict)
    consents: tuple[ConsentRecord, ...] = ()
    holder_decisions: tuple[HolderDecision, ...] = ()
    feeds: tuple[Feed, ...] = ()
    records: tuple[RecordHeader, ...] = ()
