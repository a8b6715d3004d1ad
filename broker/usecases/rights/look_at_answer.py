"""What an answer would hold, looked at before it goes: by those who release it, and record by record by the
professional whose opinion it waits for.

Decides that a reviewer reads the draft as it would be released, and nothing that is left out of it; that a
professional sees which record is meant and opens no content here. From docs/how-to-rights.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from broker.access import Verb
from broker.audit.events import Event
from broker.casework import Staff
from broker.errors import CallWrong, NotAllowed
from broker.rights.subject_access import AccessState
from broker.store.matters import find_matters
from broker.store.session import Act
from broker.usecases.acting import Acting, entry_of, perform
from broker.usecases.kinds import MatterKind
from broker.usecases.rights.access_answer import outcomes_of, pack_of
from broker.usecases.rights.access_requests import load_request
from broker.usecases.rights.classes import rights_vocabulary
from broker.usecases.world import World


@dataclass(frozen=True, slots=True)
class OpinionWaiting:
    """A record that nobody has said yet whether giving it would be likely to cause serious harm: the request, the
    record, its kind's code and when it happened."""

    matter_id: str
    record_id: str
    category: str
    occurred_on: date


def list_opinions_waiting(world: World, acting: Acting) -> tuple[OpinionWaiting, ...]:
    """The records of the organisation's open requests that wait for a professional's opinion. A request about
    somebody whom the professional knows is not there. Raises NotAllowed."""

    def work(act: Act, staff: Staff) -> tuple[OpinionWaiting, ...]:
        found = []
        for matter in find_matters(act, staff.organisation, [MatterKind.SUBJECT_ACCESS], [AccessState.OPEN]):
            try:
                loaded = load_request(act, staff, matter.id)
            except (NotAllowed, CallWrong):
                continue
            for held, outcome in outcomes_of(act, loaded, rights_vocabulary(world)):
                if outcome.needs is not None:
                    record = held.header
                    found.append(OpinionWaiting(matter.id, record.id, record.category, record.occurred_on))
        details = {"report": "opinions-waiting", "rows": len(found)}
        act.record(entry_of(act, staff, Event.REPORT_PRODUCED, details))
        return tuple(found)

    return perform(world, acting, Verb.HARM_ASSESS, work)


def show_draft(world: World, acting: Acting, matter_id: str) -> dict[str, Any]:
    """The answer as it was drafted and would be released now. Raises NotAllowed, CallWrong where there is no
    draft."""

    def work(act: Act, staff: Staff) -> dict[str, Any]:
        loaded = load_request(act, staff, matter_id)
        if loaded.matter.state != AccessState.DRAFTED:
            raise CallWrong("request", "has no draft to look at")
        pack, _ = pack_of(act, world, loaded)
        details = {"report": "rights-draft", "rows": 1}
        act.record(entry_of(act, staff, Event.REPORT_PRODUCED, details, about=[loaded.request.about]))
        return pack

    return perform(world, acting, Verb.RIGHTS_REVIEW, work)
