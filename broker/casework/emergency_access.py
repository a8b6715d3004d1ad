"""Emergency access (override) as a piece of work: asked for, approved by a second person, open for minutes,
reviewed.

Decides which state it is in at an instant, who may be the second person and who the reviewer, how long the window
is and when its review is due. Does not decide what it opens: that is the decision's (`broker.decision.emergency`),
which looks at people; nothing here does, so that no answer of asking, approving or refusing can tell anything
about them. From docs/rules.md 1.5, docs/how-to-override.md and docs/security.md section 5.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum, unique
from typing import Final

from broker.casework.second_person import are_one_person
from broker.casework.staff import Staff
from broker.casework.telling import Telling, TellingState
from broker.casework.working_time import due_at
from broker.vocabulary.codes import OverrideTerms, Role

LONGEST: Final = timedelta(minutes=60)
"""No window is longer, whatever the standing rules say (docs/security.md section 5)."""


@unique
class AccessState(StrEnum):
    """Where emergency access stands."""

    WAITING = "waiting"
    REFUSED = "refused"
    LAPSED = "lapsed"
    OPEN = "open"
    REVIEW_DUE = "review-due"
    REVIEW_OVERDUE = "review-overdue"
    REVIEWED = "reviewed"


@unique
class ReviewFinding(StrEnum):
    """What a review found."""

    JUSTIFIED = "justified"
    TRAINING = "training"
    BREACH = "breach"


@unique
class SecondBar(StrEnum):
    """Why somebody cannot be the second person, as far as that has nothing to do with whom it is about."""

    SAME_PERSON = "same-person"
    OTHER_ORGANISATION = "other-organisation"
    SAME_LINE = "same-line"
    PURPOSE = "purpose-not-of-role"
    TRAINING = "training-lapsed"


@dataclass(frozen=True, slots=True)
class Window:
    """While it is open, `[opened_at, until_at)`, its requester may ask for profiles with it. `second` None means
    it was taken alone; `review_due_at` is the instant from which the review is late."""

    opened_at: datetime
    until_at: datetime
    second: str | None
    review_due_at: datetime
    closed_at: datetime | None = None

    def covers(self, at: datetime) -> bool:
        """Whether it is open at `at`."""
        return self.opened_at <= at < self.ends_at()

    def ends_at(self) -> datetime:
        """When it is over: at its end, or when it was closed before."""
        return self.until_at if self.closed_at is None else min(self.closed_at, self.until_at)


@dataclass(frozen=True, slots=True)
class Refused:
    """A second person said no."""

    by: str
    at: datetime
    words: str


@dataclass(frozen=True, slots=True)
class Review:
    """What an independent reviewer found, and in which words."""

    by: str
    at: datetime
    finding: ReviewFinding
    words: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """A request for a profile, as far as a window cares: who asks, for whom they work, in which role, and for
    what. `about` are ids."""

    by: str
    organisation: str
    role: str
    purpose: str
    case: str | None
    about: frozenset[str]


@dataclass(frozen=True, slots=True)
class EmergencyAccess:
    """Emergency access as asked for and what became of it. `by` asked in `role` at `organisation`; `about` are the
    ids as typed; `second_from` is the organisation whose authorised staff may approve (None: taken alone);
    `answer_by` the instant from which a request nobody approved has lapsed; `clock` the notice that the review is
    late, which waits for that instant."""

    id: str
    by: str
    organisation: str
    role: str
    purpose: str
    about: tuple[str, ...]
    case: str | None
    reason: str
    justification: str
    gateway: str
    minutes: int
    second_from: str | None
    asked_at: datetime
    answer_by: datetime
    refused: Refused | None = None
    window: Window | None = None
    review: Review | None = None
    tellings: tuple[Telling, ...] = ()
    clock: str | None = None

    def state(self, at: datetime) -> AccessState:
        """Its state at `at`; every end is half-open, so at the very instant it is over."""
        if self.review is not None:
            return AccessState.REVIEWED
        if self.window is None:
            if self.refused is not None:
                return AccessState.REFUSED
            return AccessState.WAITING if at < self.answer_by else AccessState.LAPSED
        if at >= self.window.review_due_at:
            return AccessState.REVIEW_OVERDUE
        return AccessState.OPEN if self.window.covers(at) else AccessState.REVIEW_DUE

    def serves(self, asked: Wanted, at: datetime) -> bool:
        """Whether this request may be made with it: by whoever asked, at the same organisation and in the same
        role, for the same purpose and case, about nobody else, and while the window is open."""
        own = Wanted(self.by, self.organisation, self.role, self.purpose, self.case, frozenset(self.about))
        return (
            self.window is not None
            and self.window.covers(at)
            and self.review is None
            and asked.about <= own.about
            and replace(asked, about=own.about) == own
        )

    def everybody_told(self) -> bool:
        """Whether nothing is left to do: reviewed, and everybody it was about told."""
        return self.review is not None and all(one.told_at is not None for one in self.tellings)

    def to_tell(self, at: datetime) -> tuple[Telling, ...]:
        """Whom to tell, or to decide about, now."""
        waiting = (TellingState.DUE, TellingState.PROPOSED)
        return tuple(one for one in self.tellings if one.state(at) in waiting)


def longest_minutes(terms: OverrideTerms) -> int:
    """How many minutes a window may last at most."""
    return min(terms.minutes, int(LONGEST / timedelta(minutes=1)))


def window_of(terms: OverrideTerms, at: datetime, minutes: int, second: str | None) -> Window:
    """The window that opens at `at`: never longer than the standing rules say today. A review length that cannot
    be read makes the review due at once."""
    length = timedelta(minutes=min(minutes, longest_minutes(terms)))
    review = terms.alone.review if second is None else terms.review
    return Window(at, at + length, second, due_at(at, review) or at)


def bar_to_second(
    access: EmergencyAccess, requester: Staff, second: Staff, role: Role, at: datetime
) -> SecondBar | None:
    """Why `second`, acting in `role`, cannot approve, or None. Somebody else, of the organisation that was asked,
    from another line (not a holder of the role in which it was asked, at the same organisation), whose role may
    ask for the purpose, and trained. Whether they are close to whom it is about is for the decision to say."""
    if second.id == access.by or are_one_person(requester, second):
        return SecondBar.SAME_PERSON
    if second.organisation != access.second_from:
        return SecondBar.OTHER_ORGANISATION
    if second.organisation == access.organisation and access.role in second.roles:
        return SecondBar.SAME_LINE
    if access.purpose not in role.purposes:
        return SecondBar.PURPOSE
    if second.trained_until_at is not None and second.trained_until_at <= at:
        return SecondBar.TRAINING
    return None


def is_independent(access: EmergencyAccess, involved: tuple[Staff, ...], reviewer: Staff) -> bool:
    """Whether the reviewer is neither requester nor second person (`involved`), nor the same human being."""
    if reviewer.id == access.by or (access.window is not None and reviewer.id == access.window.second):
        return False
    return not any(are_one_person(one, reviewer) for one in involved)


def blocks(access: EmergencyAccess, staff: Staff, at: datetime) -> bool:
    """Whether this one's overdue review keeps `staff` from new emergency access: it was asked by their team, which
    is everybody who holds the role it was asked in at the same organisation."""
    return (
        access.state(at) is AccessState.REVIEW_OVERDUE
        and access.organisation == staff.organisation
        and access.role in staff.roles
    )
