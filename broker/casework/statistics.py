"""How a front door did, week by week: counts and medians of contacts, and of nobody.

Decides what is counted and that a count below `LEAST` is never told, nor a median of so few: a small number in a
small area is a family. There are no totals, since a total would tell the one week that is left out. The week is
that in which a worry arrived, from Monday, in Europe/London. From docs/how-to-front-door.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median
from typing import Final

from broker.casework.checks import CheckAnswer
from broker.casework.front_door import Contact
from broker.casework.steps import Step, StepKind
from broker.casework.threshold import ThresholdOutcome
from broker.dates import london_day

LEAST: Final = 5
"""The smallest number that is told; below it the answer is `FEWER`, nothing included."""
FEWER: Final = f"fewer than {LEAST}"
REPEAT_WITHIN: Final = timedelta(days=365)
"""A contact is a repeat one where somebody it is about was in another one in the year before it."""
_ADVISED: Final = frozenset({ThresholdOutcome.ADVICE, ThresholdOutcome.NO_FURTHER_ACTION})
_HOUR: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Counted:
    """A contact, whom it is about and its steps, as it is counted."""

    contact: Contact
    about: frozenset[str]
    steps: Sequence[Step]

    @property
    def outcome_at(self) -> datetime | None:
        """When it was first decided about, or passed on; None where neither."""
        return self.contact.stopped_at

    @property
    def outcome(self) -> ThresholdOutcome | None:
        """What was decided last; None where nothing was."""
        return self.contact.decision.outcome if self.contact.decision is not None else None


@dataclass(frozen=True, slots=True)
class Week:
    """One week's contacts. `hours` are those from each arrival to its outcome. What held them up: `checks_out`
    were decided while an agency had not answered, `declined` had a check declined, `put_back` were put back,
    `undecided` have no outcome yet. What need not have come to a front door: `advice_only` ended with advice or no
    further action, `already_open` were about a family that somebody led for already."""

    begins_on: date
    received: int
    repeats: int
    hours: tuple[float, ...]
    checks_out: int
    declined: int
    put_back: int
    undecided: int
    advice_only: int = 0
    already_open: int = 0

    def told(self) -> dict[str, str | int | float]:
        """What may be told of it, by name."""
        enough = len(self.hours) >= LEAST
        return {
            "week": self.begins_on.isoformat(),
            "received": tell(self.received),
            "repeats": tell(self.repeats),
            "median_hours_to_outcome": round(median(self.hours), 1) if enough else FEWER,
            "checks_out": tell(self.checks_out),
            "declined": tell(self.declined),
            "put_back": tell(self.put_back),
            "undecided": tell(self.undecided),
            "advice_only": tell(self.advice_only),
            "already_open": tell(self.already_open),
        }


def tell(count: int) -> int | str:
    """A count, or that it is too small to be told."""
    return count if count >= LEAST else FEWER


def weeks_of(counted: Iterable[Counted], since: date, until: date) -> tuple[Week, ...]:
    """Every week that begins in `[since's week, until]`, in order; one without a contact is there too, because its
    absence would tell that there was none."""
    every = sorted(counted, key=lambda one: (one.contact.received_at, one.contact.case_id))
    by_week: dict[date, list[Counted]] = {}
    for one in every:
        by_week.setdefault(monday_of(london_day(one.contact.received_at)), []).append(one)
    repeats = {one.contact.case_id for one in _repeats(every)}
    weeks, begins_on = [], monday_of(since)
    while begins_on <= until:
        weeks.append(_week(begins_on, by_week.get(begins_on, ()), repeats))
        begins_on += timedelta(days=7)
    return tuple(weeks)


def monday_of(day: date) -> date:
    """The Monday of the day's week."""
    return day - timedelta(days=day.weekday())


def _week(begins_on: date, ones: Sequence[Counted], repeats: set[str]) -> Week:
    return Week(
        begins_on,
        len(ones),
        sum(one.contact.case_id in repeats for one in ones),
        tuple((one.outcome_at - one.contact.received_at) / _HOUR for one in ones if one.outcome_at is not None),
        sum(one.contact.decision is not None and one.contact.decision.checks_out > 0 for one in ones),
        sum(any(check.answer is CheckAnswer.DECLINED for check in one.contact.checks) for one in ones),
        sum(any(step.kind is StepKind.PUT_BACK for step in one.steps) for one in ones),
        sum(one.outcome_at is None for one in ones),
        sum(one.outcome in _ADVISED for one in ones),
        sum(one.contact.passed_to is not None or one.outcome is ThresholdOutcome.ALREADY_OPEN for one in ones),
    )


def _repeats(every: Sequence[Counted]) -> Iterable[Counted]:
    last: dict[str, datetime] = {}
    for one in every:
        at = one.contact.received_at
        if any(person in last and at - last[person] <= REPEAT_WITHIN for person in one.about):
            yield one
        last.update(dict.fromkeys(one.about, at))
