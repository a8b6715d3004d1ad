"""What a withdrawal will stop and what it will not, told before it is made.

Decides nothing and changes nothing: it is worked out as the withdrawal itself would be, by the same rules and on
the same releases. A private service among those who received something is not named. From docs/how-to-consent.md
and docs/rules.md part 1.3.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from broker.access import Verb
from broker.audit.events import Event
from broker.casework import Staff
from broker.consent.record import DEMANDABLE, RAISED, ConsentDecision, ConsentKind, ConsentRecord
from broker.decision.facts import Facts
from broker.decision.table import DecisionTable
from broker.release.offer import OfferFor, make_offer
from broker.release.reach import Sharing, consent_reach, merged
from broker.store.disclosures import StoredDisclosure
from broker.store.session import Act
from broker.usecases.acting import Acting, entry_of, perform
from broker.usecases.consent.append_consent import touched_by
from broker.usecases.consent.at_desk import call_decider, gather_known, names_of
from broker.usecases.consent.show_receipt import find_shown, require_given
from broker.usecases.consent.withdraw_consent import Withdrawal, withdrawal_event
from broker.usecases.people.standing_of import deciders_of, standing_of
from broker.usecases.release.grounds import ended_by
from broker.usecases.rules.rules import current_rules
from broker.usecases.world import World
from broker.vocabulary.codes import Tier, Vocabulary


@dataclass(frozen=True, slots=True)
class WillBeTold:
    """Who received something because of the yes, and is told: the organisation's name ("" for a private service)
    and when it received it."""

    recipient: str
    at: datetime


@dataclass(frozen=True, slots=True, repr=False)
class Preview:
    """What would come of a withdrawal. `categories` are the kinds of information, no private service, of which
    some alone may be withdrawn (none where it cannot be divided); `also` are the references of everything else
    that the same person still agrees to about the same person."""

    reference: str
    about: str
    signatory: str
    signatory_id: str
    kind: ConsentKind
    given_at: datetime
    until_at: datetime | None
    counts: bool
    stops: tuple[Sharing, ...]
    goes_on: tuple[str, ...]
    told: tuple[WillBeTold, ...]
    categories: tuple[str, ...]
    also: tuple[str, ...]
    deciders: tuple[tuple[str, str], ...]

    def __repr__(self) -> str:
        return "Preview(…)"


def preview_withdrawal(
    world: World,
    acting: Acting,
    reference: str,
    categories: frozenset[str] | None = None,
    *,
    everything: bool = False,
) -> Preview:
    """What would stop and what would not, were this yes withdrawn (for these kinds of information alone; or with
    everything else the same person agreed to). Raises NotAllowed, CallWrong."""

    def work(act: Act, staff: Staff) -> Preview:
        given = require_given(find_shown(act, staff, reference))
        rules = current_rules(act, world)
        vocabulary = rules.table.vocabulary
        facts, _ = gather_known(act, [given.about, given.signatory])
        also = tuple(one.id for one in _beside(facts, given, act.at))
        references = (given.id, *also) if everything else (given.id,)
        events = [
            withdrawal_event(act, Withdrawal(one, None, None if everything else categories)) for one in references
        ]
        standing = standing_of(facts, vocabulary, given.about, given.signatory, given.categories, act.at)
        counts = bool(standing.counts_for)
        reaches = [consent_reach(rules.table, one, act.at) for one in events]
        own = [one for one in facts.consents if one.about == given.about]
        touched = [
            one
            for event in events
            if event.kind not in RAISED
            for one in touched_by(act, event, own, vocabulary, counts=counts)
        ]
        details = {"report": "withdrawal-preview", "rows": len(touched)}
        act.record(entry_of(act, staff, Event.REPORT_PRODUCED, details, about=[given.about]))
        names = names_of(act, facts, [given.about, given.signatory])
        organisation = vocabulary.organisations.get(given.signatory)
        told = {
            one.disclosure.id: WillBeTold(_called(vocabulary, one.disclosure), one.disclosure.request.at)
            for one in touched
        }
        return Preview(
            given.id,
            names[given.about],
            names.get(given.signatory, organisation.name if organisation is not None else ""),
            given.signatory,
            given.kind,
            given.at,
            given.until_at,
            counts,
            merged(reaches) if counts else (),
            reaches[0].goes_on,
            tuple(sorted(told.values(), key=lambda one: one.at, reverse=True)),
            _divisible(rules.table, given, facts, act.at),
            also,
            tuple(
                call_decider(vocabulary, names, one) for one in deciders_of(facts, vocabulary, given.about, act.at)
            ),
        )

    return perform(world, acting, Verb.CONSENT_WITHDRAW, work)


def still_given(facts: Facts, about: str, at: datetime) -> tuple[ConsentRecord, ...]:
    """Every yes about a person that nothing has ended, in the order in which they were said."""
    events = [one for one in facts.consents if one.about == about and one.at <= at]
    over = {ended.id for one in events for ended in ended_by(one, events)}
    return tuple(
        one
        for one in events
        if one.kind in DEMANDABLE
        and one.decision is ConsentDecision.GIVEN
        and one.id not in over
        and (one.until_at is None or at < one.until_at)
    )


def _beside(facts: Facts, given: ConsentRecord, at: datetime) -> tuple[ConsentRecord, ...]:
    """What else the same person agreed to about the same person."""
    return tuple(
        one
        for one in still_given(facts, given.about, at)
        if one.id != given.id and one.signatory == given.signatory
    )


def _divisible(table: DecisionTable, given: ConsentRecord, facts: Facts, at: datetime) -> tuple[str, ...]:
    """The kinds of information a yes covers, no private service, where there are several."""
    vocabulary = table.vocabulary
    born = facts.people[given.about].born
    found = {
        code
        for purpose in given.purposes or vocabulary.purposes
        for offer in [make_offer(table, OfferFor(purpose, born), at)]
        for service in (*offer.services, *offer.sensitive)
        if service.kind is given.kind
        and (given.controllers is None or service.controller in given.controllers)
        and vocabulary.organisations[service.controller].tier < Tier.T4
        for code in service.categories
        if vocabulary.categories[code].tier < Tier.T4 and (given.categories is None or code in given.categories)
    }
    return tuple(sorted(found)) if len(found) > 1 else ()


def _called(vocabulary: Vocabulary, disclosure: StoredDisclosure) -> str:
    if disclosure.outside is not None:
        return disclosure.outside.name
    known = vocabulary.organisations[disclosure.recipient]
    return known.name if known.tier < Tier.T4 else ""
