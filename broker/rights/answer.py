"""What of a controller's records goes into an answer to somebody who asks for their own data, and what stays out.

Decides item by item, in a fixed order: hard stops and protected people; whether whoever asks can decide about
this kind; sensitive services and child-abuse data asked for by somebody else; domestic-abuse information that is
not about the person alone; other people, masked where the category says so and else a reason to withhold; the
serious-harm test, which needs an opinion for every item of its classes; and at last what the officer chose.
Pure: opens nothing.

INVARIANT: nothing here depends on a marker, a case or a consent of anybody but the person, on a record the
person is not among those it is about, or on what another controller holds: two worlds that differ in these alone
give the same answer. (Somebody protected is the exception: they do not exist.) Source: DPA 2018 Schedules 2 and
3, docs/how-to-rights.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from broker.decision.facts import RecordHeader
from broker.rights.exemptions import EXEMPTIONS, OPINION_LASTS, Exemption
from broker.rights.subject_access import AccessRequest, Capacity, Opinion
from broker.vocabulary.codes import Category, Detail, FieldKind, Joint, RightsClass, Tier, Vocabulary

ANOTHER_PERSON: Final = "another person"
_HARM: Final = (RightsClass.HEALTH, RightsClass.SOCIAL_WORK, RightsClass.EDUCATION)
_WHEREABOUTS: Final = frozenset({FieldKind.ADDRESS, FieldKind.PLACE})
NEEDS_OPINION: Final = "needs-opinion"


@dataclass(frozen=True, slots=True)
class Held:
    """A record of the controller that is about the person: its header and whom its `person` fields name."""

    header: RecordHeader
    named: frozenset[str]


@dataclass(frozen=True, slots=True)
class Asking:
    """The request with what it is judged by: categories whoever asks has standing for, people who do not exist,
    and the instant."""

    request: AccessRequest
    vocabulary: Vocabulary = field(repr=False)
    standing_for: frozenset[str] = field(repr=False)
    hidden: frozenset[str]
    at: datetime


@dataclass(frozen=True, slots=True)
class ItemOutcome:
    """What becomes of a record: given, left out by `exemption`, or open because it `needs` something first.
    `masked` says that others in it are hidden."""

    record_id: str
    category: str
    exemption: Exemption | None = None
    needs: str | None = None
    masked: bool = False

    @property
    def given(self) -> bool:
        """Whether it goes into the answer."""
        return self.exemption is None and self.needs is None


def consider(held: Held, asking: Asking) -> ItemOutcome:
    """What becomes of one record."""
    header, request = held.header, asking.request
    exemption = _barred(held, asking)
    if exemption is not None:
        return ItemOutcome(header.id, header.category, exemption)
    masked = bool(_others(held, asking))
    opinion = request.opinions.get(header.id)
    if _needs_test(header.category, asking.vocabulary):
        if opinion is None or not _lasts(opinion, asking.at):
            return ItemOutcome(header.id, header.category, needs=NEEDS_OPINION, masked=masked)
        if opinion.harm:
            return ItemOutcome(header.id, header.category, Exemption.SERIOUS_HARM)
    ruling = request.rulings.get(header.id)
    if ruling is not None and ruling.exemption is not None:
        return ItemOutcome(header.id, header.category, ruling.exemption)
    return ItemOutcome(header.id, header.category, masked=masked)


def may_choose(exemption: Exemption, category: str, vocabulary: Vocabulary) -> bool:
    """Whether an officer may leave out something of this kind for this reason."""
    row = EXEMPTIONS[exemption]
    return row.by_hand and (
        row.classes is None or any(category in vocabulary.rights.get(one, frozenset()) for one in row.classes)
    )


def show(held: Held, outcome: ItemOutcome, content: Mapping[str, Any], asking: Asking) -> dict[str, Any]:
    """The fields of a record that is given, in the category's order. Raises ValueError for one that is not: its
    content must not have been opened."""
    if not outcome.given:
        raise ValueError("what is left out is never opened")
    category = asking.vocabulary.categories[held.header.category]
    others = _others(held, asking)
    alone = held.header.about == {asking.request.about} and not others
    shown: dict[str, Any] = {}
    for spec in category.fields:
        if spec.name not in content or (outcome.masked and spec.level > Detail.SUMMARY):
            continue
        if spec.kind is FieldKind.NARRATIVE and (others or held.header.mentions is None):
            continue
        if spec.kind in _WHEREABOUTS and not (alone and asking.request.capacity is Capacity.SELF):
            continue
        value = content[spec.name]
        if spec.kind is FieldKind.PERSON:
            value = _call(value, asking)
        shown[spec.name] = value
    return shown


def _call(value: Any, asking: Asking) -> Any:
    if value is None:
        return None
    return "you" if value == asking.request.about else ANOTHER_PERSON


def _barred(held: Held, asking: Asking) -> Exemption | None:
    header, vocabulary, request = held.header, asking.vocabulary, asking.request
    category = vocabulary.categories[header.category]
    tier = max(category.tier, vocabulary.organisations[header.controller].tier)
    if tier >= Tier.T5:
        return Exemption.HARD_STOP
    if not header.about.isdisjoint(asking.hidden):
        return Exemption.PROTECTED_PERSON
    if header.category not in asking.standing_for:
        return Exemption.NO_STANDING
    classes = {one for one, codes in vocabulary.rights.items() if header.category in codes}
    if not classes:
        return Exemption.NOT_CLASSED
    if request.capacity is not Capacity.SELF:
        if tier >= Tier.T4:
            return Exemption.SENSITIVE_TO_REQUESTER
        if RightsClass.CHILD_ABUSE in classes and not _given_by_hand(request, header.id):
            return Exemption.CHILD_ABUSE
    if RightsClass.DOMESTIC_ABUSE in classes and not _about_alone(held, request.about):
        return Exemption.DOMESTIC_ABUSE
    return _third_party(held, asking, category, tier)


def _third_party(held: Held, asking: Asking, category: Category, tier: Tier) -> Exemption | None:
    uncleared = held.header.about - {asking.request.about} - asking.request.cleared.keys()
    if uncleared and (tier >= Tier.T4 or category.joint is not Joint.MASK):
        return Exemption.THIRD_PARTY
    return None


def _about_alone(held: Held, person_id: str) -> bool:
    """About the person, and naming and mentioning nobody, the person included: whoever is named in such a record
    may be the one it protects others from."""
    return held.header.about == {person_id} and not held.named and held.header.mentions == frozenset()


def _others(held: Held, asking: Asking) -> frozenset[str]:
    """Everybody else in the record who is not cleared."""
    everybody = held.header.about | held.named | (held.header.mentions or frozenset())
    return everybody - {asking.request.about} - asking.request.cleared.keys()


def _given_by_hand(request: AccessRequest, record_id: str) -> bool:
    ruling = request.rulings.get(record_id)
    return ruling is not None and ruling.exemption is None


def _needs_test(category: str, vocabulary: Vocabulary) -> bool:
    return any(category in vocabulary.rights.get(one, frozenset()) for one in _HARM)


def _lasts(opinion: Opinion, at: datetime) -> bool:
    return opinion.at <= at < opinion.at + OPINION_LASTS
