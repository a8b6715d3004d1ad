"""What a holder sees of a question: what would go if they released it, what the law allows, what the person said.

Made from two decisions, as it is now and as it would be with the release, and from nothing else. A holder sees
reasons and the words of consent for its own cell only. Decides that what would go is said at its most: as much as
it could be with everybody else's part cleared, so that nobody releases more than they were told. Source: rule 1.2
(officer view) and docs/how-to-holder.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from broker.casework.question import Matter
from broker.consent.record import RAISED, ConsentDecision, ConsentKind, ConsentRecord
from broker.decision.decision import Decision
from broker.decision.papers import papers_of
from broker.decision.reasons import Effect, Reason
from broker.decision.records import Clearances
from broker.release.citing import clauses_in_words
from broker.release.messages import consent_words
from broker.release.profile import basis_words

HOLDER_WORDS: Final[Mapping[Reason, str]] = {
    Reason.HARD_STOP: "the law forbids sharing this, whatever anybody agrees or decides",
    Reason.PROHIBITED: "an agreement or the law forbids sharing this for this purpose",
    Reason.OPT_OUT: "they have opted out of this kind of use",
    Reason.HOLDER_WITHHELD: "your organisation decided before to withhold this; you can decide again",
    Reason.NO_CLAUSE: "no agreement says that you share this for this purpose",
    Reason.AGREEMENT_NOT_IN_FORCE: "the agreement that would let you share this is not in force today",
    Reason.PARTY_NOT_SIGNED: "your organisation, or the one that asks, has not signed the agreement",
    Reason.GATEWAY_NOT_IN_FORCE: "the legal power to share does not apply today between you and those who ask",
    Reason.CONDITION_NOT_MET: "the agreement does not reach this person’s age, or this kind of case",
    Reason.CONSENT_UNSAFE: "an answer about sharing is marked as unsafe to rely on, so you weigh it",
    Reason.CONSENT_DISPUTED: "one who can decide agrees and another does not, so you weigh it",
    Reason.CONSENT_WITHDRAWN: "they agreed to it and have changed their mind",
    Reason.CONSENT_REFUSED: "they were asked and said no",
    Reason.CONSENT_EXPIRED: "they agreed to it, and the time for which they agreed is over",
    Reason.CONSENT_BEST_INTERESTS: (
        "they cannot decide this themselves and nobody can decide it for them: you decide in their best interests"
    ),
    Reason.CONSENT_LAPSED: "whoever agreed to it then can no longer decide it",
    Reason.CONSENT_NO_STANDING: "whoever agreed to it could not decide it for them",
    Reason.CONSENT_ABSENT: "nobody has asked them yet",
    Reason.OBJECTION_STOPS: "they object, and under this legal power an objection stops the sharing",
    Reason.OBJECTION: "they object, and you weigh their objection",
    Reason.HOLDER_DECIDES: "the agreement leaves this to your organisation to decide each time",
    Reason.OVERRIDE: "it goes by emergency access",
}
"""Why something does not go by itself, as the holder reads it: "you" is the organisation that holds it."""


@dataclass(frozen=True, slots=True)
class WouldGo:
    """What would go: at which detail, which fields at most, how many of the holder's records at most. `already`
    says that it goes anyway; where it would not go even then, `detail` is None and `reasons` (words) say why."""

    detail: str | None
    fields: tuple[str, ...]
    records: int
    already: bool
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LawLine:
    """A clause in force that names this: as cited, in words, its text, and its basis in words."""

    clause: str
    cited: str
    text: str
    basis: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SaidLine:
    """What was said about sharing this: in words, when, until when, and whether by the person themself."""

    words: str
    at: datetime
    until_at: datetime | None
    by_self: bool


def would_go(now: Decision, after: Decision, matter: Matter) -> WouldGo:
    """What a release would let go. `after` is decided with the release standing."""
    before = now.find_outcome(matter.about, matter.category, matter.controller)
    outcome = after.find_outcome(matter.about, matter.category, matter.controller)
    if outcome is None or outcome.detail is None:
        reasons = outcome.reasons if outcome is not None else ()
        words = [HOLDER_WORDS[one] for one in reasons] or ["whoever asked cannot receive it any more"]
        return WouldGo(None, (), 0, already=False, reasons=tuple(words))
    category = after.table.vocabulary.categories[matter.category]
    clearances = Clearances(after)
    records = [
        header
        for header in after.facts.records
        if (header.controller, header.category) == (matter.controller, matter.category)
        and matter.about in header.about
        and header.recorded_at <= after.request.at
        and clearances.of(matter.about, header).cleared
    ]
    fields = tuple(field.name for field in category.fields if field.level <= outcome.detail)
    already = before is not None and before.effect is Effect.PERMIT
    return WouldGo(outcome.detail.code, fields, len(records), already=already, reasons=())


def reasons_now(now: Decision, matter: Matter) -> tuple[str, ...]:
    """Why it does not go by itself, in the holder's words."""
    outcome = now.find_outcome(matter.about, matter.category, matter.controller)
    return tuple(HOLDER_WORDS[one] for one in outcome.reasons) if outcome is not None else ()


def law_of(decision: Decision, matter: Matter) -> tuple[LawLine, ...]:
    """The clauses in force, signed and not prohibited that name this."""
    plan = decision.plan
    bit = plan.universe.find_bit(matter.controller, matter.category) if plan is not None else None
    if plan is None or bit is None:
        return ()
    return tuple(
        LawLine(
            paper.clause,
            clauses_in_words(paper.clause, decision.table.titles([paper.clause])),
            paper.grant.text,
            tuple(basis_words(decision.table.vocabulary, paper.grant.basis)),
        )
        for paper in papers_of(decision.table, plan, decision.request.at)
        if paper.cells >> bit & 1 and paper.failure(bit, plan.recipient.code, matter.controller) is None
    )


def said_of(decision: Decision, matter: Matter, recipient: str) -> tuple[SaidLine, ...]:
    """What was said that covers this, the newest first. Whoever said it is not named."""
    found = [one for one in decision.facts.consents if _covers(one, matter, recipient, decision.request.at)]
    found.sort(key=lambda one: (one.at, one.id), reverse=True)
    return tuple(_lines(found))


def _lines(found: list[ConsentRecord]) -> Iterator[SaidLine]:
    for one in found:
        yield SaidLine(_words(one.kind, one.decision), one.at, one.until_at, one.signatory == one.about)


def _words(kind: ConsentKind, decision: ConsentDecision) -> str:
    raised = kind in RAISED and decision is ConsentDecision.GIVEN
    return f"{consent_words(kind)}: {'raised' if raised else decision.value}"


def _covers(event: ConsentRecord, matter: Matter, recipient: str, at: datetime) -> bool:
    scopes = (
        (event.purposes, matter.purpose),
        (event.categories, matter.category),
        (event.controllers, matter.controller),
        (event.recipients, recipient),
    )
    return (
        event.about == matter.about
        and event.at <= at
        and all(scope is None or code in scope for scope, code in scopes)
    )
