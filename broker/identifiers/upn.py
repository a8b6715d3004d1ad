"""The unique pupil number: a check letter and twelve characters, permanent or temporary.

Does not decide whether the local authority or school inside the number exists.
Source: domain notes, section 7; DfE, Unique pupil numbers: a guide for schools and local authorities.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from broker.identifiers.check_digits import weighted_sum
from broker.identifiers.identifier import Identifier, RefusalReason

LENGTH = 13
CHECK_LETTERS = "ABCDEFGHJKLMNPQRTUVWXYZ"
"""The 23 letters without I, O and S; a letter's place here is its value in the sum."""

_PERMANENT_OR_TEMPORARY = re.compile(rf"[{CHECK_LETTERS}][0-9]{{11}}[0-9{CHECK_LETTERS}]")


def _value(character: str) -> int:
    return int(character) if character.isdigit() else CHECK_LETTERS.index(character)


@dataclass(frozen=True, slots=True, repr=False)
class Upn(Identifier):
    """A unique pupil number, canonical as thirteen upper-case characters."""

    type_code: ClassVar[str] = "upn"
    title: ClassVar[str] = "unique pupil number"
    shape: ClassVar[str] = "a check letter and twelve digits; a temporary number ends in a letter"
    good_examples: ClassVar[Mapping[str, str]] = {
        "B801200005001": "B801200005001",
        "b801200005001": "B801200005001",
        "A881999920002": "A881999920002",
        "K88199992001A": "K88199992001A",
        " P207000016049": "P207000016049",
    }
    bad_examples: ClassVar[Mapping[str, RefusalReason]] = {
        "": RefusalReason.EMPTY,
        "A801200005001": RefusalReason.CHECK_DIGIT,
        "Q207000016049": RefusalReason.CHECK_DIGIT,
        "X80120000A001": RefusalReason.WRONG_SHAPE,
        "I801200005001": RefusalReason.WRONG_SHAPE,
        "B80120000500": RefusalReason.WRONG_LENGTH,
        "B801200005001\n": RefusalReason.WRONG_CHARACTERS,
        "B80120000500１": RefusalReason.WRONG_CHARACTERS,
    }

    @property
    def is_temporary(self) -> bool:
        """Whether the number is a temporary one, which a permanent number will replace."""
        return self.canonical[-1].isalpha()

    @classmethod
    def normal_form(cls, text: str) -> str:
        """Outer spaces taken off, letters in upper case (ASCII only, so nothing foreign becomes a letter)."""
        tidy = text.strip(" ")
        return tidy.upper() if tidy.isascii() else tidy

    @classmethod
    def find_fault(cls, canonical: str) -> RefusalReason | None:
        """Σ value × position over positions 2 to 13, modulo 23, names the check letter."""
        if not canonical:
            return RefusalReason.EMPTY
        if not re.fullmatch(r"[0-9A-Z]+", canonical):
            return RefusalReason.WRONG_CHARACTERS
        if len(canonical) != LENGTH:
            return RefusalReason.WRONG_LENGTH
        if not _PERMANENT_OR_TEMPORARY.fullmatch(canonical):
            return RefusalReason.WRONG_SHAPE
        total = weighted_sum([_value(character) for character in canonical[1:]], range(2, LENGTH + 1))
        return None if CHECK_LETTERS[total % 23] == canonical[0] else RefusalReason.CHECK_DIGIT
