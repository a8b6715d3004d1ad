"""The community health index number of Scotland: a birth date, three digits and a check digit modulo 11.

Does not decide the century (two digits of a year cannot) nor whether the person is registered.
Source: domain notes, section 7 (marked there as general knowledge, to be confirmed).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Literal

from broker.identifiers.identifier import Identifier, RefusalReason
from broker.identifiers.nhs_number import find_mod_11_fault


def _is_day_in_some_century(ddmmyy: str) -> bool:
    day, month, year = int(ddmmyy[:2]), int(ddmmyy[2:4]), int(ddmmyy[4:])
    for century in (1900, 2000):
        try:
            date(century + year, month, day)
        except ValueError:
            continue
        return True
    return False


@dataclass(frozen=True, slots=True, repr=False)
class Chi(Identifier):
    """A CHI number, canonical as ten digits DDMMYYnnnc."""

    type_code: ClassVar[str] = "chi"
    title: ClassVar[str] = "community health index number"
    shape: ClassVar[str] = "ten digits: the birth date as DDMMYY, three digits and a check digit"
    good_examples: ClassVar[Mapping[str, str]] = {
        "0101010117": "0101010117",
        " 0101010117 ": "0101010117",
        "2902000014": "2902000014",
    }
    bad_examples: ClassVar[Mapping[str, RefusalReason]] = {
        "": RefusalReason.EMPTY,
        "0101010118": RefusalReason.CHECK_DIGIT,
        "9990000018": RefusalReason.NOT_A_DATE,
        "3002000000": RefusalReason.NOT_A_DATE,
        "1111111111": RefusalReason.REPEATED_DIGIT,
        "010101011": RefusalReason.WRONG_LENGTH,
        "0101010117\n": RefusalReason.WRONG_CHARACTERS,
    }

    @property
    def sex_digit_meaning(self) -> Literal["female", "male"]:
        """What the ninth digit says: even for female, odd for male. It is not evidence of anything else."""
        return "male" if int(self.canonical[8]) % 2 else "female"

    @classmethod
    def normal_form(cls, text: str) -> str:
        """Outer spaces taken off."""
        return text.strip(" ")

    @classmethod
    def find_fault(cls, canonical: str) -> RefusalReason | None:
        """The modulo 11 sum of the NHS number, and a day that exists in the 20th or the 21st century."""
        fault = find_mod_11_fault(canonical)
        if fault is None and not _is_day_in_some_century(canonical[:6]):
            return RefusalReason.NOT_A_DATE
        return fault
