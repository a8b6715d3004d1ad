"""Where an access check begins to ask: the limits themselves, at and beside each."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from broker.audit.entry import AuditEntry, parse_entry
from broker.audit.events import Event
from broker.casework import Staff
from broker.oversight.checks import dormant_account, refusals_then_override, sequential, two_organisations
from broker.oversight.known import Colleague, Known, LookedAt
from broker.oversight.log import HORIZON, Log, Logged

SAMPLES = Path(__file__).parents[1] / "audit" / "samples"
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
TOM = Known(staff={"tom": Colleague(Staff("tom", "ecc", frozenset()), NOON)})
TINY = timedelta(microseconds=1)


def entry(
    event: Event, at: datetime, organisation: str = "ecc", about: tuple[str, ...] | None = None
) -> AuditEntry:
    """The event's sample, as Tom's at this instant."""
    sample = parse_entry((SAMPLES / f"{event.value}.json").read_bytes())
    found = replace(sample, occurred_at=at, actor="tom", organisation=organisation)
    return found if about is None else replace(found, about=about)


def log(*entries: AuditEntry) -> Log:
    return Log(tuple(Logged(index, one) for index, one in enumerate(entries)))


@pytest.mark.parametrize(("ago", "found"), [(timedelta(hours=24), 1), (timedelta(hours=24) + TINY, 0)])
def test_a_refusal_counts_for_a_day(ago: timedelta, found: int) -> None:
    override = entry(Event.OVERRIDE_REQUESTED, NOON)
    refused = [entry(Event.PROFILE_REFUSED, at, about=override.about) for at in (NOON - ago, NOON - TINY)]
    assert len(list(refusals_then_override.check(log(*refused, override), Known()))) == found


@pytest.mark.parametrize(("step", "found"), [(5, 1), (6, 0)])
def test_numbers_five_apart_are_neighbours_and_six_apart_are_not(step: int, found: int) -> None:
    sample = entry(Event.PROFILE_RELEASED, NOON).about[0]
    people = {f"{sample[:-2]}{n}{sample[-1]}": LookedAt(f"p-{n}", numbers=(step * n,)) for n in range(2, 6)}
    looks = [entry(Event.PROFILE_REFUSED, NOON, about=(one,)) for one in people]
    assert len(list(sequential.check(log(*looks), Known(people=people)))) == found


@pytest.mark.parametrize(("later", "found"), [(timedelta(hours=24) - TINY, 1), (timedelta(hours=24), 0)])
def test_two_organisations_within_a_day_are_one_too_many(later: timedelta, found: int) -> None:
    moved = entry(Event.PROFILE_REFUSED, NOON + later, organisation="essex-police")
    assert len(list(two_organisations.check(log(entry(Event.PROFILE_REFUSED, NOON), moved), TOM))) == found


@pytest.mark.parametrize(("later", "found"), [(HORIZON, 1), (HORIZON - TINY, 0)])
def test_an_account_is_dormant_from_the_ninetieth_day(later: timedelta, found: int) -> None:
    assert len(list(dormant_account.check(log(entry(Event.PROFILE_REFUSED, NOON + later)), TOM))) == found
