"""Names that sound alike share a token; other names do not."""

from __future__ import annotations

import pytest

from broker.store.phonetic import sound_of


@pytest.mark.parametrize(
    ("name", "sound"),
    # the examples of the US National Archives' own description
    [
        ("Washington", "w252"),
        ("Lee", "l000"),
        ("Gutierrez", "g362"),
        ("Pfister", "p236"),
        ("Jackson", "j250"),
        ("Tymczak", "t522"),
        ("Ashcraft", "a261"),
    ],
)
def test_the_published_examples(name: str, sound: str) -> None:
    assert sound_of(name) == sound


@pytest.mark.parametrize(
    ("one", "other"), [("Smith", "Smyth"), ("O'Neill", "ONeill"), ("Siân", "SIAN"), ("Brontë", "Bronte")]
)
def test_spellings_of_one_name_sound_alike(one: str, other: str) -> None:
    assert sound_of(one) == sound_of(other)


def test_a_name_in_another_script_is_its_own_sound() -> None:
    assert sound_of("Łukasz") == sound_of("ŁUKASZ")
    assert sound_of("王") == "王"
    assert sound_of("") == ""
    assert sound_of("  ") == ""
