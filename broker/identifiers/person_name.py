"""A person's name in the form that is compared: NFKC, casefold, one apostrophe, single spaces.

Decides how one spelling is written, and flags a name whose letters come from several scripts (a Latin name with
a Cyrillic а is a typing accident or a disguise; either way an eye should look). Deliberately does not decide that
two spellings are one person, and keeps accents: that is linkage. Source: security profile, section 2;
Unicode 3.13, D146 and D147, for the order of normalising and folding.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from broker.identifiers.identifier import LONGEST_TEXT, IdentifierRefused, RefusalReason

APOSTROPHES = "'`´‘’‚‛′ʹʻʼʽˈˊˋ՚׳᾽᾿`´΄＇｀Ꞌꞌ"
"""Every character people type, or software puts, for an apostrophe. All become U+0027."""

HYPHENS = "‐‑﹣－"
"""Hyphens that are the same letter-joining hyphen in another coat. All become U+002D; dashes stay dashes."""

SEPARATOR = "|"
"""Reserved for canonical forms made of several parts, so no name may contain it."""

_TABLE = str.maketrans(dict.fromkeys(APOSTROPHES, "'") | dict.fromkeys(HYPHENS, "-"))
_REFUSED_CATEGORIES = frozenset({"Cc", "Cn", "Co", "Cs", "So", "Zl", "Zp"})
_WRITTEN_TOGETHER = frozenset({"CJK", "HIRAGANA", "KATAKANA", "HANGUL", "BOPOMOFO"})


def normal_name(text: str) -> str:
    """`text` as it is compared: apostrophes and hyphens made one, invisible format characters taken out, NFKC,
    casefold, runs of space made one and outer space taken off. Never raises; twice changes nothing more."""
    if text.isascii():
        # No letter of ASCII has another form or is invisible; all that is left is its apostrophes and spaces.
        plain = text.translate(_TABLE).casefold().strip(" ")
        return re.sub(" +", " ", plain) if "  " in plain else plain
    seen = "".join(character for character in text if unicodedata.category(character) != "Cf")
    # Before NFKC too: it would turn the acute accent ´ typed for an apostrophe into a space and a mark.
    folded = unicodedata.normalize("NFD", seen.translate(_TABLE)).casefold()
    folded = unicodedata.normalize("NFKC", folded).casefold()
    folded = unicodedata.normalize("NFKC", folded).translate(_TABLE)
    return re.sub(" +", " ", folded).strip(" ")


def scripts_in(text: str) -> frozenset[str]:
    """The scripts of the letters in `text`, by the first word of each letter's Unicode name; those that one
    language writes together (Japanese, Korean) count as one."""
    scripts = set()
    for character in text:
        if character.isalpha():
            script = unicodedata.name(character, "UNNAMED").split(" ")[0].split("-")[0]
            scripts.add("EAST ASIAN" if script in _WRITTEN_TOGETHER else script)
    return frozenset(scripts)


def find_name_fault(canonical: str) -> RefusalReason | None:
    """Why `canonical` is not a name in canonical form, or None when it is."""
    if not canonical:
        return RefusalReason.EMPTY
    if len(canonical) > LONGEST_TEXT:
        return RefusalReason.TOO_LONG
    categories = {unicodedata.category(character) for character in canonical}
    if categories & _REFUSED_CATEGORIES or SEPARATOR in canonical:
        return RefusalReason.WRONG_CHARACTERS
    if not any(character.isalpha() for character in canonical):
        return RefusalReason.WRONG_SHAPE
    return None if canonical == normal_name(canonical) else RefusalReason.WRONG_SHAPE


@dataclass(frozen=True, slots=True, repr=False)
class PersonName:
    """A family name or a given name in canonical form.

    INVARIANT: `canonical` is its own normal form, holds a letter, and never holds `SEPARATOR`.
    """

    canonical: str

    def __post_init__(self) -> None:
        fault = find_name_fault(self.canonical)
        if fault is not None:
            raise IdentifierRefused("name", fault)

    def __repr__(self) -> str:
        return "PersonName(…)"

    @property
    def has_mixed_scripts(self) -> bool:
        """Whether letters of more than one script stand in the name: a flag for a person to look, no refusal."""
        return len(scripts_in(self.canonical)) > 1

    @classmethod
    def parse(cls, text: str) -> PersonName:
        """The name that `text` writes. Raises `IdentifierRefused`, which never contains the text."""
        if len(text) > LONGEST_TEXT:
            raise IdentifierRefused("name", RefusalReason.TOO_LONG)
        return cls(normal_name(text))
