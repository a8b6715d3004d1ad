"""The answer to "may I share this?", as a value: what the rules say about anybody, by age where that matters.

Holds no person and nothing that depends on one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum, unique

from broker.consent.record import ConsentKind
from broker.decision.reasons import Reason, Refusal
from broker.decision.terms import AgeTerm, Grant, Prohibition, Terms
from broker.vocabulary.codes import Detail


@unique
class Verdict(StrEnum):
    """The first line of an answer, from the one that lets most happen to the one that lets nothing."""

    YES = "yes"
    IF_AGREED = "yes-if-agreed"
    ASK_HOLDER = "ask-the-holder"
    NOT_YET = "not-yet"
    NO = "no"

    @property
    def rank(self) -> int:
        """Its place in that order, from 0."""
        return list(Verdict).index(self)

    @property
    def lets(self) -> bool:
        """Whether it is a kind of yes."""
        return self in {Verdict.YES, Verdict.IF_AGREED}


@unique
class Decider(StrEnum):
    """Who can agree, of people in general."""

    PERSON = "the-person"
    PARENT = "parental-responsibility"


@dataclass(frozen=True, slots=True)
class Question:
    """Who would share what, with whom, in which of their roles, and what for: codes of the partnership."""

    controller: str
    recipient: str
    role: str
    purpose: str
    category: str


@dataclass(frozen=True, slots=True)
class Cited:
    """A clause that lets this happen, or would: `family-support@1#4.5`."""

    clause: str
    terms: Terms = field(compare=False)
    grant: Grant = field(compare=False)


@dataclass(frozen=True, slots=True)
class Missing:
    """What an agreement lacks: the parties that have not signed, and whether it has to be renewed."""

    agreement: str
    version: int
    parties: tuple[str, ...]
    to_renew: bool


@dataclass(frozen=True, slots=True)
class Ban:
    """A prohibition that covers the question."""

    clause: str
    terms: Terms = field(compare=False)
    prohibition: Prohibition = field(compare=False)


@dataclass(frozen=True, slots=True)
class Line:
    """The answer about people of some ages (`ages`; empty for any). `consents` and `deciders` say what has to be
    agreed to and by whom, `holder` that the holder decides each time, `missing` what stands in the way on paper,
    `reasons` and `bans` why not."""

    verdict: Verdict
    ages: tuple[AgeTerm, ...]
    detail: Detail | None = None
    cited: tuple[Cited, ...] = ()
    consents: frozenset[ConsentKind] = frozenset()
    deciders: frozenset[Decider] = frozenset()
    holder: bool = False
    missing: tuple[Missing, ...] = ()
    reasons: tuple[Reason, ...] = ()
    bans: tuple[Ban, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """The whole answer, at an instant and under rules with this digest. `refusal` says that the role may not ask
    for the purpose at all; `emergency` how much emergency access would open, None for nothing; `step` the one next
    step where it is not a yes. Lines are in the order of their verdicts and always there."""

    question: Question
    at: datetime
    rules_digest: str
    lines: tuple[Line, ...]
    emergency: Detail | None = None
    refusal: Refusal | None = None
    step: str = ""

    @property
    def verdict(self) -> Verdict:
        """The first line's."""
        return self.lines[0].verdict
