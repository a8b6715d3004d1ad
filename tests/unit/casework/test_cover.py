"""Standing in for a colleague: their places for that time, never beyond their own, and never a restricted case."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from broker.casework import Case, CaseKind, Membership
from broker.casework.cover import covered, ended
from broker.casework.leading import lead_of, led_by
from broker.casework.staff import Staff
from broker.dates import Interval

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
HOURS = st.integers(-48, 48).map(lambda hours: NOON + timedelta(hours=hours))
ENDS = st.none() | HOURS


def case(*members: Membership) -> Case:
    opened_at = NOON - timedelta(days=30)
    return Case(
        "k-1", CaseKind.TEAM, 2, frozenset({"family-support"}), frozenset({"p-1"}), opened_at, members=members
    )


@given(HOURS, ENDS, HOURS, ENDS, HOURS)
def test_a_covers_place_lies_within_the_colleagues_own(
    from_at: datetime, until_at: datetime | None, begins: datetime, ends: datetime | None, at: datetime
) -> None:
    own = case(Membership("kim", Interval(from_at, until_at)))
    found = covered(own, "kim", "tom", Interval(begins, ends))
    if found is not None and found.has_member("tom", at):
        assert own.has_member("kim", at)
        assert Interval(begins, ends).covers(at)
    assert (found is not None) == own.has_member("kim", begins)


def test_a_restricted_case_a_closed_one_and_somebody_elses_are_not_covered() -> None:
    own, days = case(Membership("kim", Interval(NOON, None))), Interval(NOON, NOON + timedelta(days=2))
    assert covered(own, "kim", "tom", days) is not None
    assert covered(replace(own, restricted=True), "kim", "tom", days) is None
    assert covered(replace(own, closed_at=NOON), "kim", "tom", days) is None
    assert covered(own, "dee", "tom", days) is None


@given(HOURS, HOURS)
def test_where_cover_ends_the_places_in_that_colleagues_stead_end_and_no_others(
    at: datetime, when: datetime
) -> None:
    open_end = Interval(NOON - timedelta(days=9), None)
    everybody = case(
        Membership("tom", open_end, cover_for="kim"),
        Membership("tom", open_end, cover_for="dee"),
        Membership("kim", open_end),
    )
    stead = ended(everybody, ["tom"], at, only_cover_for="kim").members
    assert [one.interval.covers(when) for one in stead] == [when < at, True, True]
    whole = ended(everybody, ["tom"], at).members
    assert [one.interval.covers(when) for one in whole] == [when < at, when < at, True]


@given(ENDS, ENDS, HOURS, st.sampled_from(["tom", "ann"]), st.booleans())
def test_whoever_leads_next_is_in_it_and_no_cover_outlasts_whom_it_is_for(
    until_at: datetime | None, covers_until: datetime | None, at: datetime, to: str, stays: bool
) -> None:
    begun = case(Membership("kim", Interval(NOON - timedelta(days=3), until_at)))
    own = covered(begun, "kim", "tom", Interval(NOON - timedelta(days=3), covers_until)) or begun
    found = led_by(own, to, "kim", at, stays=stays)
    staff = {one: Staff(one, "ecc", frozenset({"lead-practitioner"})) for one in ("kim", "tom", "ann")}
    lead = lead_of(found, staff, at)
    assert lead is not None
    assert lead.id == to
    assert lead_of(found, {}, at) is None
    assert found.has_member("kim", at) == (stays and own.has_member("kim", at))
    for one in found.members:
        if one.cover_for == "kim" and one.interval.covers(at):
            assert found.has_member("kim", at)
