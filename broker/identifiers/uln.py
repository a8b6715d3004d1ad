"""The unique learner number: ten digits that sum to 10 modulo 11.

Does not decide whether the Learning Records Service issued it. Source: domain notes, section 7.
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


@dataclass(frozen=True, slots=True, repr=False)
class Uln(Identifier):
    """A unique learner number, canonical as ten digits."""

    type_code: ClassVar[str] = "uln"
    title: ClassVar[str] = "unique learner number"
    shape: ClassVar[str] = "ten digits, the first not 0, the last a check digit"
    good_examples: ClassVar[Mapping[str, str]] = {
        "9276308686": "9276308686",
        "9000000016": "9000000016",
        " 9000000016 ": "9000000016",
    }
    bad_examples: ClassVar[Mapping[str, RefusalReason]] = {
        "": RefusalReason.EMPTY,
        "9276308687": RefusalReason.CHECK_DIGIT,
        # The first nine leave remainder 0, so the check digit would have to be 10: no tenth digit is right.
        "1000000405": RefusalReason.CHECK_DIGIT,
        "0276308686": RefusalReason.WRONG_SHAPE,
        "927630868": RefusalReason.WRONG_LENGTH,
        "9276308686\n": RefusalReason.WRONG_CHARACTERS,
        "９276308686": RefusalReason.WRONG_CHARACTERS,
    }

    @classmethod
    def normal_form(cls, text: str) -> str:
        """Outer spaces taken off."""
        return text.strip(" ")

    @classmethod
    def find_fault(cls, canonical: str) -> RefusalReason | None:
        """Weights 10 to 1 over all ten digits leave 10 modulo 11; a remainder 0 over nine has no digit."""
        if not canonical:
            return RefusalReason.EMPTY
        if not re.fullmatch(r"[0-9]+", canonical):
            return RefusalReason.WRONG_CHARACTERS
        if len(canonical) != LENGTH:
            return RefusalReason.WRONG_LENGTH
        if canonical[0] == "0":
            return RefusalReason.WRONG_SHAPE
        return None if weighted_sum(digits_of(canonical), WEIGHTS) % 11 == 10 else RefusalReason.CHECK_DIGIT
