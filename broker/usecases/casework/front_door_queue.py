"""The front-door queue: what do I take next?

Overdue first, then red, amber, green by the time left. Decides what a row holds: just enough to choose the next
one (first names, ages, the worry in one line of the referrer's own words, who told, who has it, and which
organisation leads work with the family already, where whoever looks may be told). What somebody may not see is not
there and not counted; who it was shown to leaves an entry. From docs/casework.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from broker.access import Verb
from broker.audit.events import Event
from broker.casework import Staff
from broker.casework.checks import CheckState, DeclineReason
from broker.casework.clocks import Due, Left, screening_due, time_left
from broker.casework.contact import ContactWords, SafeContact
from broker.casework.front_door import Contact, ContactState
from broker.casework.queue_filter import Looked, QueueFilter, passes
from broker.casework.staff import StaffMember
from broker.dates import age_on, london_day, start_of_day
from broker.store.cases import find_cases
from broker.store.session import Act
from broker.store.staff import find_members, find_staff
from broker.store.steps import open_words
from broker.store.vault import Identity, find_identities
from broker.store.work_items import WorkKind, find_finished, find_work
from broker.usecases.acting import Acting, entry_of, perform
from broker.usecases.casework.already_open import Nearby, already_open, rest_on
from broker.usecases.casework.colleagues import colleagues_of
from broker.usecases.casework.front_door import Seen, front_door_of, look, require_seen
from broker.usecases.casework.leads import Lead
from broker.usecases.world import World
from broker.vocabulary.clocks import FrontDoor, Rating

MOST_ROWS: Final = 50
"""Rows of one list: what a person can look through, and few enough for everybody in it to stand in its entry."""

_NAMES: Final = ("holder", "manager")
"""What a step names a member of staff by, beside whoever took it."""


@dataclass(frozen=True, slots=True, repr=False)
class QueuedPerson:
    """Somebody a contact is about: first name and age. Printing it shows nothing."""

    person_id: str
    first_name: str
    age: int | None


@dataclass(frozen=True, slots=True)
class CheckSeen:
    """How a check stands for whoever asked: never whether the agency had anything."""

    check_id: str
    organisation: str
    state: CheckState
    declined: DeclineReason | None


@dataclass(frozen=True, slots=True, repr=False)
class Queued:
    """A row of the queue; `left` None where the clock has stopped. Printing it shows nothing."""

    case_id: str
    contact: Contact
    level: int
    people: tuple[QueuedPerson, ...]
    line: str
    left: Left | None
    checks: tuple[CheckSeen, ...] = ()
    open_to: tuple[str, ...] = ()
    """The organisations that lead an open case about them, in the queue alone and where they may be told of."""
    open_cases: int = 0
    """How many cases those are: a contact is passed on in one step where there is one."""


@dataclass(frozen=True, slots=True)
class Queue:
    """The rows of one page in the order to take them, how many stand behind these, and how many were closed today.
    `counts` are the contacts that each filter would leave of all that whoever asks may see, `waiting` is how many
    those are; `staff_names` are the names of whoever holds one, by staff id; `next_free` is the first of all that
    nobody holds, on whichever page it stands."""

    rows: tuple[Queued, ...]
    more: int
    closed_today: int
    waiting: int = 0
    counts: Mapping[QueueFilter, int] = field(default_factory=dict)
    staff_names: Mapping[str, str] = field(default_factory=dict)
    page: int = 1
    pages: int = 1
    next_free: str | None = None

    @property
    def before(self) -> int:
        """How many stand before these."""
        return (self.page - 1) * MOST_ROWS


@dataclass(frozen=True, slots=True, repr=False)
class Shown:
    """A contact in full. `words` None where they were erased. Printing it shows nothing."""

    row: Queued
    seen: Seen
    words: ContactWords | None
    reasons: Mapping[bytes, str]
    staff_names: Mapping[str, str]
    """How the colleagues who took the steps are called, by staff id."""
    colleagues: tuple[StaffMember, ...] = ()
    """Who else at this front door may take a contact."""
    managers: tuple[StaffMember, ...] = ()
    """Who else there may allow a change of purpose."""
    workers: tuple[StaffMember, ...] = ()
    """Who may go on with it, once it was decided about."""
    deciders: tuple[StaffMember, ...] = ()
    """Who else there decides about it, where whoever looks does not and nobody has yet."""


def list_contacts(world: World, acting: Acting, wanted: QueueFilter | None = None, page: int = 1) -> Queue:
    """The contacts that wait at the front door of whoever asks, or those of them that a filter leaves: so many as
    a page holds, the most urgent on the first. Raises NotAllowed."""

    resting: list[Nearby] = []

    def locking(act: Act) -> None:
        staff = find_staff(act, [acting.by]).get(acting.by)
        waiting = find_work(act, staff.organisation, WorkKind.CONTACT) if staff is not None else ()
        resting[:] = [rest_on(act, world, acting, find_cases(act, [one.case_id for one in waiting]))]

    def work(act: Act, staff: Staff) -> Queue:
        front_door = front_door_of(world, staff.organisation)
        waiting = {one.case_id for one in find_work(act, staff.organisation, WorkKind.CONTACT)}
        since = start_of_day(london_day(act.at))
        finished = set(find_finished(act, staff.organisation, WorkKind.CONTACT, since))
        both = look(act, staff, waiting | finished, people_read=resting[0].people).seen
        seen = {one: found for one, found in both.items() if one in waiting}
        told = already_open(act, world, acting, front_door, resting[0], seen)
        due = {one: _due(front_door, found) for one, found in seen.items()}
        looked = {
            one: Looked(staff.id, _is_overdue(act, found, due[one]), one in told.leads)
            for one, found in seen.items()
        }
        kept = [found for one, found in seen.items() if passes(wanted, found.contact, looked[one])]
        kept.sort(key=lambda one: _order(act, one, due[one.case.id]))
        pages = max(1, -(-len(kept) // MOST_ROWS))
        number = min(max(page, 1), pages)  # the queue may have become shorter since
        shown = kept[(number - 1) * MOST_ROWS : number * MOST_ROWS]
        about = {person for one in shown for person in one.people}
        told_of = sorted(one.case.id for one in shown if one.case.id in told.leads)
        details = {"report": "front-door-queue", "rows": len(shown), "already_open": told_of or None}
        entry = entry_of(
            act,
            staff,
            Event.REPORT_PRODUCED,
            details,
            about=about,
            agreements_digest=told.agreements_digest,
            policies_digest=told.policies_digest,
        )
        act.record(entry)
        names = find_identities(act, about)
        words = open_words(act, [one.contact.words_row for one in shown])
        rows = tuple(
            _told(_row(act, front_door, one, due[one.case.id], names, words), told.leads.get(one.case.id, ()))
            for one in shown
        )
        counts = {
            each: sum(passes(each, found.contact, looked[one]) for one, found in seen.items())
            for each in QueueFilter
        }
        held = find_members(act, {one.contact.holder for one in shown if one.contact.holder is not None})
        return Queue(
            rows,
            len(kept) - (number - 1) * MOST_ROWS - len(shown),
            sum(one in both for one in finished),
            len(seen),
            counts,
            {staff_id: one.name for staff_id, one in held.items()},
            number,
            pages,
            next((one.case.id for one in kept if one.contact.holder is None), None),
        )

    return perform(world, acting, Verb.CONTACT_READ, work, locking=locking)


def _told(row: Queued, leads: Iterable[Lead]) -> Queued:
    found = tuple(leads)
    organisations = tuple(dict.fromkeys(one.organisation for one in found))
    return replace(row, open_to=organisations, open_cases=len({one.case_id for one in found}))


def show_contact(world: World, acting: Acting, case_id: str) -> Shown:
    """One contact with everything that was said. Raises NotAllowed, CallWrong."""

    def work(act: Act, staff: Staff) -> Shown:
        front_door = front_door_of(world, staff.organisation)
        seen = require_seen(act, staff, case_id)
        act.record(entry_of(act, staff, Event.CONTACT_SHOWN, {"case": case_id}, about=seen.people))
        names = find_identities(act, seen.people)
        words = open_words(act, [step.row for step in seen.steps])
        row = _row(act, front_door, seen, _due(front_door, seen), names, words)
        said = words.get(seen.contact.words_row)
        reasons = {row: str(found["reason"]) for row, found in words.items() if "reason" in found}
        named = {step.by for step in seen.steps} | {step.text(one) for step in seen.steps for one in _NAMES}
        members = find_members(act, {one for one in named if one is not None})
        called = {staff_id: one.name for staff_id, one in members.items()}
        told = contact_words(said) if said is not None else None
        others = colleagues_of(act, world, staff, Verb.CONTACT_TAKE)
        managers = colleagues_of(act, world, staff, Verb.CASE_AUTHORISE)
        decided = seen.contact.state is ContactState.DECIDED
        workers = colleagues_of(act, world, staff, Verb.TEAM_READ, with_self=True) if decided else ()
        decides = world.access.find_role([acting.role], Verb.CONTACT_DECIDE) is not None
        waits = seen.contact.decision is None and seen.contact.state is not ContactState.CLOSED
        deciders = colleagues_of(act, world, staff, Verb.CONTACT_DECIDE) if waits and not decides else ()
        return Shown(row, seen, told, reasons, called, others, managers, workers, deciders)

    return perform(world, acting, Verb.CONTACT_READ, work)


def _due(front_door: FrontDoor, seen: Seen) -> Due:
    return screening_due(front_door, seen.contact.received_at, seen.contact.ratings)


def _is_overdue(act: Act, seen: Seen, due: Due) -> bool:
    return seen.contact.stopped_at is None and due.at <= act.at


def _order(act: Act, seen: Seen, due: Due) -> tuple[Any, ...]:
    """Overdue first, then by colour and time left; a contact without a colour stands with the red ones, because
    nobody has looked at it yet. Last those whose clock has stopped: only the telling is left to do."""
    contact = seen.contact
    urgency = (contact.rating or Rating.RED).urgency
    return (contact.stopped_at is not None, due.at > act.at, urgency, due.at, seen.case.id)


def _row(
    act: Act,
    front_door: FrontDoor,
    seen: Seen,
    due: Due,
    names: Mapping[str, Identity],
    words: Mapping[bytes, Mapping[str, Any]],
) -> Queued:
    contact = seen.contact
    left = time_left(front_door, due, act.at) if contact.stopped_at is None else None
    said = words.get(contact.words_row)
    today = london_day(act.at)
    about = tuple(
        QueuedPerson(
            one,
            names[one].given_names.partition(" ")[0] if one in names else "",
            age_on(person.born, today) if person.born is not None else None,
        )
        for one, person in seen.people.items()
    )
    # Children first: the worry is about them.
    people = tuple(sorted(about, key=lambda one: (one.age is None, one.age or 0, one.first_name, one.person_id)))
    line = contact_words(said).line() if said is not None else ""
    checks = tuple(CheckSeen(one.id, one.organisation, one.state(act.at), one.declined) for one in contact.checks)
    return Queued(seen.case.id, contact, seen.case.level, people, line, left, checks)


def contact_words(found: Mapping[str, Any]) -> ContactWords:
    """The words as they were sealed."""
    safe = found["safe"]
    return ContactWords(found["worry"], found["told_by"], found["call_back"], SafeContact(**safe))
