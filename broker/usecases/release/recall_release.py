"""Recalling a release that should not have been made, and following it until it is destroyed.

Decides that whoever received it may recall all of it and a holder its own part, that the recipient has a day to
say that it has the recall and five to destroy what it was given (the partnership's own terms), and that what is
not confirmed surfaces. How the recipient answers is `broker.usecases.notices`. From docs/how-to-recall.md.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum, unique
from typing import Final

from broker.access import Verb
from broker.audit.events import Event
from broker.casework import Staff
from broker.errors import CallWrong
from broker.store.disclosures import find_disclosure
from broker.store.matters import NewMatter, StoredMatter, append_matter, find_matter, find_matters, open_matter
from broker.store.session import Act
from broker.usecases.acting import Acting, Signed, entry_of, perform
from broker.usecases.kinds import MatterKind
from broker.usecases.release.recall import Reached, Topic, shown_by, tell_recipients
from broker.usecases.world import World

ACKNOWLEDGE_WITHIN: Final = timedelta(hours=24)
DESTROY_WITHIN: Final = timedelta(days=5)


@unique
class RecallState(StrEnum):
    """Sent until the recipient says that it has it, and then until it says that it is destroyed."""

    SENT = "sent"
    ACKNOWLEDGED = "acknowledged"
    DESTROYED = "destroyed"


@dataclass(frozen=True, slots=True)
class RecallNow:
    """A recall: of which release, from whom, and what is due when."""

    matter_id: str
    disclosure_id: str
    recipient: str
    state: RecallState
    due_at: datetime | None
    at: datetime

    @property
    def overdue(self) -> bool:
        """Whether the recipient is late."""
        return self.due_at is not None and self.due_at <= self.at


def recall_release(world: World, acting: Acting, disclosure_id: str, reason: str) -> RecallNow:
    """Recalls a release. Raises NotAllowed, and CallWrong for one that the organisation neither gave nor
    received."""

    def work(act: Act, staff: Staff) -> RecallNow:
        if not reason.strip():
            raise CallWrong("reason", "is missing: say in a sentence why")
        reached = _own_side(act, staff, disclosure_id)
        matter_id, recipient = act.new_id("m-"), reached.disclosure.recipient
        due_at = act.at + ACKNOWLEDGE_WITHIN
        body = {"disclosure": disclosure_id, "recipient": recipient, "reason": reason.strip()}
        details = {"matter": matter_id, "kind": MatterKind.RECALL.value}
        entry = entry_of(act, staff, Event.RIGHTS_REQUESTED, details, about=reached.about)
        matter = NewMatter(MatterKind.RECALL, staff.organisation, RecallState.SENT, due_at, reached.about, body)
        open_matter(act, matter, entry=entry, matter_id=matter_id)
        tell_recipients(act, staff, Topic.RELEASED_IN_ERROR, [reached], {"matter": matter_id})
        return RecallNow(matter_id, disclosure_id, recipient, RecallState.SENT, due_at, act.at)

    return perform(world, acting, Verb.DISCLOSURE_RECALL, work)


def list_recalls(world: World, acting: Acting) -> tuple[RecallNow, ...]:
    """The organisation's recalls, the soonest due first. Raises NotAllowed."""

    def work(act: Act, staff: Staff) -> tuple[RecallNow, ...]:
        found = tuple(_now(one, act.at) for one in find_matters(act, staff.organisation, [MatterKind.RECALL]))
        act.record(entry_of(act, staff, Event.REPORT_PRODUCED, {"report": "recalls", "rows": len(found)}))
        return found

    return perform(world, acting, Verb.DISCLOSURE_RECALL, work)


def answer_recall(act: Act, signed: Signed, matter_id: str, *, destroyed: bool) -> None:
    """Notes in the recall that its recipient has it, or has destroyed what it was given."""
    matter = find_matter(act, matter_id)
    state = RecallState.DESTROYED if destroyed else RecallState.ACKNOWLEDGED
    if matter is None or matter.state in (state, RecallState.DESTROYED):
        return
    details = {"matter": matter_id, "kind": MatterKind.RECALL.value, "change": state.value}
    entry = entry_of(act, signed, Event.RIGHTS_CHANGED, details, about=matter.about)
    due_at = None if destroyed else act.at + DESTROY_WITHIN
    append_matter(act, matter, state, due_at, matter.body, entry=entry)


def _own_side(act: Act, staff: Staff, disclosure_id: str) -> Reached:
    """What of the release is this organisation's to recall."""
    disclosure = find_disclosure(act, disclosure_id)
    shown = shown_by(act, disclosure) if disclosure is not None else None
    if shown is not None and shown.disclosure.recipient == staff.organisation:
        return replace(shown, records=())
    cells = (
        tuple(cell for cell in shown.cells if cell.controller == staff.organisation) if shown is not None else ()
    )
    if shown is None or not cells:
        raise CallWrong("release", f"`{disclosure_id}` is no release of your organisation's; copy its reference")
    return replace(shown, cells=cells, records=())


def _now(matter: StoredMatter, at: datetime) -> RecallNow:
    return RecallNow(
        matter.id,
        matter.body["disclosure"],
        matter.body["recipient"],
        RecallState(matter.state),
        matter.due_at,
        at,
    )
