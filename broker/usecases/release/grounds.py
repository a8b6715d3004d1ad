"""What a release rests on, as the audit log and the disclosures name it, and what ends or narrows what.

Decides the ids of grounds and how consents and holders' decisions replace each other in the log, so that its
verifier can tell from the entries alone that no release rests on what was withdrawn. The relations are exact or
cautious: a ground is *ended* only where it can never govern again; otherwise a refusal or withdrawal that touches
it *narrows* it, and a release resting on it names what narrowed it. From docs/security.md section 3, point 6.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

from broker.consent.record import RAISED, ConsentDecision, ConsentRecord
from broker.dates import Interval
from broker.decision.facts import HolderDecision, HolderRuling
from broker.store.session import View
from broker.usecases.kinds import BasisKind
from broker.vocabulary.codes import Tier, Vocabulary

Ground = tuple[BasisKind, str]


def ground_text(ground: Ground) -> str:
    """`consent:c-17`."""
    return f"{ground[0].value}:{ground[1]}"


def consent_ground(consent_id: str) -> Ground:
    """A consent event."""
    return BasisKind.CONSENT, consent_id


def agreement_ground(reference: str, version: int) -> Ground:
    """A published version of an agreement."""
    return BasisKind.AGREEMENT, f"{reference}@{version}"


def signature_ground(reference: str, version: int, party: str, number: int) -> Ground:
    """A party's signature on a version; `number` counts how often the party has signed it, this time included."""
    return BasisKind.SIGNATURE, f"{reference}@{version}/{party}/{number}"


def duties_ground(policies_digest: str, adopted_at: datetime) -> Ground:
    """The duties as adopted: another adoption is another ground, also of rules that were in force before."""
    return (
        BasisKind.DUTIES,
        f"{policies_digest.removeprefix('sha256:')[:16]}-{adopted_at.astimezone(UTC):%Y%m%dT%H%M%S.%fZ}",
    )


def ruling_ground(view: View, ruling: HolderDecision) -> Ground:
    """A holder's decision. Its id follows from what was decided and when, keyed, so that the decision leads to it
    wherever it is read."""
    parts = (
        ruling.about,
        ruling.controller,
        ruling.category,
        ruling.purpose,
        ruling.case or "",
        ruling.ruling.value,
    )
    token = view.keys.token("holder-decision-ground", *parts, ruling.at.isoformat(), ruling.by)
    return BasisKind.HOLDER_DECISION, f"h-{token.hex()}"


def ended_by(event: ConsentRecord, earlier: Iterable[ConsentRecord]) -> list[ConsentRecord]:
    """The earlier `given`s (or raised objections) that can never govern again once `event` is there: the same
    person, signatory and kind, made before, within its scope."""
    return [
        one
        for one in earlier
        if _same_matter(event, one)
        and one.signatory == event.signatory
        and one.decision is ConsentDecision.GIVEN
        and _after(event, one)
        and _covers(event, one)
    ]


def narrowed_by(
    event: ConsentRecord, earlier: Iterable[ConsentRecord], vocabulary: Vocabulary
) -> list[ConsentRecord]:
    """The `given`s that still stand in part, or beside a dissent, once this refusal or withdrawal is there."""
    if event.decision is ConsentDecision.GIVEN or event.kind in RAISED:
        return []
    over = {one.id for one in ended_by(event, [*earlier])}
    return [
        one
        for one in earlier
        if one.id not in over
        and _same_matter(event, one)
        and one.decision is ConsentDecision.GIVEN
        and overlap(event, one, vocabulary)
    ]


def overlap(event: ConsentRecord, given: ConsentRecord, vocabulary: Vocabulary) -> bool:
    """Whether some cell is in the scope of both; a `given` for all categories never covers tier T4."""
    categories = given.categories
    if categories is None and event.categories is not None:
        categories = frozenset(
            code for code in event.categories if code in vocabulary.categories and _below_silent(vocabulary, code)
        )
    return (
        _meet(event.purposes, given.purposes)
        and _meet(event.controllers, given.controllers)
        and _meet(event.recipients, given.recipients)
        and _meet(event.categories, categories)
    )


def _below_silent(vocabulary: Vocabulary, category: str) -> bool:
    return vocabulary.categories[category].tier < Tier.T4


def _same_matter(event: ConsentRecord, one: ConsentRecord) -> bool:
    return one.id != event.id and one.about == event.about and one.kind is event.kind


def _after(event: ConsentRecord, one: ConsentRecord) -> bool:
    return one.at < event.at or (one.at == event.at and event.decision is not ConsentDecision.GIVEN)


def _covers(event: ConsentRecord, one: ConsentRecord) -> bool:
    """Whether every cell in the scope of `one` is in that of `event`."""
    if event.decision is ConsentDecision.GIVEN and event.kind not in RAISED:
        # A `given` for all covers no T4 cell; one that names categories might.
        categories = event.categories == one.categories or _within(one.categories, event.categories, or_all=False)
    else:
        categories = _within(one.categories, event.categories)
    return (
        categories
        and _within(one.purposes, event.purposes)
        and _within(one.controllers, event.controllers)
        and _within(one.recipients, event.recipients)
    )


def _within(inner: frozenset[str] | None, outer: frozenset[str] | None, *, or_all: bool = True) -> bool:
    if outer is None:
        return or_all
    return inner is not None and inner <= outer


def _meet(one: frozenset[str] | None, other: frozenset[str] | None) -> bool:
    if one is None:
        return other is None or bool(other)
    return other is None or not one.isdisjoint(other)


def ended_rulings(ruling: HolderDecision, earlier: Iterable[HolderDecision]) -> list[HolderDecision]:
    """The earlier decisions to release that the new one replaces for good."""
    return [
        one
        for one in earlier
        if one.ruling is HolderRuling.RELEASE
        and _same_cell(ruling, one)
        and (ruling.case is None or ruling.case == one.case)
        and one.at <= ruling.at
    ]


def narrowed_rulings(ruling: HolderDecision, earlier: Iterable[HolderDecision]) -> list[HolderDecision]:
    """The earlier decisions to release, for any case, that a decision to withhold in one case leaves standing."""
    if ruling.ruling is HolderRuling.RELEASE or ruling.case is None:
        return []
    return [
        one
        for one in earlier
        if one.ruling is HolderRuling.RELEASE and one.case is None and _same_cell(ruling, one)
    ]


def _same_cell(ruling: HolderDecision, one: HolderDecision) -> bool:
    return (one.about, one.controller, one.category, one.purpose) == (
        ruling.about,
        ruling.controller,
        ruling.category,
        ruling.purpose,
    )


def standing_signature(
    reference: str, version: int, signatures: Mapping[str, tuple[Interval, ...]], party: str
) -> Ground:
    """The ground of a party's present signature on a version."""
    return signature_ground(reference, version, party, len(signatures.get(party, ())))
