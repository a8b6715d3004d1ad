"""How each area's front door works: how soon a worry is looked at, by whose clock, and when plans are reviewed.

Decides what `policies/clocks.yaml` holds (holders' inboxes: `broker.vocabulary.inboxes`), which may be left out: a
partnership without it has no front door. Decides nothing about what is released. How a clock runs is
`broker.casework.clocks`. The times are each area's own (docs/casework.md).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time
from enum import StrEnum
from typing import Final

from broker.dates import Period
from broker.documents.forms import Fields, Form, optional, required
from broker.documents.reading import Reading
from broker.documents.rows import Rows
from broker.documents.shapes import (
    REFUSED,
    Converted,
    Duration,
    Known,
    Length,
    Matching,
    NewCode,
    Refused,
    Shape,
    Word,
    set_of,
)
from broker.vocabulary.inboxes import (
    INBOXES,
    NONE,
    REFUSAL_WITHIN,
    STAGE_WITHIN,
    STAGES,
    Counting,
    InboxClock,
    StageClock,
)

__all__ = [
    "CLOCKS",
    "NO_CLOCKS",
    "REVIEWED_KINDS",
    "Clocks",
    "Counting",
    "FrontDoor",
    "Rating",
    "RatingClock",
    "ReviewClock",
]


class Rating(StrEnum):
    """How soon a worry must be looked at: the colours of a front door, the most urgent first."""

    RED = "red"
    AMBER = "amber"
    GREEN = "green"
    BLUE = "blue"

    @property
    def urgency(self) -> int:
        """0 for the most urgent."""
        return list(Rating).index(self)


REVIEWED_KINDS: Final = ("enquiry", "plan", "panel", "team")
"""The kinds of case that have a review; a contact has a decision instead (a test compares them with the kinds of
case there are)."""


@dataclass(frozen=True, slots=True)
class RatingClock:
    """How long a worry of this colour may wait. `within` is an ISO 8601 duration: hours count as `counts` says,
    days are working days."""

    rating: Rating
    within: str
    counts: Counting


@dataclass(frozen=True, slots=True)
class ReviewClock:
    """When a case of this kind is first reviewed after it was opened, and how long after each review again."""

    kind: str
    first: Period
    every: Period


@dataclass(frozen=True, slots=True)
class FrontDoor:
    """One area's front door. `purpose` is what a contact is opened for and `decided_for` what its threshold
    decision is made for, where that is a purpose of its own; `lead_category` and `lead_purposes` say by which kind
    of information, and for which cases, "is it open already, and who leads?" may be answered."""

    area: str
    purpose: str
    decided_for: str | None
    lead_category: str
    lead_purposes: frozenset[str]
    from_time: time
    until_time: time
    decide_within: str
    ratings: Mapping[Rating, RatingClock]
    reviews: Mapping[str, ReviewClock]

    @property
    def purposes(self) -> frozenset[str]:
        """What a contact is for until it was decided about and goes on."""
        return frozenset({self.purpose} if self.decided_for is None else {self.purpose, self.decided_for})


def _time(text: str) -> time:
    return time(int(text[:2]), int(text[3:]))


_TIME: Shape[time] = Converted(
    Matching(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]", 'a time such as `"09:00"`, in quotes'), _time
)
_HOURS_FROM = required("from", _TIME, "when the front door opens, by the clock on its wall")
_HOURS_UNTIL = required("until", _TIME, "when it closes")


def _hours(fields: Fields, reading: Reading) -> tuple[time, time] | Refused:
    if not fields[_HOURS_FROM] < fields[_HOURS_UNTIL]:
        reading.error(fields.line_of(_HOURS_UNTIL), "the hours end before they begin: correct `from` or `until`")
        return REFUSED
    return fields[_HOURS_FROM], fields[_HOURS_UNTIL]


HOURS: Form[tuple[time, time]] = Form("the hours of a front door", (_HOURS_FROM, _HOURS_UNTIL), _hours)

_RATING = required("rating", Word({one.value: one for one in Rating}))
_WITHIN = required("within", Duration(), "hours and minutes, or working days")
_COUNTS = optional(
    "counts", Word({one.value: one for one in Counting}), Counting.ALWAYS, "which hours count; left out: all"
)


def _rating(fields: Fields, reading: Reading) -> RatingClock | Refused:
    if fields[_COUNTS] is Counting.WORKING and not fields[_WITHIN].startswith("PT"):
        reading.error(
            fields.line_of(_WITHIN),
            "`counts: working` goes with hours such as `PT6H`; days are working days",
        )
        return REFUSED
    return RatingClock(fields[_RATING], fields[_WITHIN], fields[_COUNTS])


RATING: Form[RatingClock] = Form("the clock of a rating", (_RATING, _WITHIN, _COUNTS), _rating)

_KIND = required("kind", Word({kind: kind for kind in REVIEWED_KINDS}))
_FIRST = required("first", Length(), "from the day the case was opened")
_EVERY = required("every", Length(), "from the day of each review")

REVIEW: Form[ReviewClock] = Form(
    "the clock of reviews",
    (_KIND, _FIRST, _EVERY),
    lambda fields, _: ReviewClock(fields[_KIND], fields[_FIRST], fields[_EVERY]),
)

_AREA = required("area", NewCode(), "the area that organisations name")
_PURPOSE = required("purpose", Known("purpose"), "what a contact is opened for")
_DECIDED_FOR = optional(
    "decided_for", Known("purpose"), None, "what the threshold decision is made for; left out: for the same"
)
_LEAD_CATEGORY = required("category", Known("category"), "the kind of information that says who is involved")
_LEAD_PURPOSES = required(
    "purposes",
    set_of(Known("purpose"), "no case could ever be told of; name a purpose"),
    "cases for these purposes may be told of, and for no other",
)
LEAD: Form[tuple[str, frozenset[str]]] = Form(
    "what may be told of open cases",
    (_LEAD_CATEGORY, _LEAD_PURPOSES),
    lambda fields, _: (fields[_LEAD_CATEGORY], fields[_LEAD_PURPOSES]),
)
_LEAD = required("already_open", LEAD, "by what `is it open already, and who leads?` is answered")
_HOURS = required("hours", HOURS)
_DECIDE = required("decide_within", Duration(), "from a contact's arrival to its decision")
_RATINGS = required("ratings", Rows(RATING, "rating"))
_NO_REVIEWS: Mapping[str, ReviewClock] = {}
_REVIEWS = optional(
    "reviews", Rows(REVIEW, "kind"), _NO_REVIEWS, "kinds of case that are reviewed; left out: none"
)


def _front_door(fields: Fields, reading: Reading) -> FrontDoor | Refused:
    ratings = {clock.rating: clock for clock in fields[_RATINGS].values()}
    if Rating.RED not in ratings:
        reading.error(fields.line_of(_RATINGS), "`ratings` lacks `red`: say how soon the most urgent is looked at")
        return REFUSED
    if fields[_DECIDED_FOR] == fields[_PURPOSE]:
        reading.error(
            fields.line_of(_DECIDED_FOR), "`decided_for` is the front door's `purpose` too; leave it out"
        )
        return REFUSED
    category, purposes = fields[_LEAD]
    opens, closes = fields[_HOURS]
    return FrontDoor(
        fields[_AREA],
        fields[_PURPOSE],
        fields[_DECIDED_FOR],
        category,
        purposes,
        opens,
        closes,
        fields[_DECIDE],
        ratings,
        fields[_REVIEWS],
    )


FRONT_DOOR: Form[FrontDoor] = Form(
    "a front door",
    (_AREA, _PURPOSE, _DECIDED_FOR, _LEAD, _HOURS, _DECIDE, _RATINGS, _REVIEWS),
    _front_door,
)


@dataclass(frozen=True, slots=True)
class Clocks:
    """The file: front doors by area, holders' inboxes by purpose, the stages of a disagreement, and how soon a
    refusal is looked at."""

    front_doors: Mapping[str, FrontDoor]
    inboxes: Mapping[str, InboxClock]
    refusal_within: str = REFUSAL_WITHIN
    stages: Mapping[str, StageClock] = field(default_factory=lambda: STAGE_WITHIN)


NO_CLOCKS: Final = Clocks({}, NONE)
"""Where the file is left out."""

_FRONT_DOORS = required("front_doors", Rows(FRONT_DOOR, "area"))
_INBOXES = optional(
    "inboxes", INBOXES, NONE, "how soon holders answer, by purpose; left out: nothing can be asked"
)

_REFUSAL = optional(
    "refusal_review",
    Duration(),
    REFUSAL_WITHIN,
    "how soon somebody asks what a refusal means; left out: two working days",
)
_STAGES = optional("disagreement", STAGES, STAGE_WITHIN, "how long a disagreement stays at each stage")


def _clocks(fields: Fields, _: Reading) -> Clocks:
    return Clocks(fields[_FRONT_DOORS], fields[_INBOXES], fields[_REFUSAL], {**STAGE_WITHIN, **fields[_STAGES]})


CLOCKS: Form[Clocks] = Form("the file of clocks", (_FRONT_DOORS, _INBOXES, _REFUSAL, _STAGES), _clocks)
