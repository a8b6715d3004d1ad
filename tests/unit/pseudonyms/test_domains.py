"""Domains, epochs and keys: apart from each other, and silent about their secrets."""

from __future__ import annotations

import copy
import itertools
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broker.errors import CallWrong, NotAllowed
from broker.identifiers import IdentifierTypeUnknown
from broker.pseudonyms import EpochWindow, MacAlgorithm, PseudonymDomain, PseudonymKey, PseudonymRoot
from broker.pseudonyms.domains import length_prefixed

SECRET = bytes(range(32))
ROOT = PseudonymRoot(SECRET, "test")


def test_every_part_of_the_derivation_makes_another_key() -> None:
    keys = [
        root.key_for(PseudonymDomain(name, epoch), type_code).secret
        for root, name, epoch, type_code in itertools.product(
            (ROOT, PseudonymRoot(SECRET, "live"), PseudonymRoot(SECRET[::-1], "test")),
            ("ecc", "essex-police"),
            (1, 2, 12),
            ("nhs-number", "upn"),
        )
    ]
    assert len(set(keys)) == len(keys)


def test_the_same_parts_make_the_same_key() -> None:
    domain = PseudonymDomain("ecc")
    again = PseudonymRoot(SECRET, "test").key_for(domain, "upn")
    assert ROOT.key_for(domain, "upn").secret == again.secret


@given(st.lists(st.binary(max_size=6), max_size=4), st.lists(st.binary(max_size=6), max_size=4))
def test_length_prefixes_keep_the_parts_apart(one: list[bytes], other: list[bytes]) -> None:
    same = b"".join(map(length_prefixed, one)) == b"".join(map(length_prefixed, other))
    assert same == (one == other)


def test_a_value_too_long_for_its_prefix_is_refused() -> None:
    assert length_prefixed(bytes(65_535))[:2] == b"\xff\xff"
    with pytest.raises(ValueError, match="65,535"):
        length_prefixed(bytes(65_536))


@pytest.mark.parametrize("holder", [ROOT, ROOT.key_for(PseudonymDomain("ecc"), "upn")])
def test_a_secret_is_never_shown_and_never_written(holder: PseudonymRoot | PseudonymKey) -> None:
    secrets = {SECRET, ROOT.key_for(PseudonymDomain("ecc"), "upn").secret}
    for shown in (repr(holder), str(holder), f"{holder}", f"{holder!r:>100}"):
        for secret in secrets:
            assert secret.hex() not in shown
            assert repr(secret) not in shown
    with pytest.raises(TypeError, match="not written anywhere"):
        pickle.dumps(holder)
    with pytest.raises(TypeError, match="not written anywhere"):
        copy.copy(holder)
    with pytest.raises(TypeError, match="not written anywhere"):
        copy.deepcopy(holder)
    assert not hasattr(holder, "__dict__")


@pytest.mark.parametrize("secret", [b"", bytes(16), bytes(31)])
def test_a_short_root_is_refused(secret: bytes) -> None:
    with pytest.raises(CallWrong, match="at least 32 bytes"):
        PseudonymRoot(secret, "test")


def test_a_deployment_must_have_an_id() -> None:
    with pytest.raises(CallWrong, match="give the deployment an id"):
        PseudonymRoot(SECRET, "")


def test_a_key_has_32_bytes_and_a_known_identifier_type() -> None:
    with pytest.raises(CallWrong, match="32 bytes"):
        PseudonymKey(PseudonymDomain("ecc"), "upn", bytes(16))
    with pytest.raises(IdentifierTypeUnknown):
        PseudonymKey(PseudonymDomain("ecc"), "passport", bytes(32))
    with pytest.raises(IdentifierTypeUnknown):
        ROOT.key_for(PseudonymDomain("ecc"), "passport")


@pytest.mark.parametrize("name", ["", "Essex", "a.b", "-a", "a-", "a b", "a\n", "é", "a" * 64, "a_b", "１", "a/b"])
def test_a_name_that_would_not_fit_the_text_form_is_refused(name: str) -> None:
    with pytest.raises(CallWrong, match="not a domain name"):
        PseudonymDomain(name)


@pytest.mark.parametrize("epoch", [0, -1, 1_000_000])
def test_epochs_count_from_one(epoch: int) -> None:
    with pytest.raises(CallWrong, match="count epochs from 1"):
        PseudonymDomain("ecc", epoch)


def test_the_matching_domain_is_never_exported() -> None:
    PseudonymDomain("essex-police").require_exportable()
    with pytest.raises(NotAllowed, match="never exported"):
        PseudonymDomain("matching", 3).require_exportable()


def test_rotation_keeps_two_epochs_and_then_one() -> None:
    window = EpochWindow(PseudonymDomain("ecc", 1, MacAlgorithm.HMAC_SHA_256))
    rotating = window.rotate()
    assert rotating.current == PseudonymDomain("ecc", 2, MacAlgorithm.HMAC_SHA_256)
    assert [rotating.understands("ecc", epoch) for epoch in (1, 2, 3)] == [True, True, False]
    assert not rotating.understands("essex-police", 2)
    assert [rotating.rotate().understands("ecc", epoch) for epoch in (1, 2, 3)] == [False, True, True]
    assert [rotating.settle().understands("ecc", epoch) for epoch in (1, 2, 3)] == [False, True, False]


@pytest.mark.parametrize(
    "previous", [PseudonymDomain("ecc", 2), PseudonymDomain("ecc", 3), PseudonymDomain("essex-police", 1)]
)
def test_the_previous_epoch_is_an_earlier_one_of_the_same_domain(previous: PseudonymDomain) -> None:
    with pytest.raises(CallWrong, match="an earlier one of the same domain"):
        EpochWindow(PseudonymDomain("ecc", 2), previous)
