"""The life of a version in words and dates, and that it says what the decision does."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from broker.agreements.compile import compile_agreement
from broker.agreements.document import Agreement, Clauses, SupportingDocuments, Validity
from broker.agreements.life import (
    DueKind,
    Version,
    counting,
    due_of,
    signed_in_words,
    state_in_words,
    superseded,
)
from broker.dates import Interval, Period
from broker.decision.table import counting_version

START = datetime(2026, 1, 1, tzinfo=UTC)
DAY = timedelta(days=1)
NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
ALWAYS = (Interval(START),)


def version(
    number: int = 1,
    from_at: datetime = START,
    until_at: datetime | None = None,
    review_by: date | None = None,
    grace: Period = Period(),
    signed: tuple[str, ...] = ("ecc", "academy"),
    ended_at: datetime | None = None,
    published_at: datetime = START,
) -> Version:
    document = Agreement(
        "family-support", number, "Family support", "OFFICIAL", "ecc", ("ecc", "academy"),
        Validity(from_at, until_at, review_by, grace), Clauses((), (), SupportingDocuments(), "a.yaml"),
    )  # fmt: skip
    return Version(document, published_at, dict.fromkeys(signed, ALWAYS), ended_at)


def words(one: Version, *others: Version, at: datetime = NOW) -> str:
    return state_in_words(one, [one, *others], at)


def test_each_state_in_words() -> None:
    assert words(version()) == "In force."
    assert words(version(review_by=date(2027, 1, 1))) == "In force. Review by 1 January 2027."
    overdue = version(review_by=date(2026, 3, 1), grace=Period(months=3))
    assert words(overdue) == "In force, but its review is overdue; it lapses on 1 June 2026."
    assert words(overdue, at=datetime(2026, 6, 1, tzinfo=UTC)).startswith("Lapsed on 1 June 2026, because")
    assert words(version(from_at=NOW + DAY)) == "Not yet in force: begins on 3 March 2026."
    assert words(version(until_at=NOW - DAY)) == "Ended on 1 March 2026."
    assert words(version(until_at=NOW + 9 * DAY, ended_at=NOW - DAY)) == "Ended early, on 1 March 2026."


def test_what_supersedes_a_version_is_told_with_the_day_and_the_rule() -> None:
    second = version(2, from_at=NOW - DAY, signed=())
    assert words(version(), second) == (
        "Superseded by @2 since 1 March 2026: only the highest version that has begun and not ended counts, signed"
        " or not."
    )
    found = superseded(version(), [version(), second], NOW)
    assert found is not None
    assert (found.by, found.since) == (2, NOW - DAY)
    late = replace(second, published_at=NOW)
    found = superseded(version(), [version(), late], NOW)
    assert found is not None
    assert found.since == NOW, "a version counts from its first day, and not before it was published"
    assert superseded(version(), [version(), version(2, from_at=NOW + DAY)], NOW) is None
    assert superseded(version(), [version(), replace(second, ended_at=NOW - timedelta(hours=1))], NOW) is None


MOMENTS = st.integers(-40, 40).map(lambda days: NOW + days * DAY)


@given(
    st.lists(st.tuples(MOMENTS, st.none() | MOMENTS, st.none() | MOMENTS), min_size=1, max_size=4),
    MOMENTS,
)
def test_the_version_said_to_count_is_the_one_the_decision_counts(
    lives: list[tuple[datetime, datetime | None, datetime | None]], at: datetime
) -> None:
    versions = [
        version(number, from_at, until_at, ended_at=ended_at)
        for number, (from_at, until_at, ended_at) in enumerate(lives, 1)
    ]
    terms = [compile_agreement(one.agreement, one.signatures, one.ended_at) for one in versions]
    assert counting(versions, at).number == counting_version(terms, at).version
    for one in versions:
        told = superseded(one, versions, at)
        assert (told is not None) == (counting(versions, at).number > one.number)


def test_what_is_due_is_told_before_it_happens_and_after() -> None:
    one = version(
        until_at=datetime(2026, 12, 1, tzinfo=UTC),
        review_by=date(2026, 4, 1),
        grace=Period(months=1),
        signed=("ecc",),
    )
    due = due_of([one], NOW, 365)
    assert [(line.on.isoformat(), line.kind) for line in due] == [
        ("2026-03-02", DueKind.SIGNATURES),
        ("2026-04-01", DueKind.REVIEW),
        ("2026-05-01", DueKind.LAPSES),
        ("2026-12-01", DueKind.ENDS),
    ]
    assert due[0].says == "1 of 2 have not signed: academy."
    assert due[1].says == "is to be reviewed; it lapses on 1 May 2026"
    assert [line.kind for line in due_of([one], NOW, 30)] == [DueKind.SIGNATURES, DueKind.REVIEW]
    lapsed = due_of([one], datetime(2026, 5, 1, tzinfo=UTC), 0)
    assert [line.says for line in lapsed if line.kind is DueKind.LAPSES] == ["has lapsed: nothing flows under it"]


def test_a_version_to_come_is_due_on_its_first_day_and_one_superseded_is_no_work() -> None:
    first, second = version(1), version(2, from_at=NOW + 10 * DAY, signed=("ecc",))
    (begins,) = due_of([first, second], NOW, 30)
    assert (begins.kind, begins.what) == (DueKind.BEGINS, "family-support@2")
    assert begins.says.startswith("begins, and from then on only the highest version")
    assert begins.says.endswith("1 of 2 have not signed: academy.")
    old = version(1, review_by=date(2026, 3, 5))
    assert due_of([old, version(2, from_at=NOW - DAY)], NOW, 30) == ()
    ending = version(1, until_at=NOW + 9 * DAY)
    (ends,) = [line for line in due_of([ending, second], NOW, 30) if line.kind is DueKind.ENDS]
    assert ends.says == "ends; @2 begins on 12 March 2026"
    (over,) = due_of([version(until_at=NOW - DAY)], NOW, 0)
    assert over.says == "has ended, and nothing replaces it"


def test_who_has_not_signed() -> None:
    assert signed_in_words(version(), NOW) == "All 2 have signed."
    assert signed_in_words(version(signed=()), NOW) == "2 of 2 have not signed: ecc, academy."
