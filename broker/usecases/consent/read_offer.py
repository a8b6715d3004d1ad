"""What is read aloud before somebody decides: what they would agree to, and what they said no to before.

Decides that the same is read to everybody of the same age in the same kind of case, that an earlier no of whoever
decides is said before a yes, which does not undo it where it names kinds of information, that the no of somebody
else who can decide is told to the worker alone, and that a no about a private service, which
no general yes reaches, is not said. From docs/rules.md part 1.3.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from broker.access import Verb
from broker.casework import Staff
from broker.consent.record import ConsentDecision, ConsentKind, ConsentRecord
from broker.decision.facts import Facts
from broker.errors import CallWrong, did_you_mean
from broker.release.offer import Offer, OfferFor, make_offer
from broker.release.reach import consent_reach
from broker.store.session import Act
from broker.usecases.acting import Acting, perform
from broker.usecases.consent.at_desk import AtDesk, Desk, Seat, SignatoryCheck, check_at, take_seat, write_look
from broker.usecases.people.standing_of import standing_of
from broker.usecases.rules.rules import Rules, current_rules
from broker.usecases.world import World
from broker.vocabulary.codes import Tier, Vocabulary


@dataclass(frozen=True, slots=True)
class NarrowerNo:
    """A no to some kinds of information (codes), and when it was said."""

    at: datetime
    categories: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EarlierNo:
    """A no that a yes now takes the place of: to everything (`controllers` None), or to what some services (codes)
    would tell; `taken_back` that it was a yes before."""

    at: datetime
    controllers: tuple[str, ...] | None
    taken_back: bool


@dataclass(frozen=True, slots=True)
class Reading:
    """What to read aloud to whom; `goes_on` is what needs nobody's agreement, in titles. `before` and `earlier`
    are what whoever decides said no to; `others_no` is when somebody else who can decide said no, where that
    stands: for the worker alone, and never said to whoever decides."""

    desk: Desk
    check: SignatoryCheck
    offer: Offer
    goes_on: tuple[str, ...]
    before: tuple[NarrowerNo, ...]
    earlier: tuple[EarlierNo, ...]
    others_no: datetime | None
    at: datetime

    @property
    def still_no(self) -> frozenset[str]:
        """The kinds of information to which they said no by name, and not yes by name since."""
        return frozenset(code for one in self.before for code in one.categories)


def list_purposes(world: World, acting: Acting, where: AtDesk) -> tuple[str, ...]:
    """What somebody at this desk could be asked to agree to: codes of the purposes of the case (or of the role,
    where there is none yet) for which something rests on a yes. Raises NotAllowed, CallWrong."""

    def work(act: Act, staff: Staff) -> tuple[str, ...]:
        seat = take_seat(world, act, staff, where)
        rules = current_rules(act, world)
        role = world.partnership.vocabulary.roles[acting.role]
        wanted = seat.desk.purposes if where.case_id is not None else tuple(sorted(role.purposes))
        return tuple(
            purpose
            for purpose in wanted
            if any(offer_at(rules, seat, one.person_id, purpose, act.at).kinds for one in seat.desk.people)
        )

    return perform(world, acting, Verb.CONSENT_RECORD, work)


def read_offer(world: World, acting: Acting, where: AtDesk, about: str, signatory: str, purpose: str) -> Reading:
    """What to read aloud. Raises NotAllowed, CallWrong."""
    vocabulary = world.partnership.vocabulary
    if purpose not in vocabulary.purposes:
        raise CallWrong("purpose", f"`{purpose}` is not known{did_you_mean(purpose, vocabulary.purposes)}")

    def work(act: Act, staff: Staff) -> Reading:
        seat = take_seat(world, act, staff, where)
        write_look(act, staff, seat.desk)
        check = check_at(world, act, seat, about, signatory)
        rules = current_rules(act, world)
        offer = offer_at(rules, seat, about, purpose, act.at)
        every = ConsentRecord(
            "",
            about,
            signatory,
            ConsentKind.ENGAGEMENT,
            ConsentDecision.GIVEN,
            act.at,
            purposes=frozenset([purpose]),
        )
        goes_on = consent_reach(rules.table, every, act.at).goes_on
        events = seat.facts.consents
        before = narrower_refusals(vocabulary, events, about, signatory, purpose, act.at)
        earlier = earlier_refusals(vocabulary, events, about, signatory, purpose, act.at)
        may_know = world.access.find_role([acting.role], Verb.CONSENT_READ) is not None
        others = _others_no(vocabulary, seat.facts, about, signatory, purpose, act.at) if may_know else None
        return Reading(seat.desk, check, offer, goes_on, before, earlier, others, act.at)

    return perform(world, acting, Verb.CONSENT_RECORD, work)


def narrower_refusals(
    vocabulary: Vocabulary,
    events: Iterable[ConsentRecord],
    about: str,
    signatory: str,
    purpose: str,
    at: datetime,
) -> tuple[NarrowerNo, ...]:
    """The kinds of information to which this signatory said no by name, and not yes by name since: what a general
    yes does not undo. The latest no of each, the newest first. A yes to services that is taken back whole is a
    general change of mind, although it is written down kind by kind."""
    theirs = [one for one in _said(events, about, signatory, purpose, at) if one.categories is not None]
    theirs.sort(key=lambda one: (one.at, one.decision is not ConsentDecision.GIVEN))
    said: dict[str, datetime | None] = {}
    for one in theirs:
        if _takes_back_all(one, theirs):
            continue
        for code in one.categories or ():
            said[code] = None if one.decision is ConsentDecision.GIVEN else one.at
    by_day: dict[datetime, list[str]] = {}
    for code, when in said.items():
        if when is not None and code in vocabulary.categories and vocabulary.categories[code].tier < Tier.T4:
            by_day.setdefault(when, []).append(code)
    return tuple(NarrowerNo(when, tuple(sorted(codes))) for when, codes in sorted(by_day.items(), reverse=True))


def earlier_refusals(
    vocabulary: Vocabulary,
    events: Iterable[ConsentRecord],
    about: str,
    signatory: str,
    purpose: str,
    at: datetime,
) -> tuple[EarlierNo, ...]:
    """What this signatory said no to otherwise than by kinds of information, and said no yes since: the newest
    first. A no about private services alone is not said."""
    theirs = _said(events, about, signatory, purpose, at)
    found = []
    for one in theirs:
        taken_back = one.decision is ConsentDecision.WITHDRAWN
        named = one.categories is not None and not _takes_back_all(one, theirs)
        answered = any(each.decision is ConsentDecision.GIVEN and each.at > one.at for each in theirs)
        if one.decision is ConsentDecision.GIVEN or named or answered:
            continue
        if one.controllers is None:
            found.append(EarlierNo(one.at, None, taken_back))
            continue
        bodies = (code for code in one.controllers if vocabulary.organisations[code].tier < Tier.T4)
        if services := tuple(sorted(bodies)):
            found.append(EarlierNo(one.at, services, taken_back))
    return tuple(sorted(found, key=lambda no: no.at, reverse=True))


def _others_no(
    vocabulary: Vocabulary, facts: Facts, about: str, signatory: str, purpose: str, at: datetime
) -> datetime | None:
    """When somebody else whose decision counts last said a no that stands, about no private service."""
    found: list[datetime] = []
    for other in {one.signatory for one in facts.consents if one.about == about} - {signatory}:
        if not standing_of(facts, vocabulary, about, other, None, at).counts_for:
            continue
        asked = (vocabulary, facts.consents, about, other, purpose, at)
        found += [one.at for one in narrower_refusals(*asked)]
        found += [one.at for one in earlier_refusals(*asked)]
    return max(found, default=None)


def _said(
    events: Iterable[ConsentRecord], about: str, signatory: str, purpose: str, at: datetime
) -> tuple[ConsentRecord, ...]:
    """What somebody said by now about early help for somebody and this purpose."""
    return tuple(
        one
        for one in events
        if one.about == about
        and one.signatory == signatory
        and one.kind is ConsentKind.ENGAGEMENT
        and one.at <= at
        and (one.purposes is None or purpose in one.purposes)
    )


def _takes_back_all(said: ConsentRecord, events: Iterable[ConsentRecord]) -> bool:
    """Whether this withdraws the whole of a yes to services about several kinds of information."""
    return (
        said.decision is ConsentDecision.WITHDRAWN
        and said.controllers is not None
        and len(said.categories or ()) > 1
        and any(
            one.decision is ConsentDecision.GIVEN and one.at <= said.at and _scope(one) == _scope(said)
            for one in events
        )
    )


def _scope(event: ConsentRecord) -> tuple[frozenset[str] | None, ...]:
    return event.purposes, event.categories, event.controllers, event.recipients


def offer_at(rules: Rules, seat: Seat, about: str, purpose: str, at: datetime) -> Offer:
    """What somebody at this desk could agree to for a purpose."""
    person, case = seat.facts.people.get(about), seat.case
    wanted = OfferFor(
        purpose,
        person.born if person is not None else None,
        case.kind if case is not None else None,
        case.level if case is not None else None,
    )
    return make_offer(rules.table, wanted, at)
