"""Complaints about how somebody's data was handled: acknowledged within 30 days, then answered without delay.

Decides only the clock and the states. From the Data Protection Act 2018 s.164A (inserted by the Data (Use and
Access) Act 2025 s.103).   # IG lawyer to sign off
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum, unique
from typing import Final

from broker.access import Verb
from broker.audit.commitment import commit_private
from broker.audit.entry import instant_text
from broker.audit.events import Event
from broker.canonical import canonical_json
from broker.casework import Staff
from broker.decision.protection import without_protected
from broker.errors import CallWrong
from broker.store.audit_private import put_private
from broker.store.gather import gather_facts
from broker.store.matters import NewMatter, StoredMatter, append_matter, find_matters, open_matter
from broker.store.session import Act
from broker.usecases.acting import Acting, entry_of, perform, random_32
from broker.usecases.kinds import MatterKind
from broker.usecases.matters import get_matter, require_none
from broker.usecases.world import World

ACKNOWLEDGE_WITHIN: Final = timedelta(days=30)


@unique
class ComplaintState(StrEnum):
    """From receipt to the answer."""

    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    ANSWERED = "answered"


_BEFORE: Final = {
    ComplaintState.ACKNOWLEDGED: (ComplaintState.OPEN,),
    ComplaintState.ANSWERED: (ComplaintState.OPEN, ComplaintState.ACKNOWLEDGED),
}


@dataclass(frozen=True, slots=True)
class ComplaintNow:
    """A complaint, its state and when its acknowledgement is due (None: it was made)."""

    matter_id: str
    about: str
    state: ComplaintState
    due_at: datetime | None
    at: datetime

    @property
    def overdue(self) -> bool:
        """Whether the acknowledgement is late."""
        return self.due_at is not None and self.due_at <= self.at


def open_complaint(
    world: World, acting: Acting, about: str, words: str, received_at: datetime | None = None
) -> ComplaintNow:
    """Records a complaint; its words are kept sealed under the person's own key. Raises NotAllowed, CallWrong."""
    if not words.strip():
        raise CallWrong("words", "are missing: say what the complaint is")

    def work(act: Act, staff: Staff) -> ComplaintNow:
        facts, _ = without_protected(gather_facts(act, [about]))
        if about not in facts.people:
            raise CallWrong("person", f"nobody here has the id `{about}`; find or add the person first")
        received = received_at or act.at
        if received > act.at:
            raise CallWrong("received", "lies in the future; name the day the complaint came in")
        due_at = received + ACKNOWLEDGE_WITHIN
        private, blinding, matter_id = canonical_json({"words": words.strip()}), random_32(act), act.new_id("m-")
        details = {"matter": matter_id, "kind": MatterKind.COMPLAINT.value, "due_at": instant_text(due_at)}
        commitment = commit_private(private, blinding)
        entry = entry_of(act, staff, Event.RIGHTS_REQUESTED, details, about=[about], commitment=commitment)
        matter = NewMatter(MatterKind.COMPLAINT, staff.organisation, ComplaintState.OPEN, due_at, (about,), {})
        open_matter(act, matter, entry=entry, matter_id=matter_id)
        put_private(act, about, blinding, private, entry=entry)
        return ComplaintNow(matter_id, about, ComplaintState.OPEN, due_at, act.at)

    return perform(world, acting, Verb.RIGHTS_RECORD, work)


def move_complaint(world: World, acting: Acting, matter_id: str, after: ComplaintState) -> ComplaintNow:
    """Notes that a complaint was acknowledged or answered. Raises NotAllowed, CallWrong."""

    def work(act: Act, staff: Staff) -> ComplaintNow:
        matter = get_matter(act, staff, MatterKind.COMPLAINT, matter_id)
        before = ComplaintState(matter.state)
        require_none("complaint", () if before in _BEFORE.get(after, ()) else (f"is `{before}` already",))
        details = {"matter": matter_id, "kind": MatterKind.COMPLAINT.value, "change": after.value}
        entry = entry_of(act, staff, Event.RIGHTS_CHANGED, details, about=matter.about)
        append_matter(act, matter, after, None, {}, entry=entry)
        return ComplaintNow(matter_id, matter.about[0], after, None, act.at)

    return perform(world, acting, Verb.RIGHTS_ANSWER, work)


def list_complaints(world: World, acting: Acting) -> tuple[ComplaintNow, ...]:
    """The organisation's complaints, those to acknowledge first. Raises NotAllowed."""

    def work(act: Act, staff: Staff) -> tuple[ComplaintNow, ...]:
        found = tuple(_now(one, act.at) for one in find_matters(act, staff.organisation, [MatterKind.COMPLAINT]))
        act.record(entry_of(act, staff, Event.REPORT_PRODUCED, {"report": "complaints", "rows": len(found)}))
        return found

    return perform(world, acting, Verb.RIGHTS_ANSWER, work)


def _now(matter: StoredMatter, at: datetime) -> ComplaintNow:
    return ComplaintNow(matter.id, matter.about[0], ComplaintState(matter.state), matter.due_at, at)
