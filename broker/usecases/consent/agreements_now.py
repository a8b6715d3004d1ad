"""What a family has agreed to now, person by person, in a case one is in: since when, by whom, until when.

Decides that the state of each person is worked out as a release would be (somebody protected may hold it back, and
a doubt about a yes reads like a no); that nothing about a private service stands here; that a yes given in doubt
is told as one, to the worker alone; and that whoever decided and is not in the case is said by what they are to
the person. From docs/rules.md parts 1.3 and 1.5.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from broker.access import Verb
from broker.casework import Staff
from broker.consent.effect import ConsentEffect
from broker.consent.record import RAISED, ConsentDecision, ConsentKind, ConsentRecord
from broker.consent.standing import Kinship
from broker.decision.consents import PersonConsents
from broker.decision.facts import Facts
from broker.decision.protection import Silenced
from broker.decision.reasons import WORDINGS, Reason, Told
from broker.release.offer import Offer
from broker.store.session import Act
from broker.usecases.acting import Acting, perform
from broker.usecases.consent.at_desk import AtDesk, Desk, DeskPerson, names_of, take_seat, write_look
from broker.usecases.consent.preview_withdrawal import still_given
from broker.usecases.consent.read_offer import offer_at
from broker.usecases.people.standing_of import relation_words
from broker.usecases.rules.rules import Rules, current_rules
from broker.usecases.world import World
from broker.vocabulary.codes import Tier, Vocabulary


class AgreementState(StrEnum):
    """How a person's agreement to early help stands for what the case is for."""

    GIVEN = "given"
    IN_PART = "in-part"
    NOT_GIVEN = "not-given"
    NEEDED = "needed"
    NOT_ASKED_FOR = "not-asked-for"
    """Nothing for this purpose rests on an agreement."""


@dataclass(frozen=True, slots=True, repr=False)
class AgreementLine:
    """One decision. `by` is a name, `as_what` what somebody outside the case is to the person; each scope is codes
    or None for all; `stands` says that it is a yes that nothing has ended, `is_past` that for what the case is for
    something said later, or its own end, has taken its place; `in_doubt` that it is a yes which does not count
    yet, because whoever asked was not sure that they were free to choose. Printing it shows nothing."""

    reference: str
    kind: ConsentKind
    decision: ConsentDecision
    by: str
    as_what: str
    at: datetime
    until_at: datetime | None
    purposes: tuple[str, ...] | None
    categories: tuple[str, ...] | None
    controllers: tuple[str, ...] | None
    recipients: tuple[str, ...] | None
    stands: bool
    is_past: bool
    in_doubt: bool

    def __repr__(self) -> str:
        return "AgreementLine(…)"


@dataclass(frozen=True, slots=True)
class PersonAgreements:
    """One person of the case: how their agreement stands, and every decision, the newest first."""

    person: DeskPerson
    state: AgreementState
    lines: tuple[AgreementLine, ...]


@dataclass(frozen=True, slots=True)
class CaseAgreements:
    """Everybody in the case."""

    desk: Desk
    people: tuple[PersonAgreements, ...]
    at: datetime


def list_agreements_of(world: World, acting: Acting, case_id: str) -> CaseAgreements:
    """What the people of a case of one's own have decided. Raises NotAllowed, CallWrong."""

    def work(act: Act, staff: Staff) -> CaseAgreements:
        seat = take_seat(world, act, staff, AtDesk(case_id))
        desk, facts, silenced = seat.desk, seat.facts, seat.silenced
        write_look(act, staff, desk)
        rules = current_rules(act, world)
        names = names_of(act, facts, [one.person_id for one in desk.people])

        def one_of(person: DeskPerson) -> PersonAgreements:
            states = [
                _state(
                    rules,
                    facts,
                    silenced,
                    person.person_id,
                    offer_at(rules, seat, person.person_id, purpose, act.at),
                    (staff.organisation, acting.role),
                    act.at,
                )
                for purpose in desk.purposes
            ]
            lines = _lines(
                rules.table.vocabulary, facts, names, person.person_id, frozenset(desk.purposes), act.at
            )
            return PersonAgreements(person, _whole(states), tuple(lines))

        return CaseAgreements(desk, tuple(one_of(one) for one in desk.people), act.at)

    return perform(world, acting, Verb.CONSENT_READ, work)


