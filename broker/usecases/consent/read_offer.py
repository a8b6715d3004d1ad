"""What is read aloud before somebody decides: what they would agree to, and what they said no to before.

Decides that the same is read to everybody of the same age in the same kind of case, that an earlier narrower no of
whoever decides is said before a general yes, which does not undo it, and that a no about a private service, which
no general yes reaches, is not said. From docs/rules.md part 1.3.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from broker.access import Verb
from broker.casework import Staff
from broker.consent.record import ConsentDecision, ConsentKind, ConsentRecord
from broker.errors import CallWrong, did_you_mean
from broker.release.offer import Offer, OfferFor, make_offer
from broker.release.reach import consent_reach
from broker.store.session import Act
from broker.usecases.acting import Acting, perform
from broker.usecases.consent.at_desk import AtDesk, Desk, Seat, SignatoryCheck, check_at, take_seat, write_look
from broker.usecases.rules.rules import Rules, current_rules
from broker.usecases.world import World
from broker.vocabulary.codes import Tier, Vocabulary


@dataclass(frozen=True, slots=True)
class NarrowerNo:
    """A no to some kinds of information (codes), and when it was said."""

    at: datetime
    categories: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """What to read aloud to whom; `goes_on` is what needs nobody's agreement, in titles."""

    desk: Desk
    check: SignatoryCheck
    offer: Offer
    goes_on: tuple[str, ...]
    before: tuple[NarrowerNo, ...]
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
        before = narrower_refusals(vocabulary, seat.facts.consents, about, signatory, purpose, act.at)
        return Reading(seat.desk, check, offer, goes_on, before, act.at)

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
    theirs = [
        one
        for one in events
        if one.about == about
        and one.signatory == signatory
        and one.kind is ConsentKind.ENGAGEMENT
        and one.at <= at
        and one.categories is not None
        and (one.purposes is None or purpose in one.purposes)
    ]
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
