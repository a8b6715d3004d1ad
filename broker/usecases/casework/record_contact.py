"""Recording a contact: a worry about a child arrives at the front door and becomes a case that waits to be taken.

Decides what is needed to record one, that it is kept in the words in which it was said, sealed, and that somebody
with a personal connection to anybody it is about is stopped, kindly: a colleague records it. People who are not
known yet are made known first, each in an act of their own (docs/storage.md). From docs/casework.md.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Final

from broker.access import Verb
from broker.audit.events import Event
from broker.casework import Case, CaseKind, Membership, Staff
from broker.casework.contact import ContactWords, FamilyKnows, SourceKind
from broker.casework.front_door import Contact, contact_of
from broker.casework.steps import Step, StepKind
from broker.dates import Interval
from broker.decision.admission import has_personal_connection
from broker.decision.protection import without_protected
from broker.errors import CallWrong, did_you_mean
from broker.store.cases import record_case
from broker.store.gather import gather_facts
from broker.store.notices import NewNotice
from broker.store.session import Act
from broker.store.steps import append_step
from broker.store.work_items import Work, WorkKind, add_work
from broker.usecases.acting import Acting, AlertingRefusal, entry_of, perform
from broker.usecases.casework.front_door import front_door_of
from broker.usecases.people.people import NewPerson, add_person
from broker.usecases.release.alerts import CONFLICT
from broker.usecases.world import World
from broker.vocabulary.clocks import Rating

MOST_ABOUT: Final = 20
"""People in one contact: a large family with everybody around it."""


@dataclass(frozen=True, slots=True, repr=False)
class NewContact:
    """A contact to record. `about` are ids of people known here, `new` people to make known first; `source_code`
    is the organisation that told, where one did. `level`, 1 to 4, is how it looks on arrival and decides nothing.
    Printing it shows nothing."""

    source: SourceKind
    words: ContactWords
    about: frozenset[str] = frozenset()
    new: tuple[NewPerson, ...] = ()
    source_code: str | None = None
    family_knows: FamilyKnows = FamilyKnows.UNKNOWN
    danger: bool = False
    received_at: datetime | None = None
    rating: Rating | None = None
    level: int = 1

    def __repr__(self) -> str:
        return "NewContact(…)"


@dataclass(frozen=True, slots=True)
class ContactRecorded:
    """The case that was opened, the contact as it stands, and the ids of people made known for it."""

    case: Case
    contact: Contact
    made_known: tuple[str, ...]


def record_contact(world: World, acting: Acting, new: NewContact) -> ContactRecorded:
    """Records a contact and opens its case. Raises NotAllowed, CallWrong, IdentifierRefused."""
    _require_whole(world, new)
    made_known: list[str] = []

    def work(act: Act, staff: Staff) -> ContactRecorded:
        front_door = front_door_of(world, staff.organisation)
        about = new.about | frozenset(made_known)
        if new.received_at is not None and new.received_at > act.at:
            raise CallWrong("received", "lies in the future; say when it arrived")
        facts, _ = without_protected(gather_facts(act, about, staff_ids=[staff.id]))
        for one in sorted(about - facts.people.keys()):
            raise CallWrong("about", f"nobody here has the id `{one}`; find or add the person first")
        if has_personal_connection(facts, facts.staff[staff.id], about):
            alert = NewNotice(CONFLICT, staff.organisation, act.at, {"about": sorted(about), "by": staff.id})
            raise AlertingRefusal(
                "contact", "may be about somebody you know; ask a colleague to record it", [alert]
            )
        case = Case(
            act.new_id("k-"),
            CaseKind.CONTACT,
            new.level,
            front_door.purposes,
            about,
            act.at,
            members=(Membership(staff.id, Interval(act.at, None)),),
        )
        rating = new.rating or (Rating.RED if new.danger else None)
        details = {
            "case": case.id,
            "source": new.source.value,
            "rating": rating.value if rating is not None else None,
            "level": new.level,
        }
        entry = entry_of(act, staff, Event.CONTACT_RECORDED, details, about=about)
        record_case(act, case, entry=entry)
        step_facts = {
            "organisation": staff.organisation,
            "received_at": new.received_at or act.at,
            "source": new.source.value,
            "source_code": new.source_code,
            "danger": new.danger,
            "family_knows": new.family_knows.value,
            "decided_for": front_door.decided_for,
        }
        words = asdict(new.words)
        steps = [
            append_step(
                act, case.id, StepKind.RECORDED, staff.id, step_facts, entry=entry, words=words, about=about
            )
        ]
        if rating is not None:
            rated = {"rating": rating.value}
            steps.append(append_step(act, case.id, StepKind.RATED, staff.id, rated, entry=entry))
        add_work(act, Work(case.id, WorkKind.CONTACT, staff.organisation, case.id), entry=entry)
        return ContactRecorded(case, _contact(case.id, steps), tuple(made_known))

    if new.new:
        # Nobody is made known for a contact that is then refused for its words or its front door.
        perform(world, acting, Verb.CONTACT_RECORD, lambda _, staff: front_door_of(world, staff.organisation))
        made_known += [add_person(world, acting, one) for one in new.new]
    return perform(world, acting, Verb.CONTACT_RECORD, work)


def _contact(case_id: str, steps: list[Step]) -> Contact:
    found = contact_of(case_id, steps)
    # INVARIANT: its first step is the recording of it.
    if found is None:
        raise LookupError("a contact that was recorded is one")
    return found


def _require_whole(world: World, new: NewContact) -> None:
    vocabulary = world.partnership.vocabulary
    if not new.words.worry.strip():
        raise CallWrong("worry", "is missing: write down what was said, in their words")
    if not new.about and not new.new:
        raise CallWrong("about", "is missing: name at least one person this is about, found or new")
    if len(new.about) + len(new.new) > MOST_ABOUT:
        raise CallWrong("about", f"names at most {MOST_ABOUT} people; record a contact for each family")
    if not 1 <= new.level <= 4:
        raise CallWrong("level", "is a level of need from 1 to 4")
    if (new.source is SourceKind.ORGANISATION) != (new.source_code is not None):
        raise CallWrong("from", "goes with the source `organisation`, which needs it: the organisation's code")
    known = vocabulary.organisations
    if new.source_code is not None and new.source_code not in known:
        raise CallWrong("from", f"`{new.source_code}` is not known{did_you_mean(new.source_code, known)}")
