"""An e-mail address, narrowly: an ASCII dot-atom at a host name.

Does not decide whether the mailbox exists, and knows no provider's private habits (dots or plus signs that one
provider ignores belong to somebody else at another). Source: RFC 5321 section 4.5.3.1 for the lengths, RFC 5322
section 3.2.3 for the dot-atom; quoted local parts, address literals and non-ASCII mailboxes are refused.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from broker.identifiers.identifier import Identifier, RefusalReason

LONGEST = 254
LONGEST_LOCAL_PART = 64

_CHARACTERS = re.compile(r"[a-z0-9!#$%&'*+/=?^_`{|}~.@-]+")
_ATOM = r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_ADDRESS = re.compile(rf"({_ATOM}(?:\.{_ATOM})*)@{_LABEL}(?:\.{_LABEL})+")


@dataclass(frozen=True, slots=True, repr=False)
class EmailAddress(Identifier):
    """An e-mail address, canonical in lower case."""

    type_code: ClassVar[str] = "email"
    title: ClassVar[str] = "e-mail address"
    shape: ClassVar[str] = "name@host, in plain letters, digits and signs"
    good_examples: ClassVar[Mapping[str, str]] = {
        "Kim.Lee@Example.ORG": "kim.lee@example.org",
        " o'neill+school@example.org ": "o'neill+school@example.org",
        "a.long.address.that.needs.more.blocks@example.org": "a.long.address.that.needs.more.blocks@example.org",
    }
    bad_examples: ClassVar[Mapping[str, RefusalReason]] = {
        "": RefusalReason.EMPTY,
        "kim.example.org": RefusalReason.WRONG_SHAPE,
        "kim@@example.org": RefusalReason.WRONG_SHAPE,
        ".kim@example.org": RefusalReason.WRONG_SHAPE,
        "kim@localhost": RefusalReason.WRONG_SHAPE,
        "kim@-example.org": RefusalReason.WRONG_SHAPE,
        "kim lee@example.org": RefusalReason.WRONG_CHARACTERS,
        "kim@example.org\n": RefusalReason.WRONG_CHARACTERS,
        "kím@example.org": RefusalReason.WRONG_CHARACTERS,
        "k" * 65 + "@example.org": RefusalReason.WRONG_LENGTH,
        "k@" + "e" * 60 + "." + "e" * 60 + "." + "e" * 60 + "." + "e" * 60 + "." + "e" * 10: (
            RefusalReason.WRONG_LENGTH
        ),
    }

    @classmethod
    def normal_form(cls, text: str) -> str:
        """Outer spaces taken off, ASCII letters in lower case."""
        tidy = text.strip(" ")
        return tidy.lower() if tidy.isascii() else tidy

    @classmethod
    def find_fault(cls, canonical: str) -> RefusalReason | None:
        """A dot-atom of at most 64 characters, one @, a host name of two labels or more, 254 in all."""
        if not canonical:
            return RefusalReason.EMPTY
        if not _CHARACTERS.fullmatch(canonical):
            return RefusalReason.WRONG_CHARACTERS
        if len(canonical) > LONGEST:
            return RefusalReason.WRONG_LENGTH
        address = _ADDRESS.fullmatch(canonical)
        if address is None:
            return RefusalReason.WRONG_SHAPE
        return RefusalReason.WRONG_LENGTH if len(address[1]) > LONGEST_LOCAL_PART else None
