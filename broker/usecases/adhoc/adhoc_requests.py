"""Ad hoc requests: written down on the Information Commissioner's form, found, shown, and answered.

Decides that a request to us, one of ours and something told already are kept the same way, words sealed under
the keys of those they are about; that whoever wrote one down and whoever decides see it and nobody else does;
and that what was told in an emergency is written down afterwards and left to governance to look at. From
docs/how-to-adhoc.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from broker.access import Verb
from broker.audit.entry import instant_text
from broker.audit.events import Event
from broker.casework import Staff
from broker.casework.adhoc import Adhoc, Direction, adhoc_of, require_open
from broker.casework.steps import StepKind
from broker.decision.adhoc import OUTSIDE
from broker.decision.protection import without_protected
from broker.decision.request import Request
from broker.errors import CallWrong, NotAllowed, did_you_mean
from broker.store.disclosures import Outside, ReleasedCell, StoredDisclosure, record_disclosure
from broker.store.gather import gather_facts
from broker.store.notices import NewNotice, queue_notices
from broker.store.people import find_people
from broker.store.session import Act, View
from broker.store.staff import find_members
from broker.store.steps import append_step, find_steps, open_words
from broker.store.vault import find_identities
from broker.store.work_items import Work, WorkKind, add_work, find_every, find_work, find_work_item, finish_work
from broker.usecases.acting import Acting, entry_of, perform
from broker.usecases.casework.front_door import is_protected, require_no_tie
from broker.usecases.kinds import DisclosureOutcome
from broker.usecases.rules.rules import current_rules
from broker.usecases.world import World
from broker.vocabulary.codes import Detail, Vocabulary

TOLD = "adhoc-told"
"""The topic of the notice to governance that something was told without a decision of the broker's."""
TYPES_ELSEWHERE = frozenset({"COURT"})
"""Kinds of body that only ever stand outside a partnership."""
NO_DIGEST = "sha256:" + "0" * 64


@dataclass(frozen=True, slots=True, repr=False)
class Form:
    """What was written on the form, in words; kept sealed. Printing it shows nothing."""

    body: str
    why: str
    items: str = ""
    contact: str = ""
    power_said: str = ""
    dpia: str = ""
    retention: str = ""
    secure: str = ""

    def words(self) -> dict[str, str]:
        """By name."""
        return {name: str(getattr(self, name)).strip() for name in self.__slots__}


@dataclass(frozen=True, slots=True)
class NewAdhoc:
    """A request to write down. `recipient` is the other body's code where it is in the partnership, else its kinds
    and area stand here; `detail` is what was told, where it was told already."""

    direction: Direction
    purpose: str
    categories: tuple[str, ...]
    about: tuple[str, ...]
    form: Form
    recipient: str | None = None
    types: frozenset[str] = frozenset()
    area: str = "elsewhere"
    emergency: bool = False
    needed_by_at: datetime | None = None
    detail: Detail = Detail.SUMMARY


@dataclass(frozen=True, slots=True, repr=False)
class AdhocShown:
    """A request with its words by step (none once erased), in order, and the names by id of whom it is about and
    of the colleagues who worked on it. Printing it shows nothing."""

    adhoc: Adhoc
    words: tuple[Mapping[str, Any], ...] = field(default=())
    names: Mapping[str, str] = field(default_factory=dict)


