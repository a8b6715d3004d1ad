"""Somebody worked through identifiers one after the other."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from typing import Final

from broker.audit.events import Event
from broker.dates import london_day
from broker.identifiers import Chi, NhsNumber, Nino, Uln, Upn
from broker.oversight.finding import CheckFinding
from broker.oversight.known import Known
from broker.oversight.log import Log, Logged

LONGEST_STEP: Final = 5
RUN: Final = 4
"""Twins and triplets are born with neighbouring numbers; four neighbours in a day are no family."""
MISSES: Final = 10
"""Searches by identifier in a day that found nobody: numbers that were guessed."""
_NUMBERS: Final = frozenset(one.type_code for one in (Chi, NhsNumber, Nino, Uln, Upn))


def check(log: Log, known: Known) -> Iterator[CheckFinding]:
    """Either four people in a day whose NHS numbers, without the check digit, are each at most five apart; or ten
    searches by identifier that found nobody."""
    days: dict[tuple[str, date], list[Logged]] = {}
    for logged in log.looks():
        days.setdefault((logged.entry.actor, london_day(logged.entry.occurred_at)), []).append(logged)
    for (actor, _), looks in days.items():
        numbers = {
            number: one
            for logged in looks
            for one in logged.entry.about
            if one in known.people
            for number in known.people[one].numbers
        }
        about = sorted({numbers[number] for number in _run(sorted(numbers))})
        misses = [logged for logged in looks if _is_miss(logged)]
        found = [logged for logged in looks if not set(about).isdisjoint(logged.entry.about)] if about else []
        if found or len(misses) >= MISSES:
            shown = found or misses
            indexes = tuple(logged.index for logged in shown)
            yield CheckFinding(actor, shown[0].entry.organisation, indexes, tuple(about))


def _run(numbers: list[int]) -> list[int]:
    """The longest run of neighbours, if it is long enough."""
    longest: list[int] = []
    run = numbers[:1]
    for one, other in pairwise(numbers):
        run = [*run, other] if other - one <= LONGEST_STEP else [other]
        longest = max(longest, run, key=len)
    return longest if len(longest) >= RUN else []


def _is_miss(logged: Logged) -> bool:
    details = logged.entry.details
    if logged.entry.event is not Event.PERSON_SEARCHED or details["found"]:
        return False
    return not _NUMBERS.isdisjoint(details.get("by", ()))
