"""A request for one's own data: who may ask, its states, its clock, and what an officer has recorded item by item.

Decides that the clock is one month from receipt, two more where the person was told why within the first, and
that it stands still only while the person is asked who they are (UK GDPR Articles 12(3), (4), (6) and 15); that
a child's own competence is weighed before a parent is answered; and that nobody releases what they drafted. What
an answer holds is `broker.rights.answer`. From docs/how-to-rights.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum, unique
from typing import Final

from broker.consent.standing import Kinship
from broker.dates import of_age_at
from broker.people import DataSubject, RelationshipKind
from broker.rights.clocks import months_from
from broker.rights.exemptions import Exemption
from broker.rights.looks import LookRuling
from broker.vocabulary.codes import StandingAges


@unique
class Capacity(StrEnum):
    """In what capacity somebody asks."""

    SELF = "self"
    PARENT = "parent"
    ATTORNEY = "attorney"
    WITH_AUTHORITY = "with-authority"


@unique
class ChildView(StrEnum):
    """What was found about a child's own competence when a parent asks for the child's data."""

    NOT_COMPETENT = "not-competent"
    COMPETENT_AGREES = "competent-agrees"
    COMPETENT_REFUSES = "competent-refuses"


@unique
class AccessState(StrEnum):
    """From receipt to the answer; `released`, `refused` and `withdrawn` are ends."""

    OPEN = "open"
    CLARIFYING = "clarifying"
    DRAFTED = "drafted"
    RELEASED = "released"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


TRANSITIONS: Final[Mapping[AccessState, frozenset[AccessState]]] = {
    AccessState.OPEN: frozenset(
        {AccessState.CLARIFYING, AccessState.DRAFTED, AccessState.REFUSED, AccessState.WITHDRAWN}
    ),
    AccessState.CLARIFYING: frozenset({AccessState.OPEN, AccessState.REFUSED, AccessState.WITHDRAWN}),
    AccessState.DRAFTED: frozenset({AccessState.OPEN, AccessState.RELEASED, AccessState.WITHDRAWN}),
    AccessState.RELEASED: frozenset(),
    AccessState.REFUSED: frozenset(),
    AccessState.WITHDRAWN: frozenset(),
}


@unique
class Refused(StrEnum):
    """Why a request is refused as a whole: UK GDPR Article 12(5)(b), 12(2) and DPA 2018 s.45 for the police."""

    UNFOUNDED = "manifestly-unfounded"
    EXCESSIVE = "manifestly-excessive"
    NOT_IDENTIFIED = "not-identified"
    NO_AUTHORITY = "no-authority"


@dataclass(frozen=True, slots=True)
class Opinion:
    """What a professional thinks of one record: whether releasing it would be likely to cause serious harm."""

    by: str
    role: str
    harm: bool
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class ItemRuling:
    """What the officer decided about one record: left out by `exemption`, or (None) given although a
    best-interests reason stood against it."""

    exemption: Exemption | None
    by: str
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class AccessRequest:
    """A request as it now is. `cleared` maps other people to why their data may stay in (they agreed, or it is
    reasonable without: DPA 2018 Schedule 2 paragraph 16(2)); `looks` what was decided about releases, by id."""

    about: str
    by: str
    capacity: Capacity
    received_at: datetime
    child_view: ChildView | None = None
    extended_because: str = ""
    pauses: tuple[tuple[datetime, datetime | None], ...] = ()
    opinions: Mapping[str, Opinion] = field(default_factory=dict)
    rulings: Mapping[str, ItemRuling] = field(default_factory=dict)
    cleared: Mapping[str, str] = field(default_factory=dict)
    drafted_by: str = ""
    draft_digest: str = ""
    looks: Mapping[str, LookRuling] = field(default_factory=dict)

    def first_end_at(self) -> datetime:
        """When the first month ends."""
        return months_from(self.received_at, 1, self._paused())

    def due_at(self) -> datetime:
        """When the answer is due."""
        return months_from(self.received_at, 3 if self.extended_because else 1, self._paused())

    def _paused(self) -> timedelta:
        return sum((until - since for since, until in self.pauses if until is not None), timedelta())

    def started_clarifying(self, at: datetime) -> AccessRequest:
        """The clock stops."""
        return replace(self, pauses=(*self.pauses, (at, None)))

    def ended_clarifying(self, at: datetime) -> AccessRequest:
        """The clock goes on."""
        *before, (since, _) = self.pauses
        return replace(self, pauses=(*before, (since, at)))


def check_authority(
    request: AccessRequest, kinship: Kinship, ages: StandingAges, data_subject: DataSubject, at: datetime
) -> tuple[str, ...]:
    """What stands against answering whoever asks; nothing where they may be answered."""
    if data_subject.has_died(at):
        return ("the person has died: the right is the living's (the Access to Health Records Act 1990 may help)",)
    towards = [one for one in kinship.towards.get(data_subject.id, ()) if one.interval.covers(at)]
    theirs = [one for one in towards if one.from_id == request.by]
    if request.capacity is Capacity.SELF:
        return () if request.by == request.about else ("only the person themself asks as `self`",)
    if request.by == request.about:
        return ("the person themself asks as `self`",)
    if request.capacity is Capacity.WITH_AUTHORITY:
        return ()
    if request.capacity is Capacity.ATTORNEY:
        kinds = {RelationshipKind.ATTORNEY, RelationshipKind.DEPUTY}
        holds = any(one.kind in kinds for one in theirs) and data_subject.lacks_capacity(at)
        return () if holds else ("no lasting power or deputyship is recorded that is in use now",)
    return _check_parent(request, ages, data_subject, at, holds=any(one.parental_responsibility for one in theirs))


def _check_parent(
    request: AccessRequest, ages: StandingAges, data_subject: DataSubject, at: datetime, *, holds: bool
) -> tuple[str, ...]:
    if not holds:
        return ("no parental responsibility is recorded with evidence",)
    if data_subject.born is None or at >= of_age_at(data_subject.born, ages.own_decision_from):
        return ("the young person decides for themself; ask for their written authority",)
    if request.child_view is None:
        return ("consider first whether the child is competent to decide, and say what was found",)
    if request.child_view is ChildView.COMPETENT_REFUSES:
        return ("the child is competent and refuses",)
    return ()


def check_move(before: AccessState, after: AccessState) -> tuple[str, ...]:
    """What stands against moving a request on."""
    if after in TRANSITIONS[before]:
        return ()
    return (f"is `{before}` and cannot become `{after}`",)
