"""Agreements are kept as published; signatures are events; the standing files are kept as adopted."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from broker.canonical import digest_bytes
from broker.dates import Interval
from broker.errors import CallWrong
from broker.store.agreements import (
    StoredSignature,
    adopt_policies,
    append_signature,
    find_policies,
    find_signatures,
    find_versions,
    publish_version,
)
from broker.store.kinds import VersionedKind
from tests.unit.store.small_store import NOON, SmallStore, entry

TEXT = b"agreement: family-support\nversion: 1\n"
DAY = timedelta(days=1)
SIGNED = StoredSignature(
    "ecc", "signed", NOON, digest_bytes(TEXT), {"signatory": "A. Guardian", "method": "click"}
)


def test_a_version_is_kept_as_its_bytes(small: SmallStore) -> None:
    with small.act() as act:
        assert publish_version(act, "family-support", 1, TEXT, entry=entry()) == digest_bytes(TEXT)
        publish_version(act, "family-support", 1, TEXT, entry=entry())
        publish_version(act, "front-door", 1, b"other", entry=entry())
    with small.store.look() as view:
        (found,) = find_versions(view, "family-support")
        assert (found.document, found.document_digest, found.signatures) == (TEXT, digest_bytes(TEXT), {})
        assert [one.reference for one in find_versions(view)] == ["family-support", "front-door"]
        assert find_versions(view, known_at=NOON - DAY) == ()


def test_a_published_text_is_never_edited(small: SmallStore) -> None:
    with small.act() as act:
        publish_version(act, "family-support", 1, TEXT, entry=entry())
    with small.act() as act, pytest.raises(CallWrong, match="new version"):
        publish_version(act, "family-support", 1, TEXT + b"#", entry=entry())


def test_a_signature_stands_from_signing_to_withdrawal(small: SmallStore) -> None:
    with small.act() as act:
        publish_version(act, "family-support", 1, TEXT, entry=entry())
        append_signature(act, "family-support", 1, SIGNED, entry=entry())
        append_signature(act, "family-support", 1, replace(SIGNED, at=NOON + DAY), entry=entry())
        append_signature(act, "family-support", 1, replace(SIGNED, party="nhs"), entry=entry())
        first = act.at
        assert find_versions(act)[0].signatures == {"ecc": (Interval(NOON),), "nhs": (Interval(NOON),)}
    taken_back = replace(SIGNED, event="withdrawn", at=NOON + 2 * DAY)
    signed_again = replace(SIGNED, at=NOON + 3 * DAY)
    with small.act() as act:
        append_signature(act, "family-support", 1, taken_back, entry=entry())
        append_signature(act, "family-support", 1, signed_again, entry=entry())
    with small.store.look() as view:
        (found,) = find_versions(view)
        assert found.signatures["ecc"] == (Interval(NOON, NOON + 2 * DAY), Interval(NOON + 3 * DAY))
        assert find_versions(view, known_at=first)[0].signatures["ecc"] == (Interval(NOON),)
        assert find_signatures(view, "family-support", 1)[0] == SIGNED
    assert b"Guardian" not in small.dump()


def test_what_is_not_published_or_another_text_cannot_be_signed(small: SmallStore) -> None:
    with small.act() as act:
        publish_version(act, "family-support", 1, TEXT, entry=entry())
    with small.act() as act, pytest.raises(CallWrong, match="not published"):
        append_signature(act, "family-support", 2, SIGNED, entry=entry())
    other = replace(SIGNED, document_digest=digest_bytes(b"other"))
    with small.act() as act, pytest.raises(CallWrong, match="another text"):
        append_signature(act, "family-support", 1, other, entry=entry())


def test_signing_touches_the_agreement(small: SmallStore) -> None:
    with small.act() as act:
        publish_version(act, "family-support", 1, TEXT, entry=entry())
        append_signature(act, "family-support", 1, SIGNED, entry=entry())
        key = (VersionedKind.AGREEMENT, "family-support")
        assert act.share([key]) == {key: 2}


def test_the_standing_files_are_found_by_digest_and_as_known_then(small: SmallStore) -> None:
    one, two = "sha256:" + "1" * 64, "sha256:" + "2" * 64
    with small.act() as act:
        adopt_policies(act, {"roles.yaml": "roles: []"}, one, entry=entry())
        then = act.at
    with small.act() as act:
        adopt_policies(act, {"roles.yaml": "roles: [x]"}, two, entry=entry())
    with small.store.look() as view:
        newest, before, by_digest = (
            find_policies(view),
            find_policies(view, known_at=then),
            find_policies(view, digest=one),
        )
        assert newest is not None
        assert before is not None
        assert (newest.digest, newest.files) == (two, {"roles.yaml": "roles: [x]"})
        assert before == by_digest
        assert find_policies(view, known_at=NOON - DAY) is None
