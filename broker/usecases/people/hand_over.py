"""Handing to a colleague what somebody may not do themselves, because they may know the person.

Decides that a colleague of the same organisation is handed what was typed and nothing that was found, that whoever
hands it over cannot open it again, and that it is written down who was asked. Whether the colleague has a personal
connection of their own their search or record finds out. From docs/how-to-person.md ("You may know this person").
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from broker.access import Verb
from broker.audit.events import Event
from broker.casework import Staff
from broker.casework.staff import StaffMember
from broker.errors import CallWrong
from broker.store.session import Act
from broker.store.staff import find_members
from broker.usecases.acting import Acting, entry_of, perform
from broker.usecases.casework.colleagues import colleagues_of
from broker.usecases.signing_in.drafts import drop_draft, keep_draft
from broker.usecases.world import World


class Handed(StrEnum):
    """What can be handed over. The code is that of the draft the colleague finds."""

    SEARCH = "handed-search"
    CONTACT = "handed-contact"

    @property
    def verb(self) -> Verb:
        """What both of them may do with it."""
        return Verb.PERSON_SEARCH if self is Handed.SEARCH else Verb.CONTACT_RECORD


def list_takers(world: World, acting: Acting, what: Handed) -> tuple[StaffMember, ...]:
    """The colleagues who may be asked, by name. Raises NotAllowed."""

    def work(act: Act, staff: Staff) -> tuple[StaffMember, ...]:
        return colleagues_of(act, world, staff, what.verb)

    return perform(world, acting, what.verb, work)


def hand_over(
    world: World, acting: Acting, what: Handed, to: str, typed: Mapping[str, Any], draft_id: str | None = None
) -> str:
    """Hands what was typed to a colleague (a staff id), whose draft it is from then on; returns their name. The
    draft it was (`draft_id`) is forgotten. Raises NotAllowed, CallWrong."""

    def work(act: Act, staff: Staff) -> tuple[StaffMember, StaffMember]:
        taker = next((one for one in colleagues_of(act, world, staff, what.verb) if one.staff.id == to), None)
        if taker is None:
            raise CallWrong("to", "is nobody who can take it: choose a colleague")
        act.record(entry_of(act, staff, Event.WORK_HANDED, {"what": what.value, "to": taker.staff.id}))
        return find_members(act, [staff.id])[staff.id], taker

    giver, taker = perform(world, acting, what.verb, work)
    keep_draft(world, taker.staff.id, what.value, {"from": giver.name, "typed": dict(typed)})
    if draft_id is not None:
        drop_draft(world, acting.by, draft_id)
    return taker.name
