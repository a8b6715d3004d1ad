"""The NHS number of England, Wales and the Isle of Man: ten digits, the last a check digit modulo 11.

Does not decide whether a number was issued or superseded: only the Personal Demographics Service knows.
Source: domain notes, section 7; NHS Data Dictionary, NHS NUMBER.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from broker.identifiers.check_digits import digits_of, weighted_sum
from broker.identifiers.identifier import Identifier, RefusalReason

LENGTH = 10
WEIGHTS = range(10, 0, -1)
"""10 … 2 for the first nine digits; the check digit counts once, so a valid number sums to 0 modulo 11."""

_DIGITS = re.compile(r"[0-9]+")
_SPACED = re.compile(r"[0-9]{3}([ -])[0-9]{3}\1[0-9]{4}")


def find_mod_11_fault(canonical: str) -> RefusalReason | None:
    """The fault of a ten-digit modulo 11 number, shared by the NHS number and the CHI number.

    A remainder that would need the check digit 10 has no valid digit, so it fails like any other wrong sum.
    """
    if not canonical:
        return RefusalReason.EMPTY
    if not _DIGITS.fullmatch(canonical):
        return RefusalReason.WRONG_CHARACTERS
    if len(canonical) != LENGTH:
        return RefusalReason.WRONG_LENGTH
    # All ten repeats pass the sum (54 × d + d is a multiple of 11), so they need a bar of their own.
    if canonical == canonical[0] * LENGTH:
        return RefusalReason.REPEATED_DIGIT
    if weighted_sum(digits_of(canonical), WEIGHTS) % 11:
        return RefusalReason.CHECK_DIGIT
    return None


@dataclass(frozen=True, slots=True, repr=False)
class NhsNumber(Identifier):
    """An NHS number, canonical as ten digits. Typed `999 000 0018` or `999-000-0018` it is the same number."""

    type_code: ClassVar[str] = "nhs-number"
    title: ClassVar[str] = "NHS number"
    shape: ClassVar[str] = "ten digits, the last a check digit; may be spaced 3-3-4"
    good_examples: ClassVar[Mapping[str, str]] = {
        "9990000018": "9990000018",
        "999 000 0018": "9990000018",
        "999-000-0026": "9990000026",
        " 9990000034 ": "9990000034",
        "9995260182": "9995260182",
        "9991590838": "9991590838",
        "9000000009": "9000000009",
        "9000000025": "9000000025",
    }
    bad_examples: ClassVar[Mapping[str, RefusalReason]] = {
        "": RefusalReason.EMPTY,
        "9990000000": RefusalReason.CHECK_DIGIT,
        "9876543211": RefusalReason.CHECK_DIGIT,
        "9111111124": RefusalReason.CHECK_DIGIT,
        "9222222228": RefusalReason.CHECK_DIGIT,
        "1111111111": RefusalReason.REPEATED_DIGIT,
        "0000000000": RefusalReason.REPEATED_DIGIT,
        "999000001": RefusalReason.WRONG_LENGTH,
        "99900000180": RefusalReason.WRONG_LENGTH,
        "9990000018\n": RefusalReason.WRONG_CHARACTERS,
        "999000001８": RefusalReason.WRONG_CHARACTERS,
        "999 0000018": RefusalReason.WRONG_CHARACTERS,
        "999 000-0018": RefusalReason.WRONG_CHARACTERS,
    }

    @property
    def is_test(self) -> bool:
        """Whether the number lies in 999 000 0000 to 999 999 9999, which is never issued to anybody."""
        return self.canonical.startswith("999")

    @classmethod
    def normal_form(cls, text: str) -> str:
        """Outer spaces taken off and a 3-3-4 spacing closed up; spaces anywhere else stay, and refuse it."""
        tidy = text.strip(" ")
        return tidy.replace(tidy[3], "") if _SPACED.fullmatch(tidy) else tidy

    @classmethod
    def find_fault(cls, canonical: str) -> RefusalReason | None:
        """Ten ASCII digits that sum to 0 modulo 11 and are not one digit repeated."""
        return find_mod_11_fault(canonical)
