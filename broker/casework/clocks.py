"""The clocks of the front door: when a worry must have been decided, and how much time is left.

Decides three things. A clock starts when the worry arrived, not when somebody first looked, and stops with the
decision. Whatever its colour, a contact is decided within the area's own time, so the earlier of the two is due.
A more urgent colour never gives more time and a less urgent one never takes any: rating is about the child and no
way to look punctual. Hours that do not count (a front door whose clock stops at night) are left out of what is due
and of what is left. Knows no clock. Times are the area's own (`policies/clocks.yaml`, docs/casework.md).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from broker.casework.working_time import WorkingHours, add_working_time, due_at, working_time_between
from broker.dates import london_day, shift, start_of_day
from broker.vocabulary.clocks import Counting, FrontDoor, Rating, RatingClock, ReviewClock

_MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Rated:
    """A colour given at an instant."""

    rating: Rating
    at: datetime


@dataclass(frozen=True, slots=True)
class Left:
    """Time left: negative when overdue. `working` says that only working hours are counted."""

    time: timedelta
    working: bool

    @property
    def is_overdue(self) -> bool:
        """Whether the clock has run out."""
        return self.time <= timedelta()

    @property
    def in_words(self) -> str:
        """`1 h 10 min left`, `overdue by 20 min`."""
        minutes = abs(self.time) // _MINUTE
        days, minutes = divmod(minutes, 24 * 60) if not self.working else (0, minutes)
        hours, minutes = divmod(minutes, 60)
        parts = [(days, "day" if days == 1 else "days"), (hours, "h"), (minutes, "min")]
        said = " ".join(f"{number} {unit}" for number, unit in parts if number)
        if not said:
            return "due now" if not self.is_overdue else "overdue by less than a minute"
        kind = " of working time" if self.working else ""
        return f"overdue by {said}{kind}" if self.is_overdue else f"{said}{kind} left"


@dataclass(frozen=True, slots=True, order=True)
class Due:
    """The instant something is due; `working` says that the clock which gave it counts working hours only."""

    at: datetime
    working: bool = False


def hours_of(front_door: FrontDoor) -> WorkingHours:
    """The front door's working hours."""
    return WorkingHours(front_door.from_time, front_door.until_time)


def _run_out(front_door: FrontDoor, clock: RatingClock, from_at: datetime) -> Due:
    due = _length(from_at, clock.within)
    if clock.counts is Counting.WORKING:
        return Due(add_working_time(from_at, due - from_at, hours_of(front_door)), working=True)
    return Due(due)


def _length(from_at: datetime, within: str) -> datetime:
    found = due_at(from_at, within)
    # INVARIANT: the loader accepts no other duration.
    if found is None:
        raise ValueError(f"`{within}` is no duration")
    return found


def screening_due(front_door: FrontDoor, received_at: datetime, ratings: Iterable[Rated]) -> Due:
    """When the contact must have been decided. A colour without a clock here leaves the contact's own."""
    due: Due | None = None
    before: Rating | None = None
    for rated in sorted(ratings, key=lambda one: one.at):
        clock = front_door.ratings.get(rated.rating)
        if clock is None:
            continue
        if due is None or before is None:
            due = _run_out(front_door, clock, received_at)
        elif rated.rating.urgency < before.urgency:
            due = min(due, _run_out(front_door, clock, rated.at))
        elif rated.rating.urgency > before.urgency:
            due = max(due, _run_out(front_door, clock, received_at))
        before = rated.rating
    whole = Due(_length(received_at, front_door.decide_within))
    return whole if due is None else min(due, whole)


def check_due(front_door: FrontDoor, rating: Rating | None, asked_at: datetime, contact: Due) -> datetime:
    """When an agency's answer is due: the time its colour gives from the asking, and never after the contact
    itself is, unless that is over already. No colour counts as red."""
    clock = front_door.ratings.get(rating or Rating.RED) or front_door.ratings[Rating.RED]
    own = _run_out(front_door, clock, asked_at).at
    return min(own, contact.at) if contact.at > asked_at else own


def time_left(front_door: FrontDoor, due: Due, at: datetime) -> Left:
    """How much of the clock is left at `at`, counted as the clock counts that gave it."""
    if not due.working:
        return Left(due.at - at, working=False)
    hours = hours_of(front_door)
    if at < due.at:
        return Left(working_time_between(at, due.at, hours), working=True)
    return Left(-working_time_between(due.at, at, hours), working=True)


def review_due(clock: ReviewClock, opened_at: datetime, reviews: Iterable[datetime]) -> datetime:
    """The start of the day on which the next review is due."""
    held = sorted(reviews)
    if not held:
        return start_of_day(shift(london_day(opened_at), clock.first))
    return start_of_day(shift(london_day(held[-1]), clock.every))
