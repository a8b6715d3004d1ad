"""How a key stands: from its approval to its end, and never again once revoked."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broker.errors import CallWrong
from broker.partner_keys import KeyEvent, KeyEventKind, KeyState, PartnerKey
from broker.partner_keys.public_key import public_key_of
from broker.partner_keys.standing import organisation_of, require_until
from tests.unit.partner_keys.test_public_key import RAW

START = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
DAY = timedelta(days=1)
MOMENTS = st.integers(0, 500).map(lambda days: START + days * DAY)


def key(*events: tuple[KeyEventKind, datetime], until: datetime = START + 300 * DAY) -> PartnerKey:
    return PartnerKey(
        "ecc/sid", "ecc", public_key_of(RAW), until, tuple(KeyEvent(kind, at, "x") for kind, at in events)
    )


@given(enrolled=MOMENTS, revoked=MOMENTS, until=MOMENTS, at=MOMENTS)
def test_a_key_counts_from_its_approval_to_its_end_or_revocation(
    enrolled: datetime, revoked: datetime, until: datetime, at: datetime
) -> None:
    one = key((KeyEventKind.ENROLLED, enrolled), (KeyEventKind.REVOKED, revoked), until=until)
    counts = enrolled <= at and at < until and at < revoked
    assert (one.state(at) is KeyState.LIVE) == counts


@given(events=st.lists(st.tuples(st.sampled_from(KeyEventKind), MOMENTS), max_size=6), at=MOMENTS, later=MOMENTS)
def test_what_is_revoked_never_counts_again_whatever_happens(
    events: list[tuple[KeyEventKind, datetime]], at: datetime, later: datetime
) -> None:
    one = key(*events)
    if one.state(at) is KeyState.REVOKED and later >= at:
        assert one.state(later) is KeyState.REVOKED


def test_a_key_that_was_only_handed_in_does_not_count() -> None:
    assert key((KeyEventKind.PROPOSED, START)).state(START + DAY) is KeyState.PROPOSED


def test_a_key_lives_for_thirteen_months_at_most() -> None:
    require_until(datetime(2027, 4, 1, 23, 0, tzinfo=UTC), START)  # the start of 2 April 2027 in London
    for until in (START, START - DAY, datetime(2027, 4, 1, 23, 0, 1, tzinfo=UTC)):
        with pytest.raises(CallWrong, match="thirteen months"):
            require_until(until, START)


@pytest.mark.parametrize(
    "wrong", ["ecc", "/x", "ecc/", "ecc/Sid", "ecc/a/b", "ecc/" + "a" * 25, "e" * 60 + "/abcd"]
)
def test_a_key_is_named_by_its_organisation(wrong: str) -> None:
    assert organisation_of("ecc/sid-2027") == "ecc"
    with pytest.raises(CallWrong, match="organisation/name"):
        organisation_of(wrong)
