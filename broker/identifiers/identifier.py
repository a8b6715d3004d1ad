"""What every identifier has in common: a code, a canonical form, and refusals that never echo the value.

Decides how an identifier is read (tidy up, then check) and what a refusal says. Deliberately does not decide
whether an identifier belongs to anybody: a well-formed number may never have been issued. Shapes and check
digits are those of the domain notes, section 7; "canonicalise first and refuse the rest" is section 2 of the
security profile.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar, Self

from broker.errors import CallWrong

LONGEST_TEXT = 512
"""Characters that are looked at. Anything longer is no identifier, and is refused before any work is done."""


class RefusalReason(StrEnum):
    """Why a text is not an identifier of its type. Stored and compared by its code."""

    MISSING = "missing"
    EMPTY = "empty"
    TOO_LONG = "too-long"
    WRONG_CHARACTERS = "wrong-characters"
    WRONG_LENGTH = "wrong-length"
    WRONG_SHAPE = "wrong-shape"
    CHECK_DIGIT = "check-digit"
    REPEATED_DIGIT = "repeated-digit"
    BARRED_LETTERS = "barred-letters"
    NOT_A_DATE = "not-a-date"

    @property
    def sentence(self) -> str:
        """The reason in plain English, with what to do; it never contains the value."""
        return _SENTENCES[self]


_SENTENCES: Mapping[RefusalReason, str] = {
    RefusalReason.MISSING: "no value was given; leave the identifier out or give one",
    RefusalReason.EMPTY: "the value is empty; leave the identifier out or give one",
    RefusalReason.TOO_LONG: "the value is far too long; check which column or field it came from",
    RefusalReason.WRONG_CHARACTERS: "the value holds characters this identifier never has; retype it",
    RefusalReason.WRONG_LENGTH: "the value has too few or too many characters; check for a missing digit",
    RefusalReason.WRONG_SHAPE: "the value does not have this identifier's shape; check it against the source",
    RefusalReason.CHECK_DIGIT: "the check digit does not fit; check for a mistyped or swapped digit",
    RefusalReason.REPEATED_DIGIT: "the same digit throughout is a placeholder; leave the identifier out",
    RefusalReason.BARRED_LETTERS: "the value has letters that are never issued there; check it with the source",
    RefusalReason.NOT_A_DATE: "the date inside the value is not a day in the calendar; check it",
}


class IdentifierRefused(CallWrong):
    """A text is not an identifier of the type asked for.

    INVARIANT: carries the type and the reason, never the text, so it may be logged and shown.
    """

    def __init__(self, type_code: str, reason: RefusalReason) -> None:
        super().__init__(type_code, reason.sentence)
        self.type_code = type_code
        self.reason = reason


@dataclass(frozen=True, slots=True, repr=False)
class Identifier(ABC):
    """One identifier in canonical form.

    INVARIANT: an instance is always canonical and well-formed; the constructor refuses anything else, so
    whoever holds one need not check again. `repr` shows the type only: the value is personal data.
    """

    canonical: str

    type_code: ClassVar[str]
    title: ClassVar[str]
    shape: ClassVar[str]
    """The shape in words, for help and error pages."""
    good_examples: ClassVar[Mapping[str, str]]
    """What may be typed, and its canonical form. Synthetic, or published as an example."""
    bad_examples: ClassVar[Mapping[str, RefusalReason]]
    """What must be refused, and why."""

    def __post_init__(self) -> None:
        fault = type(self).find_fault(self.canonical)
        if fault is not None:
            raise IdentifierRefused(self.type_code, fault)

    def __repr__(self) -> str:
        return f"{type(self).__name__}(…)"

    @classmethod
    def parse(cls, text: str) -> Self:
        """The identifier that `text` writes, with the spacing people use tolerated.

        Raises `IdentifierRefused`, which names the reason and never the text.
        """
        if len(text) > LONGEST_TEXT:
            raise IdentifierRefused(cls.type_code, RefusalReason.TOO_LONG)
        return cls(cls.normal_form(text))

    @classmethod
    @abstractmethod
    def normal_form(cls, text: str) -> str:
        """`text` tidied up. Never raises; what comes back may still be refused. Applying it twice changes
        nothing more."""

    @classmethod
    @abstractmethod
    def find_fault(cls, canonical: str) -> RefusalReason | None:
        """Why `canonical` is not the canonical form of an identifier of this type, or None when it is."""


@dataclass(frozen=True, slots=True)
class IdentifierRefusal:
    """A text that was read and refused: what an ingest keeps beside the value as reported."""

    type_code: str
    reason: RefusalReason

    @property
    def sentence(self) -> str:
        """The refusal in plain English, starting with the type."""
        return f"{self.type_code}: {self.reason.sentence}"
