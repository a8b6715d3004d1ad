"""Names: one spelling for one name, and an eye drawn to disguises."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broker.identifiers import IdentifierRefused, NameAndBirthDate, PersonName, RefusalReason, normal_name
from broker.identifiers.person_name import APOSTROPHES


@pytest.mark.parametrize("apostrophe", APOSTROPHES)
def test_every_apostrophe_is_one_apostrophe(apostrophe: str) -> None:
    assert PersonName.parse(f"O{apostrophe}Neill").canonical == "o'neill"


@pytest.mark.parametrize(
    ("typed", "canonical"),
    [
        ("SMITH", "smith"),
        ("  Mary   Ann ", "mary ann"),
        ("Smith‐Jones", "smith-jones"),
        ("Ｓｍｉｔｈ", "smith"),
        ("ﬁona", "fiona"),
        ("Straße", "strasse"),
        ("Siân", "siân"),
        ("Sia\u0302n", "siân"),
        ("Zo\u00adë", "zoë"),
        ("\ufeffLee", "lee"),
        ("Jane\u00a0Ann", "jane ann"),
        ("ŁUKASZ", "łukasz"),
    ],
)
def test_one_spelling(typed: str, canonical: str) -> None:
    assert normal_name(typed) == canonical
    assert PersonName.parse(typed).canonical == canonical


@given(st.text(max_size=60))
def test_normalising_a_name_twice_is_normalising_it_once(text: str) -> None:
    assert normal_name(normal_name(text)) == normal_name(text)


@given(st.text(max_size=30))
def test_case_makes_no_difference_to_letters_of_this_country(text: str) -> None:
    latin = "".join(character for character in text if character.isascii())
    assert normal_name(latin.upper()) == normal_name(latin.lower())


def test_accents_are_kept() -> None:
    assert normal_name("Zoë") != normal_name("Zoe")


@pytest.mark.parametrize(
    ("name", "mixed"),
    [
        ("Daniel", False),
        ("D\u0430niel", True),  # a Cyrillic а
        ("Αnna", True),  # a Greek Α
        ("Анна", False),
        ("O'Neill-Smith", False),
        ("山田はな", False),
        ("محمد", False),
    ],
)
def test_mixed_scripts_are_flagged_and_not_refused(name: str, mixed: bool) -> None:
    assert PersonName.parse(name).has_mixed_scripts is mixed


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("", RefusalReason.EMPTY),
        ("   ", RefusalReason.EMPTY),
        ("Smith\n", RefusalReason.WRONG_CHARACTERS),
        ("Smi\x00th", RefusalReason.WRONG_CHARACTERS),
        ("Smi\ud800th", RefusalReason.WRONG_CHARACTERS),
        ("Smith|Jones", RefusalReason.WRONG_CHARACTERS),
        ("\ufffdmith", RefusalReason.WRONG_CHARACTERS),
        ("12345", RefusalReason.WRONG_SHAPE),
        ("Smith\u2028Jones", RefusalReason.WRONG_CHARACTERS),
        ("S" * 600, RefusalReason.TOO_LONG),
        ("\ufdfa" * 100, RefusalReason.TOO_LONG),  # one character that NFKC makes eighteen of
    ],
)
def test_what_is_no_name_is_refused_without_being_shown(typed: str, reason: RefusalReason) -> None:
    with pytest.raises(IdentifierRefused) as caught:
        PersonName.parse(typed)
    assert caught.value.reason is reason
    assert len(typed.strip()) < 3 or typed.strip() not in str(caught.value)


def test_a_name_never_shows_itself_and_is_made_canonical_only() -> None:
    assert repr(PersonName.parse("Lee")) == "PersonName(…)"
    with pytest.raises(IdentifierRefused):
        PersonName("Lee")


def test_name_and_birth_date_of_values_and_of_text_agree() -> None:
    made = NameAndBirthDate.of(PersonName.parse("O’Neill"), PersonName.parse("Siân"), date(2015, 6, 1))
    assert made == NameAndBirthDate.parse("O'NEILL|siân|2015-06-01")
