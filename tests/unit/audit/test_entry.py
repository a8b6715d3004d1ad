"""One entry, one spelling; identities are refused; what is refused is never repeated in the message."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broker.audit.details import EntryRefused, looks_like_an_identifier
from broker.audit.entry import AuditEntry, entry_bytes, parse_entry
from broker.audit.events import EVENT_FORMS, Event, Outcome
from tests.unit.audit.building import adoption, full_entry, make_entry, pseudonym, release


@given(
    st.sampled_from(list(Event)),
    st.datetimes(min_value=datetime(1, 1, 2), max_value=datetime(9999, 12, 30), timezones=st.just(UTC)),  # noqa: DTZ001  Hypothesis adds the zone
    st.binary(min_size=32, max_size=32),
    st.none() | st.binary(min_size=32, max_size=32),
    st.sets(st.integers(0, 50).map(pseudonym), max_size=5),
)
def test_an_entry_survives_being_written_and_read(
    event: Event, at: datetime, random_bytes: bytes, commitment: bytes | None, about: set[str]
) -> None:
    entry = dataclasses.replace(
        full_entry(event), occurred_at=at, nonce=random_bytes, commitment=commitment, about=tuple(about)
    )
    assert parse_entry(entry_bytes(entry)) == entry


def test_the_same_instant_in_another_zone_is_the_same_bytes() -> None:
    entry = full_entry(Event.PROFILE_RELEASED)
    summer = timezone(timedelta(hours=1))
    moved = dataclasses.replace(entry, occurred_at=entry.occurred_at.astimezone(summer))
    assert entry_bytes(moved) == entry_bytes(entry)


def test_the_order_in_which_lists_are_given_does_not_matter() -> None:
    one = release(5, ["consent:c-1", "agreement:family-support@2"], about=(pseudonym(2), pseudonym(1)))
    other = release(5, ["agreement:family-support@2", "consent:c-1"], about=(pseudonym(1), pseudonym(2)))
    assert entry_bytes(one) == entry_bytes(other)


def test_bytes_are_canonical_json_with_sorted_keys_and_no_white_space() -> None:
    data = entry_bytes(full_entry(Event.PROFILE_RELEASED))
    assert json.dumps(json.loads(data), sort_keys=True, separators=(",", ":")).encode() == data


NONCE = full_entry(Event.PROFILE_RELEASED).nonce.hex()
SPELLINGS: dict[str, Callable[[bytes], bytes]] = {
    "white-space": lambda data: data.replace(b'":', b'": ', 1),
    "trailing-line-feed": lambda data: data + b"\n",
    "byte-order-mark": lambda data: b"\xef\xbb\xbf" + data,
    "utf-16": lambda data: data.decode().encode("utf-16"),
    "escape": lambda data: data.replace(b'"ecc"', b'"\\u0065cc"'),
    "repeated-key": lambda data: data[:-1] + b',"v":1}',
    "key-order": lambda data: b'{"v":1,' + data[1:].replace(b',"v":1', b""),
    "unknown-key": lambda data: data[:-1] + b',"w":1}',
    "missing-key": lambda data: data.replace(b',"v":1', b""),
    "version-as-true": lambda data: data.replace(b'"v":1', b'"v":true'),
    "version-as-float": lambda data: data.replace(b'"v":1', b'"v":1.0'),
    "later-version": lambda data: data.replace(b'"v":1', b'"v":2'),
    "unknown-event": lambda data: data.replace(b"profile.released", b"profile.leaked"),
    "unknown-outcome": lambda data: data.replace(b'"permitted","policies', b'"maybe","policies'),
    "upper-case-nonce": lambda data: data.replace(NONCE.encode(), NONCE.upper().encode()),
    "short-instant": lambda data: data.replace(b".000000Z", b"Z"),
    "impossible-day": lambda data: data.replace(b"2026-03-02", b"2026-02-30"),
    "not-a-number": lambda data: data.replace(b'"denied":7', b'"denied":NaN'),
    "list-for-text": lambda data: data.replace(b'"organisation":"ecc"', b'"organisation":["ecc"]'),
    "text-for-details": lambda data: data.replace(b'"details":{', b'"details":"","extra":{'),
    "deep-nesting": lambda _: b"[" * 100_000,
    "nothing": lambda _: b"",
}


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_any_other_spelling_is_refused(spelling: str) -> None:
    data = entry_bytes(full_entry(Event.PROFILE_RELEASED))
    other = SPELLINGS[spelling](data)
    assert other != data
    with pytest.raises(EntryRefused):
        parse_entry(other)


@pytest.mark.parametrize(
    "change",
    [
        {"event": "profile.leaked"},
        {"version": 2},
        {"occurred_at": datetime(2026, 3, 2, 9, 30)},  # noqa: DTZ001  the missing zone is the point
        {"actor": "Kim Example"},
        {"actor": "999 000 0018"},
        {"organisation": "Essex County Council"},
        {"outcome": Outcome.REFUSED},
        {"nonce": b"short"},
        {"commitment": b"short"},
        {"about": ("999 000 0018",)},
        {"about": ("Jo Example",)},
        {"about": (pseudonym(1)[:-1] + "b",)},
        {"about": (pseudonym(1), pseudonym(1))},
        {"about": tuple(pseudonym(number) for number in range(1001))},
        {"agreements_digest": None},
        {"policies_digest": None},
        {"agreements_digest": "a1" * 32},
    ],
)
def test_a_value_of_the_wrong_form_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(EntryRefused):
        dataclasses.replace(full_entry(Event.PROFILE_RELEASED), **change)


def test_an_event_that_used_no_rules_need_not_name_any() -> None:
    entry = make_entry(1, Event.CASE_CLOSED, {"case": "t-1"})
    assert entry.agreements_digest is None
    assert parse_entry(entry_bytes(entry)) == entry


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("case", "Jo Example"),
        ("case", "9990000018"),
        ("case", "999-000-0018"),
        ("case", "QQ123456C"),
        ("case", "qq 12 34 56 c"),
        ("case", "B801200005001"),
        ("case", "01632960123"),
        ("case", "+441632960123"),
        ("case", "x" * 129),
        ("case", ""),
        ("case", 7),
        ("case", None),
        ("purpose", "Family support"),
        ("purpose", "9990000018"),
        ("records", -1),
        ("records", True),
        ("records", 1.5),
        ("records", 2**53),
        ("records", "3"),
        ("rests_on", "consent:c-1"),
        ("rests_on", ["c-1"]),
        ("rests_on", ["vote:c-1"]),
        ("rests_on", ["consent:"]),
        ("rests_on", ["consent:c-1", "consent:c-1"]),
        ("rests_on", ["consent:9990000018"]),
        ("rests_on", [["consent:c-1"]]),
        ("rests_on", [f"consent:c-{number}" for number in range(1001)]),
        ("note", "a word about the family"),
    ],
)
def test_a_detail_of_the_wrong_form_is_refused_without_repeating_it(name: str, value: Any) -> None:
    entry = full_entry(Event.PROFILE_RELEASED)
    with pytest.raises(EntryRefused, match=f"`{name}`") as refused:
        dataclasses.replace(entry, details={**entry.details, name: value})
    if name in ("case", "purpose", "note") and value:
        assert str(value) not in str(refused.value)


def test_a_flag_and_an_instant_must_be_what_they_say() -> None:
    entry = full_entry(Event.OVERRIDE_OPENED)
    for name, value in (
        ("alone", "yes"),
        ("alone", 1),
        ("until", "2026-03-02T10:30:00Z"),
        ("until", "2026-13-02"),
    ):
        with pytest.raises(EntryRefused, match=f"`{name}`"):
            dataclasses.replace(entry, details={**entry.details, name: value})


def test_a_digest_detail_must_be_one() -> None:
    entry = full_entry(Event.AUDIT_EXPORTED)
    with pytest.raises(EntryRefused, match="root_digest"):
        dataclasses.replace(entry, details={**entry.details, "root_digest": "sha256:abc"})


@given(st.integers(0, 10**15 - 1).map("{:08d}".format))
def test_numbers_as_long_as_an_identifier_look_like_one(digits: str) -> None:
    assert looks_like_an_identifier(digits)


@pytest.mark.parametrize(
    "text", ["42", "d-42x", "family-support@2", "c-17", "3f2c9a10b4d84e0f9a7712aa0e5b6c7d", "t1"]
)
def test_ordinary_ids_do_not_look_like_identifiers_of_people(text: str) -> None:
    assert not looks_like_an_identifier(text)


def test_an_entry_too_long_for_the_log_is_refused() -> None:
    grounds = [f"consent:{number:04d}-{'x' * 90}" for number in range(900)]
    with pytest.raises(EntryRefused, match="65535"):
        entry_bytes(release(1, grounds))


def test_an_entry_cannot_be_changed() -> None:
    entry = adoption(1)
    with pytest.raises(dataclasses.FrozenInstanceError):
        entry.actor = "somebody-else"  # type: ignore[misc]  that it cannot be set is the point
    with pytest.raises(TypeError):
        entry.details["x"] = 1  # type: ignore[index]  that it cannot be set is the point


def test_every_outcome_of_every_event_can_be_written() -> None:
    for event, form in EVENT_FORMS.items():
        for outcome in form.outcomes:
            entry: AuditEntry = dataclasses.replace(full_entry(event), outcome=outcome)
            assert parse_entry(entry_bytes(entry)).outcome is outcome
