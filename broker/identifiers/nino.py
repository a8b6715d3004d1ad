"""The National Insurance number: two letters, six digits, a suffix letter; no check digit.

Does not decide whether HMRC issued it: without a check digit a mistyped digit cannot be seen.
Source: domain notes, section 7; HMRC National Insurance Manual NIM39110.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from broker.identifiers.identifier import Identifier, RefusalReason

LENGTH = 9
BARRED_PREFIXES = frozenset({"BG", "GB", "KN", "NK", "NT", "TN", "ZZ"})
"""Prefixes that are never allocated, or only administratively."""

_SHAPE = re.compile(r"[A-Z]{2}[0-9]{6}[A-Z]")
_LETTERS_ISSUED = re.compile(r"[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z][0-9]{6}[A-D]")
_SPACED = re.compile(r"[A-Z]{2} [0-9]{2} [0-9]{2} [0-9]{2} [A-Z]")


@dataclass(frozen=True, slots=True, repr=False)
class Nino(Identifier):
    """A National Insurance number, canonical as nine characters without spaces."""

    type_code: ClassVar[str] = "nino"
    title: ClassVar[str] = "National Insurance number"
    shape: ClassVar[str] = "two letters, six digits and a letter from A to D; may be spaced in pairs"
    good_examples: ClassVar[Mapping[str, str]] = {
        "AB123456C": "AB123456C",
        "ab 12 34 56 c": "AB123456C",
        " AB123456C ": "AB123456C",
    }
    bad_examples: ClassVar[Mapping[str, RefusalReason]] = {
        "": RefusalReason.EMPTY,
        "QQ123456C": RefusalReason.BARRED_LETTERS,
        "GB123456A": RefusalReason.BARRED_LETTERS,
        "BG123456A": RefusalReason.BARRED_LETTERS,
        "AO123456C": RefusalReason.BARRED_LETTERS,
        "DA123456C": RefusalReason.BARRED_LETTERS,
        "AB123456E": RefusalReason.BARRED_LETTERS,
        "AB1234567": RefusalReason.WRONG_SHAPE,
        "AB123456": RefusalReason.WRONG_LENGTH,
        "AB123456C\n": RefusalReason.WRONG_CHARACTERS,
        "AB12345６C": RefusalReason.WRONG_CHARACTERS,
    }

    @classmethod
    def normal_form(cls, text: str) -> str:
        """Outer spaces taken off, ASCII letters in upper case, spacing in pairs closed up."""
        tidy = text.strip(" ")
        if tidy.isascii():
            tidy = tidy.upper()
        return tidy.replace(" ", "") if _SPACED.fullmatch(tidy) else tidy

    @classmethod
    def find_fault(cls, canonical: str) -> RefusalReason | None:
        """No D F I Q U V in the prefix, no O second, no barred pair, and a suffix from A to D."""
        if not canonical:
            return RefusalReason.EMPTY
        if not re.fullmatch(r"[0-9A-Z]+", canonical):
            return RefusalReason.WRONG_CHARACTERS
        if len(canonical) != LENGTH:
            return RefusalReason.WRONG_LENGTH
        if not _SHAPE.fullmatch(canonical):
            return RefusalReason.WRONG_SHAPE
        if not _LETTERS_ISSUED.fullmatch(canonical) or canonical[:2] in BARRED_PREFIXES:
            return RefusalReason.BARRED_LETTERS
        return None
