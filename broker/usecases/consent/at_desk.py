"""Who sits at the agreement desk, in which case, and who may decide for whom.

Decides that a desk speaks of the people of a case one is in, or of one person found by a search; that only those
are named, and whoever else can decide is said by what they are to the person; that nobody protected is there,
nobody unsafe to approach is pointed to, and a personal connection stops here. From docs/rules.md part 1.3
(standing) and docs/how-to-consent.md.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from broker.access import Verb
from broker.audit.events import Event
from broker.casework import Case, CaseKind, Staff
from broker.dates import age_on, london_day, of_age_at
from broker.decision.admission import has_personal_connection
from broker.decision.facts import Facts
from broker.decision.protection import Silenced, without_protected
from broker.errors import CallWrong
from broker.people import DataSubject, RelationshipKind
from broker.store.cases import find_cases_of
from broker.store.consents import find_consents
from broker.store.people import find_people
from broker.store.relationships import find_relationships
from broker.store.session import Act
from broker.store.vault import find_identities
from broker.usecases.acting import Acting, entry_of, perform
from broker.usecases.casework.cases import require_member
from broker.usecases.casework.front_door import nearby, require_no_tie
from broker.usecases.people.standing_of import Decider, deciders_of, relation_words, standing_of
from broker.usecases.world import World
from broker.vocabulary.codes import Vocabulary

_NAMELESS = "the person named in our file"


@dataclass(frozen=True, slots=True)
class AtDesk:
    """Which case, or (None) which one person: their id."""

    case_id: str | None = None
    about: str | None = None


@dataclass(frozen=True, slots=True, repr=False)
class DeskPerson:
    """Somebody at the desk. `deciders` says who can decide for them: a name where the desk knows it ("" where not)
    and what they are to the person. Printing it shows nothing."""

    person_id: str
    name: str
    age: int | None
    decides_alone: bool
    deciders: tuple[tuple[str, str], ...] = ()

    def __repr__(self) -> str:
        return "DeskPerson(…)"


@dataclass(frozen=True, slots=True)
class Desk:
    """A case with its people, the youngest last; `case_id` None where there is none yet. `authorities` are bodies
    that share parental responsibility for somebody here under a care order, by code."""

    case_id: str | None
    kind: CaseKind | None
    purposes: tuple[str, ...]
    people: tuple[DeskPerson, ...]
    authorities: tuple[str, ...] = ()

    def find(self, person_id: str) -> DeskPerson | None:
        """Somebody at this desk."""
        return next((one for one in self.people if one.person_id == person_id), None)


@dataclass(frozen=True, slots=True)
class Seat:
    """A desk that somebody may sit at, and what it rests on: the facts without anybody protected, and what those
    had decided."""

    desk: Desk
    case: Case | None
    facts: Facts
    silenced: Silenced | None


@dataclass(frozen=True, slots=True)
class SignatoryCheck:
    """Whether somebody can decide for somebody else. `why` says what makes their signature count ("" where it does
    not); `part` that it counts for some kinds of information and not for others; `others` who else can."""

    about: str
    signatory: str
    is_self: bool
    counts: bool
    part: bool
    why: str
    others: tuple[tuple[str, str], ...]


def require_desk(world: World, acting: Acting, verb: Verb) -> None:
    """Raises NotAllowed, once it is logged, for whoever has no business at the desk."""
    perform(world, acting, verb, lambda _act, _staff: None)


def list_desks(world: World, acting: Acting) -> tuple[Desk, ...]:
    """One's own open cases, the newest first. Raises NotAllowed."""

    def work(act: Act, staff: Staff) -> tuple[Desk, ...]:
        mine = [
            one
            for one in find_cases_of(act, staff.id).values()
            if one.is_open(act.at) and one.has_member(staff.id, act.at)
        ]
        mine.sort(key=lambda one: (one.opened_at, one.id), reverse=True)
        facts, _ = gather_known(act, {one for case in mine for one in case.about})
        names = names_of(act, facts, facts.people)
        apart = _connected(act, staff, mine)
        desks = tuple(_desk(world, act, facts, case, names) for case in mine if case.id not in apart)
        shown = {one.person_id for desk in desks for one in desk.people}
        details = {"report": "agreement-desk", "rows": len(desks)}
        act.record(entry_of(act, staff, Event.REPORT_PRODUCED, details, about=shown))
        return desks

    return perform(world, acting, Verb.CONSENT_WITHDRAW, work)


def show_desk(world: World, acting: Acting, where: AtDesk) -> Desk:
    """One case, or one person. Raises NotAllowed for a case that is not one's own and for a personal connection,
    CallWrong for somebody not known."""

    def work(act: Act, staff: Staff) -> Desk:
        seat = take_seat(world, act, staff, where)
        write_look(act, staff, seat.desk)
        return seat.desk

    return perform(world, acting, Verb.CONSENT_RECORD, work)


def check_signatory(world: World, acting: Acting, where: AtDesk, about: str, signatory: str) -> SignatoryCheck:
    """Whether one at the desk, or anybody whose reference is known, can decide for one at the desk. Raises
    NotAllowed, CallWrong."""

    def work(act: Act, staff: Staff) -> SignatoryCheck:
        seat = take_seat(world, act, staff, where)
        write_look(act, staff, seat.desk)
        return check_at(world, act, seat, about, signatory)

    return perform(world, acting, Verb.CONSENT_RECORD, work)


