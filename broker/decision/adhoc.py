"""An ad hoc disclosure as the engine decides it: one clause of the holder's own, for one body, one purpose,
once.

Decides that no agreement is needed and that everything else is: a legal power in force between these two bodies
for this purpose (or vital interests, or a court's order), an Article 6 basis and the conditions that special
and offence data need, and every rule that holds without any agreement (hard stops, what the duties prohibit,
opt-outs, what the holder withheld or restricted, objections, third parties, retention, protected people and
addresses). Evaluated by the same engine as every profile, over one clause made of what was decided. Source: ICO
data sharing code (section 121, Data Protection Act 2018), which says that a sharing agreement is not mandatory;
docs/how-to-adhoc.md.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from broker.casework import Staff
from broker.consent.record import ConsentKind
from broker.decision.decision import Decision
from broker.decision.evaluate import evaluate
from broker.decision.facts import Facts, HolderDecision, HolderRuling
from broker.decision.reasons import Effect, Reason
from broker.decision.request import Request
from broker.decision.table import DecisionTable, compile_table
from broker.decision.terms import BasisTerm, Discloser, Grant, RecipientTerm, Terms
from broker.vocabulary.codes import Detail, Organisation, Role, Tier, Vocabulary

VITAL_INTERESTS: Final = "vital-interests"
COURT_ORDER: Final = "court-order"
WITHOUT_GATEWAY: Final = frozenset({VITAL_INTERESTS, COURT_ORDER})
"""Powers that are no row of `gateways.yaml`."""
OUTSIDE: Final = "outside"
"""The code by which a body outside the partnership stands in a decision and in what is kept of it."""
_ROLE: Final = "ad-hoc-recipient"
_REFERENCE: Final = "ad-hoc"


@dataclass(frozen=True, slots=True)
class AdhocTerms:
    """What is disclosed, to whom and by which right. `recipient` is an organisation's code or `outside`, whose
    kinds (types of body) and area stand beside it; `power` a gateway's code, `vital-interests` or
    `court-order`; `relies_on` a consent that must stand; `policy_document` the discloser's appropriate
    policy document."""

    controller: str
    recipient: str
    recipient_name: str
    recipient_types: frozenset[str]
    recipient_area: str
    purpose: str
    categories: tuple[str, ...]
    detail: Detail
    power: str
    article_6: str
    article_9: str | None = None
    schedule_1: str | None = None
    article_10: str | None = None
    relies_on: ConsentKind | None = None
    policy_document: str | None = None

    def basis(self) -> BasisTerm:
        """The basis as a clause states it; a power that is no gateway stands nowhere in it."""
        gateway = None if self.power in WITHOUT_GATEWAY else self.power
        return BasisTerm(self.article_6, self.article_9, self.schedule_1, self.article_10, gateway)

    def tier(self, vocabulary: Vocabulary) -> Tier:
        """The highest tier of what is disclosed."""
        own = vocabulary.organisations[self.controller].tier
        return max(own, *(vocabulary.categories[code].tier for code in self.categories))


def recipient_of(vocabulary: Vocabulary, terms: AdhocTerms) -> Organisation:
    """The body it goes to, as a decision needs it."""
    found = vocabulary.organisations.get(terms.recipient)
    return found or Organisation(OUTSIDE, terms.recipient_name, terms.recipient_types, terms.recipient_area)


def decide_adhoc(
    table: DecisionTable,
    facts: Facts,
    terms: AdhocTerms,
    about: tuple[str, ...],
    at: datetime,
    decided_by: str,
    *,
    weighed: bool = False,
) -> Decision:
    """The decision over one clause made of the terms. `weighed` says that the holder has weighed an objection that
    stands, and releases all the same."""
    vocabulary = _vocabulary(table.vocabulary, terms)
    clause = Terms(_REFERENCE, 1, (grant_of(terms),), table.duties.prohibitions)
    recipient = recipient_of(table.vocabulary, terms)
    asker = Staff(_ROLE, recipient.code, frozenset({_ROLE}))
    known = replace(facts, staff={**facts.staff, asker.id: asker})
    if weighed:
        known = replace(
            known, holder_decisions=(*known.holder_decisions, *_weighed(terms, about, decided_by, at, facts))
        )
    request = Request(at, asker.id, _ROLE, terms.purpose, about, None, "an ad hoc disclosure")
    return evaluate(compile_table(vocabulary, clause, ()), known, request)


def objections_of(decision: Decision, terms: AdhocTerms) -> bool:
    """Whether an objection stands that the holder has to weigh."""
    return any(
        outcome.effect is Effect.REFER and Reason.OBJECTION in outcome.reasons
        for _, category, controller, outcome in decision.cells()
        if controller == terms.controller and category in terms.categories
    )


def _weighed(
    terms: AdhocTerms, about: tuple[str, ...], decided_by: str, at: datetime, facts: Facts
) -> Iterator[HolderDecision]:
    """Releases where no decision of the holder's stands: what was withheld, or restricted, is not weighed away."""
    for person in about:
        for category in terms.categories:
            standing = [
                one
                for one in facts.holder_decisions
                if (one.about, one.category, one.controller, one.purpose)
                == (person, category, terms.controller, terms.purpose)
            ]
            if not standing:
                yield HolderDecision(
                    person, category, terms.controller, terms.purpose, HolderRuling.RELEASE, decided_by, at
                )


def grant_of(terms: AdhocTerms) -> Grant:
    """The one clause."""
    return Grant(
        "1",
        "Disclosed once, on request.",
        (Discloser(organisation=terms.controller),),
        (RecipientTerm(organisation=terms.recipient),),
        frozenset({terms.purpose}),
        frozenset(terms.categories),
        terms.detail,
        terms.basis(),
        consent=terms.relies_on,
    )


def _vocabulary(vocabulary: Vocabulary, terms: AdhocTerms) -> Vocabulary:
    """The partnership's own, with the body that asks, and its purpose without a case: nobody of theirs is in
    one."""
    recipient = recipient_of(vocabulary, terms)
    purpose = replace(vocabulary.purposes[terms.purpose], case_required=False, team_only=False)
    return replace(
        vocabulary,
        organisations={**vocabulary.organisations, recipient.code: recipient},
        roles={**vocabulary.roles, _ROLE: Role(_ROLE, "Ad hoc recipient", frozenset({terms.purpose}))},
        purposes={**vocabulary.purposes, terms.purpose: purpose},
    )
