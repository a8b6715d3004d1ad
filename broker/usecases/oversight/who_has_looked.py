"""Who has looked at somebody, or at the people of a case: for an officer, and for the family after each look was
decided.

Decides that an organisation answers for its own: what its staff asked for, and what others were given of its
records; that the words somebody gave as their reason are for their own organisation; that somebody protected,
somebody never known and somebody at whom nobody looked are one answer; and that the family's copy names no staff,
no case and no reason. From docs/how-to-who-has-looked.md.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final

from broker.access import Verb
from broker.audit.events import Event
from broker.casework import Staff
from broker.dates import london_day
from broker.errors import CallWrong
from broker.rights.exemptions import NEUTRAL_SENTENCE
from broker.rights.looks import KeptBack, LookRuling, Seen, undecided
from broker.rights.pack import GivenTo
from broker.rights.subject_access import AccessRequest, AccessState
from broker.store.cases import find_cases
from broker.store.disclosures import StoredDisclosure, find_disclosures_about
from broker.store.matters import StoredMatter, find_matters_about
from broker.store.people import find_people
from broker.store.session import Act
from broker.store.staff import find_members
from broker.store.vault import find_identities
from broker.usecases.acting import Acting, entry_of, perform
from broker.usecases.casework.front_door import is_protected
from broker.usecases.kinds import MatterKind
from broker.usecases.matters import require_none, require_unconnected
from broker.usecases.release.recall import shown_by
from broker.usecases.rights.access_kept import kept_request
from broker.usecases.rights.access_requests import keep_request, load_request, require_open
from broker.usecases.world import World

_ENDED: Final = frozenset({AccessState.REFUSED, AccessState.WITHDRAWN})


@dataclass(frozen=True, slots=True, repr=False)
class Look:
    """One look. `by_name` and `reason` are empty where it was another organisation's; `kinds` counts what was
    released about the person, of one's own records or, to one's own staff, of anybody's. `may_be_told`: a person
    decides about it, `ruling`: what they decided. Printing it shows nothing."""

    disclosure_id: str
    about: str
    at: datetime
    recipient: str
    outside: str | None
    role: str
    by_name: str
    purpose: str
    reason: str
    kinds: int
    emergency: bool
    may_be_told: bool
    ruling: LookRuling | None


@dataclass(frozen=True, slots=True, repr=False)
class WhoLooked:
    """The officer's copy, oldest first. `name` is empty where nobody is shown; `request_id` is the request under
    which looks are decided, where there is one, `can_decide` whether it is open; `is_decided` whether the family's
    copy can be made. Printing it shows nothing."""

    name: str
    looks: tuple[Look, ...]
    request_id: str | None
    can_decide: bool
    is_decided: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class LookTold:
    """One look as the family is told of it: which organisation's post, when, what for, and how many kinds of
    information it was given."""

    organisation: str
    role: str
    on: date
    purpose: str
    kinds: int


@dataclass(frozen=True, slots=True, repr=False)
class FamilyCopy:
    """The copy for the family, and the sentence that stands in every one. Printing it shows nothing."""

    reference: str
    organisation: str
    name: str
    looks: tuple[LookTold, ...]
    left_out: str
    made_at: datetime


def show_looks(world: World, acting: Acting, subject: str) -> WhoLooked:
    """Who has looked at a person, or through a case at the people of it. Raises NotAllowed, also for whoever knows
    any of them otherwise than from work."""

    def work(act: Act, staff: Staff) -> WhoLooked:
        people = _people(act, subject)
        require_unconnected(act, staff, *people)
        case_id = subject if subject not in people else None
        matter = _request(act, staff, subject) if case_id is None else None
        request = kept_request(matter.body) if matter is not None else None
        found = [
            look
            for person_id in people
            for look in _looks(act, world, staff, person_id, request)
            if case_id is None or look[1] == case_id
        ]
        looks = tuple(sorted((one for one, _case in found), key=lambda one: (one.at, one.disclosure_id)))
        seen = sorted({one.about for one in looks})
        details = {"report": "who-has-looked", "rows": len(looks)}
        act.record(entry_of(act, staff, Event.REPORT_PRODUCED, details, about=seen))
        names = find_identities(act, seen)
        name = ", ".join(names[one].full_name() for one in seen if one in names)
        rulings = request.looks if request is not None else {}
        open_ids = [one.disclosure_id for one in looks if one.may_be_told]
        return WhoLooked(
            name,
            looks,
            matter.id if matter is not None and looks else None,
            matter is not None and bool(looks) and not require_open(AccessState(matter.state)),
            matter is not None and bool(looks) and not undecided(open_ids, rulings),
            act.at,
        )

    return perform(world, acting, Verb.RIGHTS_ANSWER, work)


def decide_look(
    world: World, acting: Acting, matter_id: str, disclosure_id: str, because: KeptBack | None, words: str
) -> LookRuling:
    """Decides that a look is told to whoever asked, or (`because`) kept back; the words are kept sealed. Raises
    NotAllowed, and CallWrong for a look that is none of theirs or is never told."""
    if not words.strip():
        raise CallWrong("words", "are missing: say in a sentence why")

    def work(act: Act, staff: Staff) -> LookRuling:
        loaded = load_request(act, staff, matter_id)
        require_none("request", require_open(AccessState(loaded.matter.state)))
        looks = _looks(act, world, staff, loaded.request.about, loaded.request)
        found = next((one for one, _case in looks if one.disclosure_id == disclosure_id), None)
        if found is None:
            raise CallWrong("look", "is none at this person; choose it from the list")
        if not found.may_be_told:
            raise CallWrong("look", "is never told in this way; nothing is to be decided about it")
        ruling = LookRuling(because, staff.id, act.at, words.strip())
        request = replace(loaded.request, looks={**loaded.request.looks, disclosure_id: ruling})
        change = "look-told" if because is None else "look-kept-back"
        details = {"change": change, "reason": because.value if because is not None else None}
        state = AccessState(loaded.matter.state)
        keep_request(act, staff, loaded, request, state, Event.RIGHTS_CHANGED, details)
        return ruling

    return perform(world, acting, Verb.RIGHTS_ANSWER, work)


def family_copy(world: World, acting: Acting, subject: str) -> FamilyCopy:
    """The copy for whoever asked. Raises NotAllowed, and CallWrong while a look is not decided, and where there is
    no request of theirs."""

    def work(act: Act, staff: Staff) -> FamilyCopy:
        matter = _request(act, staff, subject)
        if matter is None or not _people(act, subject):
            raise CallWrong("request", "is missing: write down first that they ask for their own information")
        loaded = load_request(act, staff, matter.id)
        about, vocabulary = loaded.request.about, world.partnership.vocabulary
        looks = [one for one, _case in _looks(act, world, staff, about, loaded.request)]
        open_ids = [one.disclosure_id for one in looks if one.may_be_told]
        if undecided(open_ids, loaded.request.looks):
            raise CallWrong("looks", "are not all decided yet: say of each whether it is told, then make the copy")
        told = tuple(
            LookTold(
                one.outside or vocabulary.organisations[one.recipient].name,
                vocabulary.roles[one.role].title if one.role in vocabulary.roles else one.role,
                london_day(one.at),
                vocabulary.purposes[one.purpose].title,
                one.kinds,
            )
            for one in looks
            if one.may_be_told and one.ruling is not None and one.ruling.told
        )
        details = {"report": "who-has-looked-family", "rows": len(told)}
        act.record(entry_of(act, staff, Event.REPORT_PRODUCED, details, about=[about]))
        names = find_identities(act, [about])
        name = names[about].full_name() if about in names else ""
        ours = vocabulary.organisations[staff.organisation].name
        return FamilyCopy(matter.id, ours, name, told, NEUTRAL_SENTENCE, act.at)

    return perform(world, acting, Verb.RIGHTS_ANSWER, work)


def _people(act: Act, subject: str) -> tuple[str, ...]:
    """The person, or the people of a case; nobody where one of them is protected or none is known."""
    case = find_cases(act, [subject]).get(subject)
    wanted: Iterable[str] = case.about if case is not None else [subject]
    people = find_people(act, wanted)
    if any(is_protected(one) for one in people.values()):
        return ()
    return tuple(sorted(people))


def _request(act: Act, staff: Staff, person_id: str) -> StoredMatter | None:
    """The organisation's newest request about somebody that was neither refused nor taken back."""
    found = find_matters_about(act, [person_id], [MatterKind.SUBJECT_ACCESS])
    theirs = [one for one in found if one.organisation == staff.organisation and one.state not in _ENDED]
    return theirs[-1] if theirs else None


