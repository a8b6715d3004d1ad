"""Schools and colleges: the six-digit URN and the seven-digit LAESTAB number.

Does not decide whether the establishment is open, nor which authority code is whose.
Source: domain notes, section 7; DfE, Get Information about Schools.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from broker.identifiers.identifier import Identifier, RefusalReason

URN_LENGTH = 6
LAESTAB_LENGTH = 7

_LAESTAB_SPLIT = re.compile(r"[0-9]{3}[/ -][0-9]{4}")


def _find_digits_fault(canonical: str, length: int) -> RefusalReason | None:
    if not canonical:
        return RefusalReason.EMPTY
    if not re.fullmatch(r"[0-9]+", canonical):
        return RefusalReason.WRONG_CHARACTERS
    if len(canonical) != length:
        return RefusalReason.WRONG_LENGTH
    return RefusalReason.WRONG_SHAPE if canonical[0] == "0" else None


@dataclass(frozen=True, slots=True, repr=False)
class Urn(Identifier):
    """The unique reference number of an establishment, canonical as six digits."""

    type_code: ClassVar[str] = "urn"
    title: ClassVar[str] = "unique reference number of a school"
    shape: ClassVar[str] = "six digits, the first not 0"
    good_examples: ClassVar[Mapping[str, str]] = {"100000": "100000", " 142345 ": "142345"}
    bad_examples: ClassVar[Mapping[str, RefusalReason]] = {
        "": RefusalReason.EMPTY,
        "10000": RefusalReason.WRONG_LENGTH,
        "1000000": RefusalReason.WRONG_LENGTH,
        "010000": RefusalReason.WRONG_SHAPE,
        "100000\n": RefusalReason.WRONG_CHARACTERS,
        "10000O": RefusalReason.WRONG_CHARACTERS,
    }

    @classmethod
    def normal_form(cls, text: str) -> str:
        """Outer spaces taken off."""
        return text.strip(" ")

    @classmethod
    def find_fault(cls, canonical: str) -> RefusalReason | None:
        """Six digits, the first not 0."""
        return _find_digits_fault(canonical, URN_LENGTH)


@dataclass(frozen=True, slots=True, repr=False)
class Laestab(Identifier):
    """An establishment number with its authority's, canonical as seven digits; often written `881/4001`."""

    type_code: ClassVar[str] = "laestab"
    title: ClassVar[str] = "local authority and establishment number"
    shape: ClassVar[str] = "three digits for the authority and four for the school; may be split by a slash"
    good_examples: ClassVar[Mapping[str, str]] = {
        "881/4001": "8814001",
        "8814001": "8814001",
        "882 4001": "8824001",
        "883-4001": "8834001",
    }
    bad_examples: ClassVar[Mapping[str, RefusalReason]] = {
        "": RefusalReason.EMPTY,
        "881/401": RefusalReason.WRONG_CHARACTERS,
        "881401": RefusalReason.WRONG_LENGTH,
        "0814001": RefusalReason.WRONG_SHAPE,
        "8814001\n": RefusalReason.WRONG_CHARACTERS,
    }

    @property
    def authority_code(self) -> str:
        """The local authority's three digits, such as 881 for Essex."""
        return self.canonical[:3]

    @classmethod
    def normal_form(cls, text: str) -> str:
        """Outer spaces taken off and a 3/4 split closed up."""
        tidy = text.strip(" ")
        return tidy[:3] + tidy[4:] if _LAESTAB_SPLIT.fullmatch(tidy) else tidy

    @classmethod
    def find_fault(cls, canonical: str) -> RefusalReason | None:
        """Seven digits, the first not 0."""
        return _find_digits_fault(canonical, LAESTAB_LENGTH)
