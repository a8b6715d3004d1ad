"""The UK postcode: the six shapes of BS 7666 with their positional letter bars.

Does not decide whether the postcode exists: a format check cannot (domain notes, section 7). GIR 0AA, which
is none of the six shapes and nobody's home, is refused.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from broker.identifiers.identifier import Identifier, RefusalReason

NO_FIXED_ABODE = "ZZ99 3VZ"
"""The code that health and social-care systems keep for people of no fixed abode."""

_SHAPES = re.compile(r"(?:[A-Z]{1,2}[0-9]{1,2}|[A-Z]{1,2}[0-9][A-Z]) [0-9][A-Z]{2}")
_FIRST = "[A-PR-UWYZ]"  # never Q V X
_SECOND = "[A-HK-Y]"  # never I J Z
_THIRD = "[ABCDEFGHJKPSTUW]"  # the letter of A9A
_FOURTH = "[ABEHMNPRVWXY]"  # the letter of AA9A
_INWARD = "[0-9][ABD-HJLNP-UW-Z]{2}"  # never C I K M O V
_LETTERS_ISSUED = re.compile(
    rf"(?:{_FIRST}[0-9]{{1,2}}|{_FIRST}{_SECOND}[0-9]{{1,2}}|{_FIRST}[0-9]{_THIRD}"
    rf"|{_FIRST}{_SECOND}[0-9]{_FOURTH}) {_INWARD}"
)
_TYPED = re.compile(r"([A-Z0-9]{2,4}) *([0-9][A-Z]{2})")


@dataclass(frozen=True, slots=True, repr=False)
class Postcode(Identifier):
    """A postcode, canonical in upper case with one space before the last three characters."""

    type_code: ClassVar[str] = "postcode"
    title: ClassVar[str] = "postcode"
    shape: ClassVar[str] = "such as CM1 1LX or W1A 0AX; ZZ99 3VZ for no fixed abode"
    good_examples: ClassVar[Mapping[str, str]] = {
        "W1A 0AX": "W1A 0AX",
        "CM1 1LX": "CM1 1LX",
        "cm11lx": "CM1 1LX",
        " M1  1AE ": "M1 1AE",
        "B33 8TH": "B33 8TH",
        "CR2 6XH": "CR2 6XH",
        "DN55 1PT": "DN55 1PT",
        "EC1A 1BB": "EC1A 1BB",
        "zz993vz": "ZZ99 3VZ",
    }
    bad_examples: ClassVar[Mapping[str, RefusalReason]] = {
        "": RefusalReason.EMPTY,
        "QM1 1LX": RefusalReason.BARRED_LETTERS,
        "VM1 1LX": RefusalReason.BARRED_LETTERS,
        "XM1 1LX": RefusalReason.BARRED_LETTERS,
        "CI1 1LX": RefusalReason.BARRED_LETTERS,
        "CJ1 1LX": RefusalReason.BARRED_LETTERS,
        "CZ1 1LX": RefusalReason.BARRED_LETTERS,
        "W1I 0AX": RefusalReason.BARRED_LETTERS,
        "EC1C 1BB": RefusalReason.BARRED_LETTERS,
        "CM1 1LC": RefusalReason.BARRED_LETTERS,
        "CM1 1OX": RefusalReason.BARRED_LETTERS,
        "ZZ99 3VA": RefusalReason.BARRED_LETTERS,
        "CM1": RefusalReason.WRONG_SHAPE,
        "CM1 LX1": RefusalReason.WRONG_SHAPE,
        "CM111 1LX": RefusalReason.WRONG_SHAPE,
        "GIR 0AA": RefusalReason.WRONG_SHAPE,
        "CM1 1LX\n": RefusalReason.WRONG_CHARACTERS,
        "CM１ 1LX": RefusalReason.WRONG_CHARACTERS,
    }

    @property
    def is_no_fixed_abode(self) -> bool:
        """Whether this is the code for a person of no fixed abode: no place at all, and no two such people
        live together."""
        return self.canonical == NO_FIXED_ABODE

    @property
    def outward(self) -> str:
        """The half before the space: the district, coarse enough for statistics."""
        return self.canonical.partition(" ")[0]

    @classmethod
    def normal_form(cls, text: str) -> str:
        """Outer spaces taken off, ASCII letters in upper case, one space before the last three characters."""
        tidy = text.strip(" ")
        if tidy.isascii():
            tidy = tidy.upper()
        typed = _TYPED.fullmatch(tidy)
        return f"{typed[1]} {typed[2]}" if typed else tidy

    @classmethod
    def find_fault(cls, canonical: str) -> RefusalReason | None:
        """One of the six shapes, with no letter where BS 7666 never has it."""
        if not canonical:
            return RefusalReason.EMPTY
        if not re.fullmatch(r"[0-9A-Z ]+", canonical):
            return RefusalReason.WRONG_CHARACTERS
        if not _SHAPES.fullmatch(canonical):
            return RefusalReason.WRONG_SHAPE
        if canonical == NO_FIXED_ABODE or _LETTERS_ISSUED.fullmatch(canonical):
            return None
        return RefusalReason.BARRED_LETTERS
