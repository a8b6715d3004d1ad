"""A breach: 72 plain hours, only an unlikely risk goes unreported, a high one is told to the people."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from broker.rights.breach import (
    Assessment,
    Breach,
    BreachKind,
    BreachState,
    NotTold,
    Risk,
    Step,
    check_assessment,
    check_closing,
    check_step,
)

AWARE = datetime(2026, 3, 27, 17, tzinfo=UTC)  # the Friday evening before the clocks go forward
BREACH = Breach(BreachKind.CONFIDENTIALITY, "Shown to the wrong team", AWARE)
LATER = AWARE + timedelta(hours=5)


def made(risk: Risk, *, report: bool = True, **more: NotTold) -> Assessment:
    return Assessment(risk, report, "because", LATER, **more)


def test_the_hours_run_through_nights_weekends_and_the_change_of_clocks() -> None:
    authority, partners = BREACH.clocks()
    assert authority.due_at - AWARE == timedelta(hours=72)
    assert partners.due_at - AWARE == timedelta(hours=24)


@pytest.mark.parametrize("risk", [Risk.LIKELY, Risk.HIGH])
def test_only_an_unlikely_risk_need_not_be_reported(risk: Risk) -> None:
    assert "only an unlikely one" in check_assessment(BREACH, made(risk, report=False))[0]
    assert check_assessment(BREACH, made(risk)) == ()
    assert check_assessment(BREACH, made(Risk.UNLIKELY, report=False)) == ()


def test_a_decision_needs_its_reason_and_cannot_undo_what_was_told() -> None:
    assert check_assessment(BREACH, replace(made(Risk.LIKELY), reason=" "))
    told = BREACH.noted(Step.AUTHORITY_TOLD, LATER)
    assert check_assessment(told, made(Risk.UNLIKELY, report=False)) == ("the Commissioner was told already",)
    assert check_assessment(BREACH, made(Risk.LIKELY, people_not_told=NotTold.RISK_REMOVED))


def test_people_are_told_of_a_high_risk_or_a_ground_stands() -> None:
    high = replace(BREACH, assessment=made(Risk.HIGH))
    assert [clock.name for clock in high.clocks()] == ["authority", "partners", "people"]
    assert high.clocks()[2].done_at is None
    excused = replace(BREACH, assessment=made(Risk.HIGH, people_not_told=NotTold.UNINTELLIGIBLE))
    assert excused.clocks()[2].done_at == LATER
    assert len(replace(BREACH, assessment=made(Risk.LIKELY)).clocks()) == 2


def test_telling_after_72_hours_needs_the_reasons_for_the_delay() -> None:
    late = AWARE + timedelta(hours=72, seconds=1)
    now = late + timedelta(hours=1)
    assert check_step(BREACH, Step.AUTHORITY_TOLD, late, now, "")
    assert check_step(BREACH, Step.AUTHORITY_TOLD, late, now, "nobody was in") == ()
    assert check_step(BREACH, Step.AUTHORITY_TOLD, AWARE + timedelta(hours=72), now, "") == ()
    assert check_step(BREACH, Step.PARTNERS_TOLD, late, now, "") == ()
    assert check_step(BREACH, Step.PEOPLE_TOLD, now + timedelta(hours=1), now, "")
    assert check_step(BREACH, Step.PEOPLE_TOLD, AWARE - timedelta(hours=1), now, "")


def test_it_closes_when_every_clock_has_ended() -> None:
    assert check_closing(BREACH) == ("the risk is not assessed yet",)
    assessed = replace(BREACH, assessment=made(Risk.HIGH))
    assert (BREACH.state, assessed.state) == (BreachState.OPEN, BreachState.ASSESSED)
    assert len(check_closing(assessed)) == 3
    for step in Step:
        assessed = assessed.noted(step, LATER)
    assert check_closing(assessed) == ()
    spared = replace(BREACH, assessment=made(Risk.UNLIKELY, report=False), partners_told_at=LATER)
    assert check_closing(spared) == ()