def _looks(
    act: Act, world: World, staff: Staff, person_id: str, request: AccessRequest | None
) -> list[tuple[Look, str | None]]:
    """The looks at one person that are this organisation's business, each with the case it was for."""
    found = [
        (one, kinds)
        for one in find_disclosures_about(act, person_id)
        if (kinds := _kinds(act, one, staff, person_id)) or one.recipient == staff.organisation
    ]
    ours = [one.request.by for one, _kinds_of in found if one.recipient == staff.organisation]
    names = {staff_id: member.name for staff_id, member in find_members(act, ours).items()}
    rulings = request.looks if request is not None else {}
    looks = []
    for one, kinds in found:
        mine = one.recipient == staff.organisation
        outside = one.outside.name if one.outside is not None else None
        given = GivenTo(one.recipient, one.request.purpose, london_day(one.request.at), kinds, outside)
        emergency = one.override_id is not None
        look = Look(
            one.id,
            person_id,
            one.request.at,
            one.recipient,
            outside,
            one.request.role,
            names.get(one.request.by, "") if mine else "",
            one.request.purpose,
            one.request.reason if mine else "",
            len(kinds),
            emergency,
            Seen(given, emergency).may_be_told(world.partnership.vocabulary),
            rulings.get(one.id),
        )
        looks.append((look, one.request.case))
    return looks


def _kinds(act: Act, disclosure: StoredDisclosure, staff: Staff, person_id: str) -> frozenset[str]:
    """The kinds of information about the person that it released: to one's own staff, all; to others, those of
    one's own records."""
    shown = shown_by(act, disclosure)
    mine = disclosure.recipient == staff.organisation
    return frozenset(
        cell.category
        for cell in (shown.cells if shown is not None else ())
        if cell.person_id == person_id and (mine or cell.controller == staff.organisation)
    )
