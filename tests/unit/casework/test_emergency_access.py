"""The laws of emergency access: how long, how far, who with, and who waits."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from broker.casework import Staff
from broker.casework.emergency_access import (
    AccessState,
    EmergencyAccess,
    Review,
    ReviewFinding,
    SecondBar,
    Wanted,
    Window,
    bar_to_second,
    blocks,
    is_independent,
    longest_minutes,
    window_of,
)
from broker.vocabulary.codes import Detail, OverrideAlone, OverrideTerms, Role, Tier

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
INSTANTS = st.timedeltas(timedelta(), timedelta(days=900)).map(lambda length: NOON + length)
MINUTES = st.integers(1, 7 * 24 * 60)
REVIEWS = st.sampled_from(["P2D", "PT24H", "PT1H", "P1M", "P0D", "not a length"])
WANTED = Wanted("tom", "ecc", "team-member", "family-support", "k-1", frozenset({"p-1"}))
LEAD = Role("safeguarding-lead", "Lead", frozenset({"family-support"}))


def terms(minutes: int = 60, review: str = "P2D", alone: str = "PT24H") -> OverrideTerms:
    return OverrideTerms(
        {"harm": "Harm"},
        minutes,
        Tier.T4,
        Detail.FULL,
        OverrideAlone(True, Tier.T3, Detail.SUMMARY, alone),
        review,
    )


def asked(**changes: object) -> EmergencyAccess:
    found = EmergencyAccess(
        "o-1", "tom", "ecc", "team-member", "family-support", ("p-1", "p-2"), "k-1", "harm", "why",
        "vital-interests", 60, "ecc", NOON, NOON + timedelta(minutes=60),
    )  # fmt: skip
    return replace(found, **changes)  # type: ignore[arg-type]


def opened(at: datetime, second: str | None = "sal", **how: str) -> EmergencyAccess:
    return asked(window=window_of(terms(**how), at, 60, second))  # type: ignore[arg-type]


@given(INSTANTS, MINUTES, MINUTES, st.sampled_from(["sal", None]))
def test_no_window_outlives_an_hour_the_rules_or_what_was_asked(
    at: datetime, allowed: int, wanted: int, second: str | None
) -> None:
    window = window_of(terms(allowed), at, wanted, second)
    lasts = window.until_at - window.opened_at
    assert lasts == timedelta(minutes=min(allowed, wanted, 60))
    assert longest_minutes(terms(allowed)) == min(allowed, 60)


@given(INSTANTS, MINUTES, st.timedeltas(timedelta(minutes=-90), timedelta(minutes=90)), INSTANTS)
def test_a_window_serves_exactly_while_it_is_open(
    at: datetime, wanted: int, after: timedelta, closed_at: datetime
) -> None:
    """Half-open: from its opening, and neither at its end nor at its closing."""
    window = window_of(terms(), at, wanted, "sal")
    access = asked(window=window)

    def serves(one: EmergencyAccess, when: datetime = at + after) -> bool:
        return one.serves(WANTED, when)

    assert serves(access) == (window.opened_at <= at + after < window.until_at)
    closed = replace(access, window=replace(window, closed_at=closed_at))
    assert serves(closed) == (serves(access) and at + after < closed_at)
    assert not serves(replace(closed, review=Review("ola", at, ReviewFinding.JUSTIFIED, "")))
    assert serves(access, window.opened_at)
    assert not serves(access, window.until_at)


@given(
    st.sampled_from(["tom", "kim"]),
    st.sampled_from(["ecc", "essex-police"]),
    st.sampled_from(["team-member", "social-worker"]),
    st.sampled_from(["family-support", "section-47"]),
    st.sampled_from(["k-1", "k-2", None]),
    st.frozensets(st.sampled_from(["p-1", "p-2", "p-3"])),
)
def test_it_serves_its_own_request_and_no_other(
    by: str, organisation: str, role: str, purpose: str, case: str | None, about: frozenset[str]
) -> None:
    wanted = Wanted(by, organisation, role, purpose, case, about)
    own = replace(wanted, about=WANTED.about) == WANTED and "p-3" not in about
    assert opened(NOON).serves(wanted, NOON) == own
    assert not asked().serves(wanted, NOON), "nothing is open before it is approved"


@given(INSTANTS, REVIEWS, REVIEWS)
def test_alone_is_reviewed_by_its_own_clock_and_what_cannot_be_read_is_due_at_once(
    at: datetime, review: str, alone: str
) -> None:
    both = window_of(terms(review=review, alone=alone), at, 60, "sal")
    one = window_of(terms(review=review, alone=alone), at, 60, None)
    if review == alone:
        assert both.review_due_at == one.review_due_at
    if review == "not a length":
        assert both.review_due_at == at
    if alone == "PT24H":
        assert one.review_due_at == at + timedelta(hours=24)
    assert min(both.review_due_at, one.review_due_at) >= at


@given(INSTANTS, st.timedeltas(timedelta(), timedelta(days=30)), st.booleans())
def test_an_overdue_review_blocks_the_team_that_asked_and_nobody_else(
    at: datetime, after: timedelta, reviewed: bool
) -> None:
    access = opened(at)
    if reviewed:
        access = replace(access, review=Review("ola", at, ReviewFinding.TRAINING, ""))
    assert access.window is not None
    late = at + after >= access.window.review_due_at and not reviewed
    assert (access.state(at + after) is AccessState.REVIEW_OVERDUE) == late
    team = Staff("kim", "ecc", frozenset({"team-member", "triage"}))
    assert blocks(access, team, at + after) == late
    if not reviewed:
        assert access.state(access.window.review_due_at) is AccessState.REVIEW_OVERDUE, "at the very instant"
    assert not blocks(access, replace(team, roles=frozenset({"triage"})), at + after)
    assert not blocks(access, replace(team, organisation="essex-police"), at + after)


@given(INSTANTS, st.timedeltas(timedelta(), timedelta(days=30)))
def test_a_state_only_ever_moves_on(at: datetime, after: timedelta) -> None:
    order = list(AccessState)
    access = opened(at)
    assert order.index(access.state(at)) <= order.index(access.state(at + after))


def test_a_request_lapses_at_the_very_instant_it_was_to_be_answered_by() -> None:
    assert asked().state(NOON + timedelta(minutes=60, microseconds=-1)) is AccessState.WAITING
    assert asked().state(NOON + timedelta(minutes=60)) is AccessState.LAPSED


def test_who_may_be_the_second_person() -> None:
    tom = Staff("tom", "ecc", frozenset({"team-member"}), person="p-tom")
    sal = Staff("sal", "ecc", frozenset({"safeguarding-lead"}), person="p-sal")
    bars = {
        None: sal,
        SecondBar.SAME_PERSON: replace(sal, person="p-tom"),
        SecondBar.OTHER_ORGANISATION: replace(sal, organisation="essex-police"),
        SecondBar.SAME_LINE: replace(sal, roles=frozenset({"team-member", "safeguarding-lead"})),
        SecondBar.TRAINING: replace(sal, trained_until_at=NOON),
    }
    for bar, second in bars.items():
        assert bar_to_second(asked(), tom, second, LEAD, NOON) is bar
    assert bar_to_second(asked(), tom, tom, LEAD, NOON) is SecondBar.SAME_PERSON
    other = replace(LEAD, purposes=frozenset({"section-47"}))
    assert bar_to_second(asked(), tom, sal, other, NOON) is SecondBar.PURPOSE
    assert bar_to_second(asked(second_from=None), tom, sal, LEAD, NOON) is SecondBar.OTHER_ORGANISATION


def test_a_reviewer_is_neither_of_the_two_nor_the_same_human_being() -> None:
    tom = Staff("tom", "ecc", frozenset(), person="p-tom")
    sal = Staff("sal", "ecc", frozenset())
    ola = Staff("ola", "ecc", frozenset(), person="p-ola")
    access = opened(NOON)
    assert is_independent(access, (tom, sal), ola)
    assert is_independent(access, (tom, sal), replace(ola, person=None))
    assert not is_independent(access, (tom, sal), tom)
    assert not is_independent(access, (tom, sal), sal)
    assert not is_independent(access, (tom, sal), replace(ola, person="p-tom"))


def test_a_window_that_was_closed_ends_there_and_never_later() -> None:
    window = Window(NOON, NOON + timedelta(minutes=30), None, NOON)
    assert replace(window, closed_at=NOON + timedelta(minutes=5)).ends_at() == NOON + timedelta(minutes=5)
    assert replace(window, closed_at=NOON + timedelta(minutes=50)).ends_at() == window.until_at
