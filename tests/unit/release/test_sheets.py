"""What is read aloud and taken home: every key in every language offered, with exactly the places it is filled in,
and nothing it must not say."""

from __future__ import annotations

import string
from dataclasses import replace

import pytest

from broker.release.sheets import (
    ENGLISH,
    SheetLanguage,
    SheetWord,
    find_language,
    group_of,
    groups_in,
    listed,
    offered,
    say,
)
from broker.release.sheets.groups import GROUPS
from broker.release.sheets.keys import PLACES
from broker.release.sheets.saying import EASY_READ, LANGUAGES, MOST_NAMED
from broker.vocabulary.codes import AGENCY_TYPES

NEVER = ("nothing held", "is held", "unsafe", "who was in the room", "blame", "fault", "override", "data subject")


def places(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("language", LANGUAGES, ids=lambda one: one.code)
@pytest.mark.parametrize("word", SheetWord)
def test_every_word_is_there_in_every_language_with_its_places(word: SheetWord, language: SheetLanguage) -> None:
    text = language.words[word]
    assert places(text) == PLACES.get(word, frozenset())
    assert text == " ".join(text.split())
    assert not any(words in text.lower() for words in NEVER)


def test_english_and_easy_read_are_offered() -> None:
    assert [one.name for one in offered()] == ["English", "Easy read"]


def test_a_language_that_lacks_one_sentence_is_not_offered() -> None:
    words = {word: f"x{text}" for word, text in ENGLISH.words.items() if word is not SheetWord.IF_NO}
    begun = replace(ENGLISH, code="pl", name="Polski", words=words)
    assert begun not in offered([*LANGUAGES, begun])
    blank = replace(begun, words={**words, SheetWord.IF_NO: ""})
    assert blank not in offered([*LANGUAGES, blank])
    whole = replace(begun, words={**words, SheetWord.IF_NO: "Jeśli powiesz nie"})
    assert whole in offered([*LANGUAGES, whole])


def test_a_language_nobody_offers_is_english() -> None:
    assert find_language("xx") is ENGLISH
    assert find_language("easy") is EASY_READ


def test_a_sentence_is_never_said_with_a_gap_in_it() -> None:
    with pytest.raises(ValueError, match="reference"):
        say(SheetWord.REFERENCE)
    with pytest.raises(ValueError, match="about"):
        say(SheetWord.IF_NO_LINE, about="x")


def test_a_long_list_is_counted_and_a_whole_one_is_not() -> None:
    names = [f"n{number}" for number in range(MOST_NAMED + 3)]
    assert listed(names).endswith("and 3 more, which we can list for you")
    assert listed(names, most=None).endswith("and n10")
    assert listed(["one"]) == "one"


def test_easy_read_sentences_are_short() -> None:
    for word, text in EASY_READ.words.items():
        for sentence in text.replace("?", ".").split("."):
            assert len(sentence.split()) <= 16, (word, sentence)


def test_every_type_of_body_is_in_a_group_of_plain_words_and_an_unknown_one_is_another_service() -> None:
    known = {kind for _, kinds in GROUPS for kind in kinds}
    assert AGENCY_TYPES - known == {"FIRE", "SEXH", "SUBM", "IDVA"}, "what is private is named by itself"
    assert group_of(["DISTRICT", "LA-HSG"]) is SheetWord.GROUP_COUNCILS
    assert group_of(["NOBODY-KNOWS"]) is SheetWord.GROUP_OTHER
    order = [SheetWord.GROUP_OTHER, SheetWord.GROUP_HEALTH, SheetWord.GROUP_COUNCILS, SheetWord.GROUP_HEALTH]
    assert groups_in(order) == (SheetWord.GROUP_COUNCILS, SheetWord.GROUP_HEALTH, SheetWord.GROUP_OTHER)
