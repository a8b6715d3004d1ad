"""Walks the closed register: every identifier type tells its own good and bad values, and keeps to them."""

from __future__ import annotations

import dataclasses

import pytest

from broker.identifiers import (
    IDENTIFIER_TYPES,
    Identifier,
    IdentifierRefusal,
    IdentifierRefused,
    IdentifierTypeUnknown,
    RefusalReason,
    get_identifier_type,
    read_identifier,
)

TYPES = [pytest.param(kind, id=code) for code, kind in IDENTIFIER_TYPES.items()]
GOOD = [
    pytest.param(kind, typed, canonical, id=f"{code}:{typed!r}")
    for code, kind in IDENTIFIER_TYPES.items()
    for typed, canonical in kind.good_examples.items()
]
BAD = [
    pytest.param(kind, typed, reason, id=f"{code}:{typed!r}")
    for code, kind in IDENTIFIER_TYPES.items()
    for typed, reason in kind.bad_examples.items()
]


def test_the_register_is_the_list_that_was_agreed() -> None:
    assert set(IDENTIFIER_TYPES) == {
        "nhs-number",
        "chi",
        "upn",
        "uln",
        "nino",
        "uprn",
        "urn",
        "laestab",
        "postcode",
        "email",
        "phone",
        "name-dob",
    }


def test_every_identifier_class_is_registered() -> None:
    assert {kind.type_code: kind for kind in Identifier.__subclasses__()} == dict(IDENTIFIER_TYPES)


@pytest.mark.parametrize("kind", TYPES)
def test_a_type_explains_itself_and_gives_examples(kind: type[Identifier]) -> None:
    assert kind.title
    assert kind.shape
    assert kind.good_examples
    assert kind.bad_examples[""] is RefusalReason.EMPTY


@pytest.mark.parametrize(("kind", "typed", "canonical"), GOOD)
def test_a_good_example_is_read(kind: type[Identifier], typed: str, canonical: str) -> None:
    identifier = kind.parse(typed)
    assert identifier.canonical == canonical
    assert kind.parse(canonical) == identifier


@pytest.mark.parametrize(("kind", "typed", "reason"), BAD)
def test_a_bad_example_is_refused_for_its_reason(
    kind: type[Identifier], typed: str, reason: RefusalReason
) -> None:
    with pytest.raises(IdentifierRefused) as caught:
        kind.parse(typed)
    assert caught.value.reason is reason
    assert caught.value.where == kind.type_code


@pytest.mark.parametrize(("kind", "typed", "reason"), BAD)
def test_a_refusal_never_echoes_the_value(kind: type[Identifier], typed: str, reason: RefusalReason) -> None:
    refusal = read_identifier(kind.type_code, typed)
    assert refusal == IdentifierRefusal(kind.type_code, reason)
    with pytest.raises(IdentifierRefused) as caught:
        kind.parse(typed)
    for shown in (str(caught.value), repr(caught.value), refusal.sentence, repr(refusal)):
        assert len(typed.strip()) < 3 or typed.strip() not in shown


@pytest.mark.parametrize("kind", TYPES)
def test_an_identifier_never_shows_its_value(kind: type[Identifier]) -> None:
    identifier = kind.parse(next(iter(kind.good_examples)))
    assert repr(identifier) == str(identifier) == f"{kind.__name__}(…)"


@pytest.mark.parametrize("kind", TYPES)
def test_an_identifier_cannot_be_made_around_the_check(kind: type[Identifier]) -> None:
    identifier = kind.parse(next(iter(kind.good_examples)))
    with pytest.raises(IdentifierRefused):
        kind("not one\n")
    with pytest.raises(IdentifierRefused):
        dataclasses.replace(identifier, canonical="")


@pytest.mark.parametrize("kind", TYPES)
def test_a_huge_text_is_refused_before_any_work(kind: type[Identifier]) -> None:
    assert read_identifier(kind.type_code, "9" * 1_000_000) == IdentifierRefusal(
        kind.type_code, RefusalReason.TOO_LONG
    )


@pytest.mark.parametrize("kind", TYPES)
def test_nothing_is_a_missing_value(kind: type[Identifier]) -> None:
    assert read_identifier(kind.type_code, None) == IdentifierRefusal(kind.type_code, RefusalReason.MISSING)


def test_an_unknown_type_is_refused_with_the_nearest_one() -> None:
    with pytest.raises(IdentifierTypeUnknown, match="did you mean `nhs-number`"):
        get_identifier_type("nhs_number")
    with pytest.raises(IdentifierTypeUnknown):
        read_identifier("passport", "9990000018")


@pytest.mark.parametrize("reason", list(RefusalReason))
def test_every_reason_says_what_to_do(reason: RefusalReason) -> None:
    said, _, do = reason.sentence.partition("; ")
    assert said
    assert do


def test_two_types_with_the_same_digits_are_not_equal() -> None:
    assert get_identifier_type("nhs-number").parse("0101010117") != get_identifier_type("chi").parse("0101010117")
