"""What a signature says: for one party, version and text, and for no other; and who may sign for whom."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import assume, given
from hypothesis import strategies as st

from broker.agreements.signing import OLDEST, Authorisation, SignatureStatement, require_timely, standing_for
from broker.canonical import digest_bytes
from broker.dates import Interval
from broker.errors import NotAllowed
from broker.partner_keys.public_key import public_key_of

START = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
DAY = timedelta(days=1)
PRIVATE = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
KEY = public_key_of(PRIVATE.public_key().public_bytes_raw())
STATEMENT = SignatureStatement(
    "family-support", 2, digest_bytes(b"text"), "ecc", "Sid Marsh", "SIRO", "scheme", "ecc/sid", START
)
WORDS = st.text(max_size=12)
ANOTHER: dict[str, st.SearchStrategy[Any]] = {
    "reference": WORDS,
    "version": st.integers(1, 9),
    "document_digest": st.binary(max_size=8).map(digest_bytes),
    "party": WORDS,
    "signatory": WORDS,
    "post": WORDS,
    "authority": WORDS,
    "key": WORDS,
    "signed_at": st.datetimes(timezones=st.just(UTC), min_value=datetime(2000, 1, 1)),  # noqa: DTZ001 - Hypothesis adds the zone
}


def test_the_strategies_name_every_part_of_a_statement() -> None:
    assert {one.name for one in fields(SignatureStatement)} == set(ANOTHER)


@given(data=st.data(), name=st.sampled_from(sorted(ANOTHER)))
def test_a_signature_verifies_for_what_it_says_and_for_nothing_that_differs_in_any_part(
    data: st.DataObject, name: str
) -> None:
    signature = PRIVATE.sign(STATEMENT.to_bytes())
    KEY.require(signature, STATEMENT.to_bytes(), "signature")
    other = replace(STATEMENT, **{name: data.draw(ANOTHER[name])})
    assume(other != STATEMENT)
    with pytest.raises(NotAllowed, match="not this key's"):
        KEY.require(signature, other.to_bytes(), "signature")


@given(edit=st.integers(0, 10_000), byte=st.integers(0, 255))
def test_any_edit_of_a_text_is_another_text_to_a_signature(edit: int, byte: int) -> None:
    text = b"agreement: family-support\nversion: 2\ngrants: []\n"
    place = edit % len(text)
    edited = text[:place] + bytes([byte]) + text[place + 1 :]
    assume(edited != text)
    assert digest_bytes(edited) != digest_bytes(text)
    signature = PRIVATE.sign(replace(STATEMENT, document_digest=digest_bytes(text)).to_bytes())
    with pytest.raises(NotAllowed):
        KEY.require(signature, replace(STATEMENT, document_digest=digest_bytes(edited)).to_bytes(), "signature")


def test_a_signature_is_handed_in_in_time() -> None:
    require_timely(START, START, None, "s")
    require_timely(START, START + OLDEST, START - DAY, "s")
    for signed_at, withdrawn_at, said in (
        (START + timedelta(seconds=1), None, "later than now"),
        (START - OLDEST - timedelta(seconds=1), None, "30 days ago"),
        (START - DAY, START - DAY, "took its signature back"),
        (START - DAY, START, "took its signature back"),
    ):
        with pytest.raises(NotAllowed, match=said):
            require_timely(signed_at, START, withdrawn_at, "s")


def authorisation(**others: Any) -> Authorisation:
    values: dict[str, Any] = {
        "id": "au-1", "party": "academy", "body": "ecc", "reference": None, "interval": Interval(START, None),
        "recorded_at": START, "recorded_by": "ola",
    }  # fmt: skip
    return Authorisation(**{**values, **others})


@pytest.mark.parametrize(
    ("others", "stands"),
    [
        ({}, True),
        ({"reference": "family-support"}, True),
        ({"reference": "front-door"}, False),
        ({"party": "nhs"}, False),
        ({"body": "nhs"}, False),
        ({"interval": Interval(START + 2 * DAY)}, False),
        ({"interval": Interval(START, START + DAY)}, False),
        ({"recorded_at": START + 2 * DAY}, False),
        ({"withdrawn_at": START + DAY}, False),
        ({"withdrawn_at": START + 2 * DAY}, True),
    ],
)
def test_a_body_signs_by_an_authorisation_that_stands(others: dict[str, Any], stands: bool) -> None:
    found = standing_for([authorisation(**others)], "academy", "ecc", "family-support", START + DAY)
    assert bool(found) == stands


def test_the_latest_recorded_is_named_first() -> None:
    both = [authorisation(), authorisation(id="au-2", recorded_at=START + timedelta(hours=1))]
    found = standing_for(both, "academy", "ecc", "family-support", START + DAY)
    assert [one.id for one in found] == ["au-2", "au-1"]
