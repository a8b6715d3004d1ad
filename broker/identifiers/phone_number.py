"""A telephone number, canonical in the international form of ITU-T E.164.

Does not decide whether the number is in use, nor whose it is: a number outlives the person who gave it. A number
without a country code is read as a United Kingdom number. Source: E.164; Ofcom's National Telephone Numbering
Plan for the United Kingdom's first digits and lengths, and for 01632 960000 to 960999, kept for drama and tests.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from broker.identifiers.identifier import Identifier, RefusalReason

_TYPED = re.compile(r"\+?[0-9(][0-9 ().-]*")
_SEPARATORS = str.maketrans("", "", " ().-")
_UNITED_KINGDOM = re.compile(r"\+44(?:[18][0-9]{8,9}|[23579][0-9]{9})")
_ELSEWHERE = re.compile(r"\+(?!44)[1-9][0-9]{6,14}")


@dataclass(frozen=True, slots=True, repr=False)
class PhoneNumber(Identifier):
    """A telephone number, canonical as `+` and digits."""

    type_code: ClassVar[str] = "phone"
    title: ClassVar[str] = "telephone number"
    shape: ClassVar[str] = "a United Kingdom number such as 01632 960001, or one that begins with + and a country"
    good_examples: ClassVar[Mapping[str, str]] = {
        "01632 960001": "+441632960001",
        "(01632) 960-001": "+441632960001",
        "+44 (0)1632 960001": "+441632960001",
        "0044 1632 960001": "+441632960001",
        "07700 900123": "+447700900123",
        "+353 1 555 0100": "+35315550100",
    }
    bad_examples: ClassVar[Mapping[str, RefusalReason]] = {
        "": RefusalReason.EMPTY,
        "01632 9600": RefusalReason.WRONG_SHAPE,
        "01632 9600011": RefusalReason.WRONG_SHAPE,
        "07700 90012": RefusalReason.WRONG_SHAPE,
        "960001": RefusalReason.WRONG_SHAPE,
        "01632 960001 x2": RefusalReason.WRONG_CHARACTERS,
        "01632 960001\n": RefusalReason.WRONG_CHARACTERS,
        "０1632 960001": RefusalReason.WRONG_CHARACTERS,
    }

    @property
    def is_test(self) -> bool:
        """Whether the number is one of 01632 960000 to 960999, which nobody can be called on."""
        return re.fullmatch(r"\+441632960[0-9]{3}", self.canonical) is not None

    @classmethod
    def normal_form(cls, text: str) -> str:
        """Separators taken out; a leading 00 becomes +, a leading 0 becomes +44, and +44 (0) loses its 0."""
        tidy = text.strip(" ")
        if not _TYPED.fullmatch(tidy):
            return tidy
        digits = tidy.translate(_SEPARATORS)
        if digits.startswith("00"):
            digits = "+" + digits[2:]
        elif digits.startswith("0"):
            digits = "+44" + digits[1:]
        return "+44" + digits[3:].lstrip("0") if digits.startswith("+44") else digits

    @classmethod
    def find_fault(cls, canonical: str) -> RefusalReason | None:
        """`+44` and 10 digits (9 for a few old 01 and 08 numbers) with a first digit in use, or a number of
        another country of at most 15 digits."""
        if not canonical:
            return RefusalReason.EMPTY
        if not re.fullmatch(r"[+0-9]+", canonical):
            return RefusalReason.WRONG_CHARACTERS
        if _UNITED_KINGDOM.fullmatch(canonical) or _ELSEWHERE.fullmatch(canonical):
            return None
        return RefusalReason.WRONG_SHAPE
