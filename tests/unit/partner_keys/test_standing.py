"""How a key stands: from its approval to its end, and never again once revoked."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broker.errors import CallWrong
from broker.partner_keys import ApiVerb, KeyEvent, KeyEventKind, KeyState, KeyUse, PartnerKey
from broker.partner_keys.allowed import require_allowed, verbs_of, verbs_text
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


@given(enrolled=MOMENTS, first=MOMENTS, at=MOMENTS)
def test_a_key_counts_from_its_first_instant_and_not_before_its_approval(
    enrolled: datetime, first: datetime, at: datetime
) -> None:
    one = replace(key((KeyEventKind.ENROLLED, enrolled), until=START + 900 * DAY), from_at=first)
    assert (one.state(at) is KeyState.LIVE) == (max(enrolled, first) <= at)
    assert (one.state(at) is KeyState.NOT_YET) == (enrolled <= at < first)


def test_a_key_begins_before_it_ends() -> None:
    require_until(START + 3 * DAY, START, START + 2 * DAY)
    with pytest.raises(CallWrong, match="begins before it ends"):
        require_until(START + 3 * DAY, START, START + 3 * DAY)


def test_a_key_signs_agreements_or_requests_and_says_which() -> None:
    assert require_allowed(KeyUse.AGREEMENTS, ()) == frozenset()
    every = require_allowed(KeyUse.REQUESTS, [verb.value for verb in ApiVerb])
    assert every == frozenset(ApiVerb) == verbs_of(verbs_text(every))
    for use, verbs in (
        (KeyUse.REQUESTS, ()),
        (KeyUse.AGREEMENTS, ("teams.read",)),
        (KeyUse.REQUESTS, ("teams.reed",)),
        (KeyUse.REQUESTS, ("*",)),
        (KeyUse.REQUESTS, ("",)),
    ):
        with pytest.raises(CallWrong, match="verbs"):
            require_allowed(use, verbs)


def test_a_word_that_a_later_version_wrote_allows_nothing() -> None:
    assert verbs_of("everything.do teams.read") == {ApiVerb.TEAMS_READ}


@pytest.mark.parametrize(
    "wrong", ["ecc", "/x", "ecc/", "ecc/Sid", "ecc/a/b", "ecc/" + "a" * 25, "e" * 60 + "/abcd"]
)
def test_a_key_is_named_by_its_organisation(wrong: str) -> None:
    assert organisation_of("ecc/sid-2027") == "ecc"
    with pytest.raises(CallWrong, match="organisation/name"):
        organisation_of(wrong)
