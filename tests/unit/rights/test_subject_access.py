"""Who may ask, and when the answer is due."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from broker.consent.standing import Kinship
from broker.dates import Interval, start_of_day
from broker.people import DataSubject, Relationship, RelationshipKind
from broker.rights.subject_access import (
    TRANSITIONS,
    AccessRequest,
    AccessState,
    Capacity,
    ChildView,
    check_authority,
    check_move,
)
from broker.vocabulary.codes import StandingAges

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
AGES = StandingAges()
CHILD = DataSubject("child", date(2015, 6, 1))
GRAN = DataSubject("gran", date(1940, 6, 1), lacks_capacity_from=NOW - timedelta(days=9))
MUM = Relationship("mum", "child", RelationshipKind.MOTHER, parental_responsibility=True)
FORMER = replace(MUM, from_id="gone", interval=Interval(None, NOW))
STEP = Relationship("step", "child", RelationshipKind.STEP_PARENT)
POWER = Relationship("mum", "gran", RelationshipKind.ATTORNEY)
PEOPLE = {one.id: one for one in (CHILD, GRAN, DataSubject("mum", date(1988, 1, 1)))}
KINSHIP = Kinship.of(PEOPLE, [MUM, FORMER, STEP, POWER])


def asks(by: str, capacity: Capacity, child: ChildView | None = None, about: DataSubject = CHILD) -> str:
    request = AccessRequest(about.id, by, capacity, NOW, child)
    return "; ".join(check_authority(request, KINSHIP, AGES, about, NOW))


def test_the_person_asks_as_themself_and_nobody_else_does() -> None:
    assert asks("child", Capacity.SELF) == ""
    assert "only the person themself" in asks("mum", Capacity.SELF)
    assert "asks as `self`" in asks("child", Capacity.PARENT)


def test_a_parent_needs_recorded_responsibility_and_the_childs_own_competence_considered() -> None:
    assert "consider first" in asks("mum", Capacity.PARENT)
    assert asks("mum", Capacity.PARENT, ChildView.NOT_COMPETENT) == ""
    assert asks("mum", Capacity.PARENT, ChildView.COMPETENT_AGREES) == ""
    assert "competent and refuses" in asks("mum", Capacity.PARENT, ChildView.COMPETENT_REFUSES)
    for other in ("step", "gone", "stranger"):
        assert "no parental responsibility" in asks(other, Capacity.PARENT, ChildView.NOT_COMPETENT)


def test_from_sixteen_the_young_person_decides_and_of_unknown_age_nobody_does_for_them() -> None:
    for born in (date(2010, 3, 2), None):
        said = asks("mum", Capacity.PARENT, ChildView.NOT_COMPETENT, replace(CHILD, born=born))
        assert "decides for themself" in said
    assert asks("mum", Capacity.PARENT, ChildView.NOT_COMPETENT, replace(CHILD, born=date(2010, 3, 3))) == ""


def test_an_attorney_asks_once_the_power_is_in_use() -> None:
    assert asks("mum", Capacity.ATTORNEY, about=GRAN) == ""
    assert asks("mum", Capacity.ATTORNEY, about=replace(GRAN, lacks_capacity_from=None))
    assert asks("step", Capacity.ATTORNEY, about=GRAN)
    assert asks("solicitor", Capacity.WITH_AUTHORITY, about=GRAN) == ""


def test_the_right_is_the_livings() -> None:
    assert "has died" in asks("child", Capacity.SELF, about=replace(CHILD, died_on=date(2026, 3, 1)))


def test_one_month_two_more_with_a_reason_and_time_for_who_they_are() -> None:
    request = AccessRequest("child", "child", Capacity.SELF, datetime(2026, 1, 31, 12, tzinfo=UTC))
    assert request.due_at() == start_of_day(date(2026, 3, 1))
    extended = replace(request, extended_because="eleven years of records")
    assert extended.due_at() == start_of_day(date(2026, 5, 1))
    assert extended.first_end_at() == request.due_at()
    waiting = request.started_clarifying(NOW)
    assert waiting.due_at() == request.due_at()
    assert waiting.ended_clarifying(NOW + timedelta(days=3)).due_at() == start_of_day(date(2026, 3, 4))


@pytest.mark.parametrize("before", AccessState)
@pytest.mark.parametrize("after", AccessState)
def test_only_the_moves_in_the_table_are_made(before: AccessState, after: AccessState) -> None:
    assert set(TRANSITIONS) == set(AccessState)
    assert (check_move(before, after) == ()) == (after in TRANSITIONS[before])