def take_seat(world: World, act: Act, staff: Staff, where: AtDesk) -> Seat:
    """The desk, once it is sure that this member of staff may sit at it. Raises NotAllowed, CallWrong."""
    if where.case_id is not None:
        case = require_member(act, staff, where.case_id)
        require_no_tie(act, staff, case.about, f"case `{case.id}`")
        facts, silenced = gather_known(act, case.about)
        return Seat(_desk(world, act, facts, case, names_of(act, facts, case.about)), case, facts, silenced)
    about = where.about or ""
    facts, silenced = gather_known(act, [about])
    if about not in facts.people:
        raise CallWrong("about", f"nobody here has the id `{about}`; find the person first")
    require_no_tie(act, staff, [about], "this person")
    return Seat(_desk(world, act, facts, None, names_of(act, facts, [about])), None, facts, silenced)


def write_look(act: Act, staff: Staff, desk: Desk) -> None:
    """Leaves the entry that somebody looked at the people of a desk."""
    shown = [one.person_id for one in desk.people]
    details = {"report": "agreement-desk", "rows": len(shown)}
    act.record(entry_of(act, staff, Event.REPORT_PRODUCED, details, about=shown))


def check_at(world: World, act: Act, seat: Seat, about: str, signatory: str) -> SignatoryCheck:
    """Whether `signatory` can decide for somebody at this desk now. Raises CallWrong for who is not there."""
    vocabulary = world.partnership.vocabulary
    person, facts = seat.desk.find(about), seat.facts
    if person is None:
        raise CallWrong("about", "is nobody this is about: choose one of those listed")
    if signatory not in facts.people:
        facts, _ = gather_known(act, [about, signatory])
    if signatory not in facts.people and signatory not in vocabulary.organisations:
        raise CallWrong("signatory", "is nobody we know by this reference: choose or find them first")
    answer = standing_of(facts, vocabulary, about, signatory, None, act.at)
    known = seat.desk.find(signatory)
    organisation = vocabulary.organisations.get(signatory)
    name = known.name if known is not None else (organisation.name if organisation is not None else "")
    return SignatoryCheck(
        person.name,
        name,
        about == signatory,
        bool(answer.counts_for),
        bool(answer.counts_for and answer.not_for),
        relation_words(facts, vocabulary, about, signatory, act.at) if answer.counts_for else "",
        person.deciders,
    )


def gather_known(act: Act, person_ids: Iterable[str]) -> tuple[Facts, Silenced | None]:
    """What who can decide for these people and what was decided about them rest on, and no more of what is near
    them: without anybody protected, and what those had decided."""
    asked = set(person_ids)
    relationships, consents = find_relationships(act, asked), find_consents(act, asked)
    near = asked.union(*((one.from_id, one.to_id) for one in relationships))
    near.update(one.signatory for one in consents)
    return without_protected(Facts(find_people(act, near), relationships, consents=consents))


def names_of(act: Act, facts: Facts, person_ids: Iterable[str]) -> dict[str, str]:
    """What people are called who are there for everybody."""
    wanted = [one for one in person_ids if one in facts.people]
    found = find_identities(act, wanted)
    return {one: (found[one].full_name() if one in found else "") or _NAMELESS for one in wanted}


def call_decider(vocabulary: Vocabulary, names: Mapping[str, str], decider: Decider) -> tuple[str, str]:
    """A decider's name where the desk knows it, and what they are to the person."""
    organisation = vocabulary.organisations.get(decider.id)
    return names.get(decider.id, organisation.name if organisation is not None else ""), decider.words


def _desk(world: World, act: Act, facts: Facts, case: Case | None, names: Mapping[str, str]) -> Desk:
    vocabulary = world.partnership.vocabulary
    about: Collection[str] = [one for one in (case.about if case is not None else names) if one in facts.people]
    people = [_person(act, facts, vocabulary, facts.people[one], names) for one in about]
    people.sort(key=lambda one: (-(one.age if one.age is not None else 1000), one.name, one.person_id))
    return Desk(
        case.id if case is not None else None,
        case.kind if case is not None else None,
        tuple(sorted(case.purposes)) if case is not None else (),
        tuple(people),
        tuple(
            sorted(
                {
                    one.from_id
                    for one in facts.relationships
                    if one.kind is RelationshipKind.CARE_ORDER
                    and one.to_id in about
                    and one.interval.covers(act.at)
                }
            )
        ),
    )


def _person(
    act: Act, facts: Facts, vocabulary: Vocabulary, person: DataSubject, names: Mapping[str, str]
) -> DeskPerson:
    born = person.born
    deciders = deciders_of(facts, vocabulary, person.id, act.at)
    return DeskPerson(
        person.id,
        names.get(person.id, _NAMELESS),
        max(0, age_on(born, london_day(act.at))) if born is not None else None,
        born is not None and act.at >= of_age_at(born, vocabulary.standing.own_decision_from),
        tuple(call_decider(vocabulary, names, one) for one in deciders),
    )


def _connected(act: Act, staff: Staff, cases: Iterable[Case]) -> set[str]:
    """The cases about somebody whom the member of staff knows otherwise than from work: they are left out."""
    own = nearby(act, staff)
    return {one.id for one in cases if has_personal_connection(own, staff, one.about)}
