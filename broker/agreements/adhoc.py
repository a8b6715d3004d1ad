"""Whether an ad hoc disclosure rests on what the law asks of it: the same errors that refuse an agreement.

Decides that a power must be in force between these two bodies for this purpose, that vital interests and a court's
order are what they say, and that special and offence data have their conditions. Source: docs/how-to-adhoc.md.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from broker.agreements.check import problems_of
from broker.consent.record import ConsentKind
from broker.decision.adhoc import COURT_ORDER, VITAL_INTERESTS, AdhocTerms, grant_of, recipient_of
from broker.vocabulary.codes import Tier, Vocabulary


def check_adhoc(vocabulary: Vocabulary, terms: AdhocTerms, at: datetime) -> Iterator[str]:
    """What bars or is missing, in sentences. INVARIANT: depends on no person."""
    for code in terms.categories:
        if (
            vocabulary.categories[code].tier is Tier.T5
            or vocabulary.organisations[terms.controller].tier is Tier.T5
        ):
            yield f"`{code}` is never disclosed, whoever asks: the law forbids it"
    if terms.power == VITAL_INTERESTS and terms.article_6 != "d":
        yield "vital interests are Article 6 basis `d`, for life or death only: name it, or name a power"
    if terms.power == COURT_ORDER and terms.article_6 != "c":
        yield "a court's order is Article 6 basis `c`: name it"
    if terms.article_6 == "a" and terms.relies_on is not ConsentKind.DATA_PROTECTION:
        yield "Article 6 basis `a` relies on `data-protection` consent: say so"
    # A power that is no gateway is one all the same to whoever checks the papers.
    shown = replace(grant_of(terms), basis=replace(terms.basis(), gateway=terms.power))
    for problem in problems_of(shown, vocabulary, has_policy_document=bool(terms.policy_document)):
        yield f"the disclosure {problem}"
    gateway = vocabulary.gateways.get(terms.power)
    if gateway is None:
        return
    discloser, recipient = vocabulary.organisations[terms.controller], recipient_of(vocabulary, terms)
    if not gateway.in_force.covers(at):
        yield f"`{terms.power}` ({gateway.provision}) is not in force"
    if not gateway.lets(discloser):
        yield f"`{terms.power}` ({gateway.provision}) does not let a body such as yours disclose"
    if not gateway.reaches(recipient):
        yield f"`{terms.power}` ({gateway.provision}) does not reach a body such as this one"
    if gateway.purposes is not None and terms.purpose not in gateway.purposes:
        yield f"`{terms.power}` ({gateway.provision}) is not for `{terms.purpose}`"
