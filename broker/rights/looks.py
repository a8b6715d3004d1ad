"""Who has looked at somebody, and what of it a family is told.

Decides that a look at which nothing was released, one with emergency access (of which people are told after its
review) and one that no answer may list (`broker.rights.pack.tellable`) is never told here; that every other is
told or kept back by a person, with a reason and in words; and that no copy for a family is made while one of them
is not decided. From UK GDPR Article 15(1)(c), DPA 2018 Schedule 2 paragraphs 2 and 16, and
docs/how-to-who-has-looked.md.   # IG lawyer to sign off
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum, unique

from broker.rights.pack import GivenTo, tellable
from broker.vocabulary.codes import Vocabulary


@unique
class KeptBack(StrEnum):
    """Why somebody is not told of a look."""

    COULD_HARM = "could-harm"
    COULD_PREJUDICE = "could-prejudice-enquiry"
    ABOUT_ANOTHER = "about-another"
    IN_CONFIDENCE = "in-confidence"


@dataclass(frozen=True, slots=True)
class LookRuling:
    """What an officer decided about one look: told, or (with `because`) kept back."""

    because: KeptBack | None
    by: str
    at: datetime
    words: str

    @property
    def told(self) -> bool:
        """Whether it stands in the family's copy."""
        return self.because is None


@dataclass(frozen=True, slots=True)
class Seen:
    """A look as it is judged: what was given to whom, and whether it went through emergency access."""

    given: GivenTo
    emergency: bool

    def may_be_told(self, vocabulary: Vocabulary) -> bool:
        """Whether a person may decide to tell it at all."""
        return bool(self.given.categories) and not self.emergency and tellable(self.given, vocabulary)


def undecided(tellable_ids: Iterable[str], rulings: Mapping[str, LookRuling]) -> tuple[str, ...]:
    """The looks that could be told and about which nobody has decided."""
    return tuple(one for one in tellable_ids if one not in rulings)
