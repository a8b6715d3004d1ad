"""Which key is used for what, and what destroying one does."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from broker.identifiers import get_identifier_type
from broker.keyring import Keyring, SealBroken, SecretName
from broker.keyring.file_provider import FileProvider
from broker.keyring.person_domain import PersonDomain
from broker.pseudonyms import Pseudonym, PseudonymDomain, PseudonymRoot, digest_of

PLACE = ("record_version", "content", b"row-1")


@pytest.fixture
def keyring(tmp_path: Path) -> Keyring:
    return Keyring(FileProvider.create(tmp_path))


def test_one_persons_content_opens_with_their_key_only(keyring: Keyring) -> None:
    mum, dad = keyring.new_person_key("mum"), keyring.new_person_key("dad")
    sealed = keyring.person({"mum": mum}).seal(*PLACE, "mum", b"hers")
    assert keyring.person({"mum": mum}).open(*PLACE, "mum", sealed) == b"hers"
    with pytest.raises(SealBroken):
        keyring.person({"dad": dad}).open(*PLACE, "mum", sealed)


def test_joint_content_needs_everybodys_key(keyring: Keyring) -> None:
    keys = {name: keyring.new_person_key(name) for name in ("mum", "dad", "child")}
    sealed = keyring.person(keys).seal(*PLACE, "child,dad,mum", b"theirs")
    in_another_order = dict(reversed(keys.items()))
    assert keyring.person(in_another_order).open(*PLACE, "child,dad,mum", sealed) == b"theirs"
    for gone in keys:
        left = {name: key for name, key in keys.items() if name != gone}
        with pytest.raises(SealBroken):
            keyring.person(left).open(*PLACE, "child,dad,mum", sealed)


def test_content_is_about_somebody(keyring: Keyring) -> None:
    with pytest.raises(ValueError, match="somebody"):
        keyring.person({})


def test_a_wrapped_key_is_bound_to_its_person(keyring: Keyring) -> None:
    with pytest.raises(SealBroken):
        keyring.person({"dad": keyring.new_person_key("mum")})


def test_facts_of_two_tables_have_two_keys(keyring: Keyring) -> None:
    sealed = keyring.facts("consent_event").seal("t", "c", b"r", "", b"fact")
    with pytest.raises(SealBroken):
        keyring.facts("person_state").open("t", "c", b"r", "", sealed)


def test_tokens_are_stable_and_differ_by_kind_and_part(keyring: Keyring) -> None:
    token = keyring.token("case", "k-1")
    assert token == keyring.token("case", "k-1")
    assert len(token) == 16
    others = {keyring.token("staff", "k-1"), keyring.token("case", "k-2"), keyring.token("case", "k", "-1")}
    assert len(others | {token}) == 4
    assert keyring.mark("case", b"k-1") != token


def test_a_mark_takes_content_of_any_length(keyring: Keyring) -> None:
    long = b"x" * 1_000_000
    assert keyring.mark("record", long) == keyring.mark("record", long)
    assert keyring.mark("record", long) != keyring.mark("record", long + b"x")
    assert keyring.mark("record", b"a", b"bc") != keyring.mark("record", b"ab", b"c")


def test_a_person_has_another_pseudonym_in_every_domain(keyring: Keyring) -> None:
    found = {keyring.pseudonym(domain, "mum") for domain in ("ecc", "mse-nhs", "audit")}
    assert len(found) == 3
    text = keyring.pseudonym_text("mse-nhs", "mum")
    assert Pseudonym.parse(text).digest == keyring.pseudonym("mse-nhs", "mum")


def test_a_new_epoch_is_a_new_pseudonym(tmp_path: Path) -> None:
    provider = FileProvider.create(tmp_path)
    assert Keyring(provider, 1).pseudonym("ecc", "mum") != Keyring(provider, 2).pseudonym("ecc", "mum")


def test_the_construction_is_the_one_of_identifiers() -> None:
    """The pseudonym of a person id is made as that of an identifier is; only the type in the key differs."""
    root, value = bytes(range(32)), "9990000018"
    by_identifier = PseudonymRoot(root, "test").key_for(PseudonymDomain("matching"), "nhs-number")
    assert get_identifier_type("nhs-number")
    domain = dataclasses.replace(PersonDomain.derive(root, "test", "matching", 1), _key=by_identifier.secret)
    assert domain.digest(value) == digest_of(by_identifier, value.encode())


def test_the_root_is_the_providers(tmp_path: Path) -> None:
    provider = FileProvider.create(tmp_path)
    key = Keyring(provider).pseudonym_root().key_for(PseudonymDomain("ecc"), "nhs-number")
    same = PseudonymRoot(provider.secret(SecretName.PSEUDONYMS), provider.deployment)
    assert same.key_for(PseudonymDomain("ecc"), "nhs-number").secret == key.secret


def test_printing_shows_no_secret(keyring: Keyring, tmp_path: Path) -> None:
    assert repr(keyring) == f"Keyring(deployment={FileProvider.load(tmp_path).deployment!r})"
    assert repr(keyring.facts("t")) == "Sealer(…)"
