"""The unique property reference number: 1 to 12 digits, no check digit, compared without leading zeros.

Does not decide whether the property exists. Source: domain notes, section 7; GeoPlace; BS 7666.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from broker.identifiers.identifier import Identifier, RefusalReason

LONGEST = 12

_PADDED = re.compile(r"[0-9]{1,12}")


@dataclass(frozen=True, slots=True, repr=False)
class Uprn(Identifier):
    """A UPRN, canonical without leading zeros: some systems pad to twelve digits, others do not."""

    type_code: ClassVar[str] = "uprn"
    title: ClassVar[str] = "unique property reference number"
    shape: ClassVar[str] = "1 to 12 digits; leading zeros do not count"
    good_examples: ClassVar[Mapping[str, str]] = {
        "123456789012": "123456789012",
        "1": "1",
        "000000000001": "1",
        " 0100 ": "100",
    }
    bad_examples: ClassVar[Mapping[str, RefusalReason]] = {
        "": RefusalReason.EMPTY,
        "1234567890123": RefusalReason.WRONG_LENGTH,
        "0123456789012": RefusalReason.WRONG_LENGTH,
        "000": RefusalReason.WRONG_SHAPE,
        "12-34": RefusalReason.WRONG_CHARACTERS,
        "1234\n": RefusalReason.WRONG_CHARACTERS,
        "１234": RefusalReason.WRONG_CHARACTERS,
    }

    @classmethod
    def normal_form(cls, text: str) -> str:
        """Outer spaces and leading zeros taken off; all zeros become one, which is then refused."""
        tidy = text.strip(" ")
        return tidy.lstrip("0") or "0" if _PADDED.fullmatch(tidy) else tidy

    @classmethod
    def find_fault(cls, canonical: str) -> RefusalReason | None:
        """1 to 12 digits that begin with 1 to 9."""
        if not canonical:
            return RefusalReason.EMPTY
        if not re.fullmatch(r"[0-9]+", canonical):
            return RefusalReason.WRONG_CHARACTERS
        if len(canonical) > LONGEST:
            return RefusalReason.WRONG_LENGTH
        return RefusalReason.WRONG_SHAPE if canonical[0] == "0" else None