def record_adhoc(world: World, acting: Acting, new: NewAdhoc) -> Adhoc:
    """Writes a request down. Raises NotAllowed, CallWrong."""
    vocabulary = world.partnership.vocabulary
    _require_fit(vocabulary, new)

    def work(act: Act, staff: Staff) -> Adhoc:
        facts, _ = without_protected(gather_facts(act, new.about))
        for person_id in new.about:
            if person_id not in facts.people:
                raise CallWrong("about", f"nobody here has the id `{person_id}`; find the person first")
        require_no_tie(act, staff, new.about, "this request")
        if new.needed_by_at is not None and new.needed_by_at <= act.at:
            raise CallWrong("needed-by", "lies in the past; leave it out, or say when it is needed")
        adhoc_id = act.new_id("x-")
        told = new.direction is Direction.TOLD
        disclosure_id = act.new_id("d-") if told else None
        details = {
            "adhoc": adhoc_id,
            "direction": new.direction.value,
            "purpose": new.purpose,
            "categories": sorted(new.categories),
            "recipient": new.recipient or OUTSIDE,
            "emergency": new.emergency,
            "due_at": instant_text(new.needed_by_at) if new.needed_by_at is not None else None,
            "disclosure": disclosure_id,
        }
        entry = entry_of(act, staff, Event.ADHOC_RECORDED, details, about=new.about)
        add_work(act, Work(adhoc_id, WorkKind.ADHOC, staff.organisation, adhoc_id), entry=entry)
        kept = {
            "direction": new.direction.value,
            "organisation": staff.organisation,
            "purpose": new.purpose,
            "categories": list(new.categories),
            "about": list(new.about),
            "recipient": new.recipient or OUTSIDE,
            "types": sorted(new.types),
            "area": new.area,
            "emergency": new.emergency,
            "needed_by_at": new.needed_by_at,
            "disclosure": disclosure_id,
        }
        step = append_step(
            act,
            adhoc_id,
            StepKind.ADHOC_RECORDED,
            staff.id,
            kept,
            entry=entry,
            words=new.form.words(),
            about=new.about,
        )
        if disclosure_id is not None:
            digest = current_rules(act, world)
            stored = _told(staff, acting, new, disclosure_id, act.at, digest.table.digest, digest.policies_digest)
            record_disclosure(act, stored, entry=entry)
            queue_notices(
                act,
                [NewNotice(TOLD, staff.organisation, act.at, {"adhoc": adhoc_id, "by": staff.id})],
                entry=entry,
            )
            finish_work(act, [adhoc_id], entry=entry)
        return _certain(adhoc_of(adhoc_id, [step]))

    return perform(world, acting, Verb.ADHOC_RECORD, work)


def list_adhoc(world: World, acting: Acting, *, every: bool = False) -> tuple[Adhoc, ...]:
    """The organisation's requests that wait, or `every` one; of somebody who does not decide, their own alone.
    Those that are needed first come first. Raises NotAllowed."""

    def work(act: Act, staff: Staff) -> tuple[Adhoc, ...]:
        finder = find_every if every else find_work
        items = [one.item_id for one in finder(act, staff.organisation, WorkKind.ADHOC)]
        found = [one for one in find_adhoc(act, items).values() if _sees(act, world, acting, staff, one)]
        found.sort(key=lambda one: (one.needed_by_at is None, one.needed_by_at or one.at, one.at, one.id))
        act.record(entry_of(act, staff, Event.REPORT_PRODUCED, {"report": "adhoc", "rows": len(found)}))
        return tuple(found)

    return perform(world, acting, Verb.ADHOC_RECORD, work)


def show_adhoc(world: World, acting: Acting, adhoc_id: str) -> AdhocShown:
    """One request with what was written on its form and why it was decided. Raises NotAllowed."""

    def work(act: Act, staff: Staff) -> AdhocShown:
        found = require_adhoc(act, world, acting, staff, adhoc_id)
        act.record(entry_of(act, staff, Event.ADHOC_SHOWN, {"adhoc": adhoc_id}, about=found.about))
        words = open_words(act, found.rows)
        # Nobody protected is among them: such a request is not there (`_sees`).
        names = {one: identity.full_name() for one, identity in find_identities(act, found.about).items()}
        staff_ids = {one for one in (found.recorded_by, found.first_by, found.decided_by) if one is not None}
        names |= {one: member.name for one, member in find_members(act, staff_ids).items()}
        return AdhocShown(found, tuple(words[row] for row in found.rows if row in words), names)

    return perform(world, acting, Verb.ADHOC_RECORD, work)


