"""Sheets in a language: which languages are offered, and a sentence looked up and filled in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from broker.release.sheets.easy_read import EASY_READ_WORDS
from broker.release.sheets.english import ENGLISH_WORDS
from broker.release.sheets.keys import PLACES, SheetWord

MOST_NAMED: Final = 8
"""How many names stand in one sentence before the rest are counted."""


@dataclass(frozen=True, slots=True)
class SheetLanguage:
    """`code` is what an address and a draft name it by, `tag` the BCP 47 tag of a page in it, `name` what it calls
    itself."""

    code: str
    tag: str
    name: str
    words: Mapping[SheetWord, str]

    @property
    def is_complete(self) -> bool:
        """Whether every sentence has its words."""
        return all(self.words.get(word) for word in SheetWord)


ENGLISH: Final = SheetLanguage("en", "en-GB", "English", ENGLISH_WORDS)
EASY_READ: Final = SheetLanguage("easy", "en-GB", "Easy read", EASY_READ_WORDS)
LANGUAGES: Final = (ENGLISH, EASY_READ)
"""Every language somebody has begun; a translation is one more catalogue and one more line."""


def offered(languages: Iterable[SheetLanguage] = LANGUAGES) -> tuple[SheetLanguage, ...]:
    """Those whose words are complete: half a sheet in somebody's language is no sheet."""
    return tuple(one for one in languages if one.is_complete)


def find_language(code: str) -> SheetLanguage:
    """The language offered under this code; English for any other."""
    return next((one for one in offered() if one.code == code), ENGLISH)


def say(word: SheetWord, language: SheetLanguage = ENGLISH, **values: str) -> str:
    """The words, filled in. Raises ValueError for what the sentence does not ask for, or lacks."""
    wanted = PLACES.get(word, frozenset())
    if wanted != values.keys():
        raise ValueError(f"`{word}` is filled in with {sorted(wanted)}, not with {sorted(values)}")
    return language.words[word].format(**values)


def listed(
    words: Iterable[str], language: SheetLanguage = ENGLISH, *, most: int | None = MOST_NAMED, between: str = ", "
) -> str:
    """`school, police and 3 more`: at most `most` names (None: every one), with `between` between them."""
    named = list(words)
    if most is not None and len(named) > most:
        more = say(SheetWord.MORE, language, count=str(len(named) - most))
        named = [*named[:most], more]
    *some, last = named
    return say(SheetWord.EVERY, language, some=between.join(some), last=last) if some else last
