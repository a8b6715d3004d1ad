"""Steps up and down, proposals and cover: the laws, whatever the order things come in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broker.casework import Case, CaseKind, CoveredPost, Membership, Staff
from broker.casework.authority import (
    Proposal,
    ProposalKind,
    Settled,
    proposals_of,
    require_no_other,
    require_open,
)
from broker.casework.cover import covered, ended
from broker.casework.moves import MOVES, Direction, require_move
from broker.casework.steps import Step, StepKind
from broker.dates import Interval
from broker.errors import CallWrong

AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
kinds = st.sampled_from(CaseKind)
levels = st.integers(1, 4)
minutes = st.integers(-500, 500)


def at(minute: int) -> datetime:
    return AT + timedelta(minutes=minute)


def case(*members: Membership, restricted: bool = False) -> Case:
    about, purposes = frozenset({"p-1"}), frozenset({"family-support"})
    return Case("k-1", CaseKind.TEAM, 2, purposes, about, at(-1000), None, restricted, members)


places = st.builds(
    lambda who, start, length, stead: Membership(
        who, Interval(at(start), None if length is None else at(start + length)), stead
    ),
    st.sampled_from(["kim", "tom", "soc"]),
    minutes,
    st.one_of(st.none(), st.integers(0, 400)),
    st.sampled_from([None, None, "kim"]),
)
cases = st.lists(places, max_size=5).map(lambda found: case(*found))


@given(kinds, levels, kinds, levels)
def test_a_step_up_never_lowers_the_level_and_a_step_down_never_raises_it(
    before: CaseKind, level: int, after: CaseKind, new_level: int
) -> None:
    try:
        move = require_move(before, level, after, new_level)
    except CallWrong:
        return
    assert move in MOVES
    if move.direction is Direction.UP:
        assert new_level >= level
    if move.direction is Direction.DOWN:
        assert new_level <= level
    assert (before, level) != (after, new_level) or move.direction is Direction.ON


def test_what_is_no_move_says_where_it_could_go() -> None:
    with pytest.raises(CallWrong, match="a contact cannot become `plan`: it goes on as `enquiry` or `team`"):
        require_move(CaseKind.CONTACT, 2, CaseKind.PLAN, 4)
    with pytest.raises(CallWrong, match="goes nowhere; close it"):
        require_move(CaseKind.PANEL, 4, CaseKind.TEAM, 2)
    with pytest.raises(CallWrong, match="`2` after `2` is no step down or a step up"):
        require_move(CaseKind.TEAM, 2, CaseKind.TEAM, 2)
    with pytest.raises(CallWrong, match="level of need"):
        require_move(CaseKind.TEAM, 2, CaseKind.TEAM, 5)


@given(cases, minutes, st.one_of(st.none(), st.integers(1, 400)), minutes)
def test_cover_is_never_there_when_the_colleague_would_not_be(
    before: Case, start: int, length: int | None, looked: int
) -> None:
    interval = Interval(at(start), None if length is None else at(start + length))
    after = covered(before, "kim", "ann", interval)
    if after is None:
        return
    if after.has_member("ann", at(looked)):
        assert before.has_member("kim", at(looked))
        assert interval.covers(at(looked))
    for one in ("kim", "tom", "soc"):
        assert after.has_member(one, at(looked)) == before.has_member(one, at(looked))


@given(cases, minutes, minutes)
def test_access_never_outlives_membership_and_nobody_elses_ends(before: Case, end: int, looked: int) -> None:
    after = ended(before, ["kim"], at(end))
    if looked >= end:
        assert not after.has_member("kim", at(looked))
    else:
        assert after.has_member("kim", at(looked)) == before.has_member("kim", at(looked))
    for one in ("tom", "soc"):
        assert after.has_member(one, at(looked)) == before.has_member(one, at(looked))


@given(cases, minutes, minutes)
def test_ending_cover_ends_what_was_in_somebodys_stead_and_no_own_place(
    before: Case, end: int, looked: int
) -> None:
    after = ended(before, ["tom"], at(end), only_cover_for="kim")
    own = [one for one in before.members if one.staff == "tom" and one.cover_for != "kim"]
    if any(one.interval.covers(at(looked)) for one in own):
        assert after.has_member("tom", at(looked))
    elif looked >= end:
        assert not after.has_member("tom", at(looked))


def test_a_restricted_or_closed_case_is_not_covered() -> None:
    kim = Membership("kim", Interval(at(-100), None))
    assert covered(case(kim, restricted=True), "kim", "ann", Interval(at(0), at(60))) is None
    assert covered(case(kim), "kim", "ann", Interval(at(0), at(60))) is not None
    assert covered(case(), "kim", "ann", Interval(at(0), at(60))) is None


def test_a_role_lent_is_held_to_the_minute() -> None:
    post = CoveredPost("lead-practitioner", "kim", Interval(at(0), at(60)))
    ann = Staff("ann", "ecc", frozenset({"team-member"}), covers=(post,))
    held = [ann.holds("lead-practitioner", at(minute)) for minute in (-1, 0, 59, 60)]
    assert held == [False, True, True, False]
    assert ann.holds("team-member", at(600))
    assert not ann.holds("triage", at(30))


def proposed(by: str = "kim", manager: str = "pat") -> Step:
    facts = {"proposal": "a-1", "what": "purpose", "manager": manager, "before": "x", "after": "y"}
    return Step(StepKind.PROPOSED, AT, by, facts, b"row")


def test_nobody_settles_their_own_and_nothing_is_settled_twice() -> None:
    (proposal,) = proposals_of([proposed()])
    assert (proposal.kind, proposal.before, proposal.after, proposal.settled) == ("purpose", "x", "y", None)
    require_open(proposal, "pat")
    with pytest.raises(CallWrong, match="is your own"):
        require_open(proposal, "kim")
    with pytest.raises(CallWrong, match="is open already"):
        require_no_other([proposal], ProposalKind.PURPOSE)
    require_no_other([proposal], ProposalKind.LIFT)
    settled = Step(StepKind.SETTLED, AT, "pat", {"proposal": "a-1", "settled": "authorised"})
    (after,) = proposals_of([proposed(), settled])
    assert after.settled is Settled.AUTHORISED
    with pytest.raises(CallWrong, match="was authorised already"):
        require_open(after, "pat")
    require_no_other([after], ProposalKind.PURPOSE)


def test_a_settlement_of_what_was_never_proposed_is_nothing() -> None:
    stray = Step(StepKind.SETTLED, AT, "pat", {"proposal": "a-9", "settled": "authorised"})
    found: tuple[Proposal, ...] = proposals_of([stray])
    assert found == ()
