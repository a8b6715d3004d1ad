"""A window is closed before its end: by whoever asked, by the second person, or by a reviewer.

Decides that from then on nothing is released with it. What was released before is for the review. From
docs/security.md section 5.
"""

from __future__ import annotations

from dataclasses import replace

from broker.audit.events import Event
from broker.casework import Staff
from broker.errors import CallWrong, NotAllowed
from broker.store.gather import lock_facts
from broker.store.overrides import record_override
from broker.store.session import Act
from broker.usecases.acting import Acting, entry_of, perform
from broker.usecases.emergency.emergency_access import ground_of
from broker.usecases.emergency.read_override import Step, reading_verb, require_seen, seen_of
from broker.usecases.emergency.request_override import AccessNow
from broker.usecases.release.grounds import ground_text
from broker.usecases.world import World


def close_override(world: World, acting: Acting, override_id: str) -> AccessNow:
    """Closes the window now. Raises NotAllowed, and CallWrong when it is not open."""

    def work(act: Act, staff: Staff) -> AccessNow:
        access = require_seen(act, world, acting, staff, override_id)
        if access.window is None or not access.window.covers(act.at):
            raise CallWrong(f"emergency access `{override_id}`", "is not open; nothing is to be closed")
        if Step.CLOSE not in seen_of(act, world, acting, staff, access).steps:
            raise NotAllowed(f"emergency access `{override_id}`", "is not yours to close")
        closed = replace(access, window=replace(access.window, closed_at=act.at))
        details = {"override": access.id, "ends": [ground_text(ground_of(access))]}
        entry = entry_of(act, staff, Event.OVERRIDE_CLOSED, details, about=access.about)
        record_override(act, closed, entry=entry)
        return AccessNow(closed, act.at)

    return perform(
        world,
        acting,
        reading_verb(world, acting),
        work,
        locking=lambda act: lock_facts(act, (), override_id=override_id),
    )