def answer_adhoc(world: World, acting: Acting, adhoc_id: str, *, given: bool, said: str) -> Adhoc:
    """Notes what became of a request of ours. What came is loaded like anything else. Raises NotAllowed,
    CallWrong."""

    def work(act: Act, staff: Staff) -> Adhoc:
        found = require_adhoc(act, world, acting, staff, adhoc_id)
        require_open(found, Direction.IN)
        details = {"adhoc": adhoc_id, "change": "given" if given else "not-given"}
        entry = entry_of(act, staff, Event.ADHOC_DECIDED, details, about=found.about)
        words = {"said": said.strip()}
        append_step(
            act,
            adhoc_id,
            StepKind.ADHOC_ANSWERED,
            staff.id,
            {"given": given},
            entry=entry,
            words=words,
            about=found.about,
        )
        finish_work(act, [adhoc_id], entry=entry)
        return find_adhoc(act, [adhoc_id])[adhoc_id]

    return perform(world, acting, Verb.ADHOC_RECORD, work)


def find_adhoc(view: View, adhoc_ids: list[str]) -> dict[str, Adhoc]:
    """These requests as they stand, in the order given."""
    steps = find_steps(view, adhoc_ids)
    made = {one: adhoc_of(one, steps.get(one, ())) for one in adhoc_ids}
    return {one: adhoc for one, adhoc in made.items() if adhoc is not None}


def require_adhoc(act: Act, world: World, acting: Acting, staff: Staff, adhoc_id: str) -> Adhoc:
    """A request of one's own organisation. Raises NotAllowed, in the same words for any other and for one never
    made, and where one knows whom it is about."""
    work = find_work_item(act, adhoc_id)
    found = find_adhoc(act, [adhoc_id]).get(adhoc_id)
    if (
        work is None
        or found is None
        or work.organisation != staff.organisation
        or not _sees(act, world, acting, staff, found)
    ):
        raise NotAllowed(f"request `{adhoc_id}`", "is none of your organisation's; list those it has")
    require_no_tie(act, staff, found.about, f"request `{adhoc_id}`")
    return found


def _sees(act: Act, world: World, acting: Acting, staff: Staff, found: Adhoc) -> bool:
    people = find_people(act, found.about)
    if any(is_protected(people.get(one)) for one in found.about):
        return False
    decides = world.access.find_role([acting.role], Verb.HOLDER_DECIDE) is not None
    return decides or found.recorded_by == staff.id


def _told(
    staff: Staff, acting: Acting, new: NewAdhoc, disclosure_id: str, at: datetime, table: str, policies: str
) -> StoredDisclosure:
    """What was told, so that whoever asks who was told finds it and a correction is passed on."""
    cells = tuple(
        ReleasedCell(person, category, staff.organisation, new.detail.code)
        for person in new.about
        for category in new.categories
    )
    request = Request(at, staff.id, acting.role, new.purpose, new.about, None, new.form.why)
    outside = None if new.recipient is not None else Outside(new.form.body, staff.organisation)
    return StoredDisclosure(
        disclosure_id,
        DisclosureOutcome.ANSWERED,
        request,
        new.recipient or OUTSIDE,
        NO_DIGEST,
        table,
        policies,
        cells,
        outside=outside,
    )


def _require_fit(vocabulary: Vocabulary, new: NewAdhoc) -> None:
    for what, codes, known in (
        ("purpose", (new.purpose,), vocabulary.purposes.keys()),
        ("category", new.categories, vocabulary.categories.keys()),
        ("to", () if new.recipient is None else (new.recipient,), vocabulary.organisations.keys()),
        ("type", sorted(new.types), vocabulary.organisation_types() | TYPES_ELSEWHERE),
    ):
        for code in codes:
            if code not in known:
                raise CallWrong(what, f"`{code}` is not known{did_you_mean(code, known)}")
    if not new.categories or not new.about:
        raise CallWrong("request", "names at least one person and one kind of information: no `all relevant`")
    if not new.form.body.strip() or not new.form.why.strip():
        raise CallWrong("request", "says who asks whom (`--body`) and why it is necessary (`--why`)")


def _certain(found: Adhoc | None) -> Adhoc:
    # INVARIANT: the step that records begins a request.
    if found is None:
        raise LookupError("a request that was recorded is one")
    return found