def _state(
    rules: Rules,
    facts: Facts,
    silenced: Silenced | None,
    person_id: str,
    offer: Offer,
    reader: tuple[str, str],
    at: datetime,
) -> AgreementState:
    """How agreement to early help stands for what this reader (organisation, role) could be told for one
    purpose, of what the person could agree to."""
    vocabulary = rules.table.vocabulary
    plan = rules.table.plan(offer.purpose, *reader, at)
    offered = 0
    for one in offer.services:
        offered |= plan.covering(frozenset(one.categories), frozenset([one.controller]))
    wanted = offered & plan.demanding.get(ConsentKind.ENGAGEMENT, 0) & ~plan.silent_tier
    if not wanted:
        return AgreementState.NOT_ASKED_FOR
    kinship = Kinship.of(facts.people, facts.relationships)
    events = tuple(one for one in facts.consents if one.about == person_id)
    consents = PersonConsents(facts.people[person_id], events, silenced, kinship, vocabulary.standing, plan, at)
    effects = {effect for effect, cells in consents.effects(ConsentKind.ENGAGEMENT, wanted).items() if cells}
    if effects == {ConsentEffect.GIVEN}:
        return AgreementState.GIVEN
    if ConsentEffect.GIVEN in effects:
        return AgreementState.IN_PART
    told = {WORDINGS[Reason(effect.value)].told for effect in effects}
    return AgreementState.NOT_GIVEN if Told.CONSENT_NOT_GIVEN in told else AgreementState.NEEDED


def _whole(states: Iterable[AgreementState]) -> AgreementState:
    """What several purposes amount to."""
    found = {one for one in states if one is not AgreementState.NOT_ASKED_FOR}
    if len(found) > 1 and found & {AgreementState.GIVEN, AgreementState.IN_PART}:
        return AgreementState.IN_PART
    order = (AgreementState.NOT_GIVEN, AgreementState.NEEDED, *found)
    return next((one for one in order if one in found), AgreementState.NOT_ASKED_FOR)


def _lines(
    vocabulary: Vocabulary,
    facts: Facts,
    names: Mapping[str, str],
    person_id: str,
    purposes: frozenset[str],
    at: datetime,
) -> list[AgreementLine]:
    standing = {one.id for one in still_given(facts, person_id, at)}
    here = _for_purposes(facts, purposes)
    standing_here = {one.id for one in still_given(here, person_id, at)}
    found = []
    for one in facts.consents:
        categories = _open_kinds(vocabulary, one.categories)
        controllers = _open_bodies(vocabulary, one.controllers)
        recipients = _open_bodies(vocabulary, one.recipients)
        # What only a private service is about stands nowhere but on the sheet of whoever decided.
        if one.about != person_id or one.kind in RAISED or () in (categories, controllers, recipients):
            continue
        organisation = vocabulary.organisations.get(one.signatory)
        name = names.get(one.signatory, organisation.name if organisation is not None else "")
        found.append(
            AgreementLine(
                one.id,
                one.kind,
                one.decision,
                name,
                "" if name else relation_words(facts, vocabulary, person_id, one.signatory, at),
                one.at,
                one.until_at,
                None if one.purposes is None else tuple(sorted(one.purposes)),
                categories,
                controllers,
                recipients,
                one.id in standing,
                _is_past(one, here, standing_here),
                one.unsafe and one.decision is ConsentDecision.GIVEN and one.id in standing,
            )
        )
    return sorted(found, key=lambda line: (line.at, line.reference), reverse=True)


def _for_purposes(facts: Facts, purposes: frozenset[str]) -> Facts:
    """The facts with what every decision says about these purposes alone."""
    narrowed = [replace(one, purposes=(one.purposes or purposes) & purposes) for one in facts.consents]
    return replace(facts, consents=tuple(one for one in narrowed if one.purposes))


def _is_past(said: ConsentRecord, here: Facts, standing_here: Collection[str]) -> bool:
    """Whether something else has taken its place, as far as it speaks of these purposes: a yes that was ended; a
    change of mind, which the state tells; a no after which the same person said yes to something of the same
    kind."""
    if said.id not in {one.id for one in here.consents}:
        return False
    if said.decision is ConsentDecision.GIVEN:
        return said.id not in standing_here
    return said.decision is ConsentDecision.WITHDRAWN or _is_answered(said, here)


def _is_answered(no: ConsentRecord, facts: Facts) -> bool:
    return any(
        one.about == no.about
        and one.signatory == no.signatory
        and one.kind is no.kind
        and one.decision is ConsentDecision.GIVEN
        and one.at > no.at
        for one in facts.consents
    )


def _open_kinds(vocabulary: Vocabulary, codes: frozenset[str] | None) -> tuple[str, ...] | None:
    if codes is None:
        return None
    return tuple(sorted(one for one in codes if vocabulary.categories[one].tier < Tier.T4))


def _open_bodies(vocabulary: Vocabulary, codes: frozenset[str] | None) -> tuple[str, ...] | None:
    if codes is None:
        return None
    return tuple(sorted(one for one in codes if vocabulary.organisations[one].tier < Tier.T4))
