"""Notices that wait: what an organisation is to be told, who there may read it, and that somebody has.

Decides that a notice to stop using something is for those who asked for it, for the case's members and for whoever
decides for a holder; that a silent alert is for the last alone, and never for the one it is about. Reading and
closing leave an entry each. A notice is listed until it is closed: nobody counts as told because a list was made.
From docs/rules.md (a withdrawal reaches whoever already received) and 1.2, and docs/security.md section 4.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final, TypeVar

from broker.access import Verb
from broker.audit.events import Event
from broker.casework import Staff
from broker.casework.second_person import are_one_person
from broker.decision.admission import has_personal_connection
from broker.errors import CallWrong
from broker.store.cases import find_cases
from broker.store.disclosures import find_disclosure
from broker.store.notices import DueNotice, find_due_to, mark_sent
from broker.store.people import find_people
from broker.store.session import Act
from broker.store.staff import find_staff
from broker.store.vault import find_identities
from broker.usecases.acting import AS_OPERATOR, DEPLOYMENT, Acting, Signed, entry_of, perform
from broker.usecases.casework.front_door import is_protected, nearby
from broker.usecases.casework.show_team import names_shown
from broker.usecases.release.recall import Topic
from broker.usecases.release.recall_release import answer_recall
from broker.usecases.world import World
from broker.webhooks.topics import SYSTEMS_ONLY

T = TypeVar("T")

RECALLS: Final = frozenset(topic.value for topic in Topic)
"""Topics that tell a recipient about what it has; every other topic is silent."""
CHECKS: Final = ("check-", "override-")
"""Silent topics about how colleagues use the system: for those who govern, not for everybody who decides."""


BY_NAME: Final = frozenset({"contact-passed"})
"""Topics that tell one member of staff what a colleague did, to be spoken about with them."""
TO: Final = "to"
"""What names the one member of staff a notice is for."""


_WHOM: Final = ("by", "second")
"""What names the members of staff a silent notice is about."""


class Finding(StrEnum):
    """How a notice is closed: somebody has read it, those who use the information were told, or what was given is
    destroyed. A recall waits until it is destroyed."""

    ACKNOWLEDGED = "acknowledged"
    TOLD = "told"
    DESTROYED = "destroyed"


@dataclass(frozen=True, slots=True)
class Waiting:
    """A notice that waits. `about` are person ids, `cells` (category, controller) pairs and `records` the
    record ids it concerns, `staff` whom a silent one is about and `entries` where in the log; what a topic does
    not say is empty or None."""

    notice_id: str
    topic: str
    recipient: str
    due_at: datetime
    disclosure: str | None
    override: str | None
    case: str | None
    about: tuple[str, ...]
    cells: tuple[tuple[str, str], ...]
    records: tuple[str, ...] = ()
    staff: tuple[str, ...] = ()
    entries: tuple[int, ...] = ()
    reference: str | None = None
    """What else it is about: a question in the holder's inbox, an ad hoc request, a disagreement, a proposal to
    lift a protection."""
    pass_on: str | None = None
    """The body outside the partnership that this organisation tells of it."""
    whom: str = ""
    """The name of whoever did what one is told of by name: of who passed a contact on, to ring them."""
    people: tuple[str, ...] = ()
    """The names of whom it concerns, where it is about what the organisation was given: never of a silent one."""


def list_notices(world: World, acting: Acting | None) -> tuple[Waiting, ...]:
    """The notices due to the organisation of whoever asks, as far as they may read them, the longest due first;
    `acting` None is the holder of the keys, for those that no organisation gets. Raises NotAllowed."""

    def work(act: Act, reader: Staff | None) -> tuple[Waiting, ...]:
        waiting = tuple(waiting_of(one) for one in readable_notices(act, world, acting, reader))
        found = _with_whom(world, act, reader, _named(act, reader, waiting))
        details = {"report": "notices", "rows": len(found)}
        act.record(entry_of(act, _signed(reader), Event.REPORT_PRODUCED, details))
        return found

    return _perform(world, acting, work)


def close_notice(world: World, acting: Acting | None, notice_id: str, finding: Finding) -> Waiting:
    """Marks a notice as acknowledged, told or destroyed: it waits no more, a recall only once it is destroyed.
    Raises NotAllowed, and CallWrong for an id that waits for nobody here (closed already, never issued, or not
    theirs to read: one answer)."""

    def work(act: Act, reader: Staff | None) -> Waiting:
        found = next((one for one in readable_notices(act, world, acting, reader) if one.id == notice_id), None)
        if found is None:
            raise CallWrong("notice", f"`{notice_id}` waits for nobody here; list those that do")
        waiting = waiting_of(found)
        if found.notice.topic == Topic.RELEASED_IN_ERROR:
            matter_id = str(found.notice.body["matter"])
            answer_recall(act, _signed(reader), matter_id, destroyed=finding is Finding.DESTROYED)
            if finding is not Finding.DESTROYED:
                return waiting
        details = {"alert": found.id, "finding": finding.value}
        entry = entry_of(act, _signed(reader), Event.ALERT_CLOSED, details, about=waiting.about)
        mark_sent(act, found.id, entry=entry)
        return waiting

    return _perform(world, acting, work)


def _named(act: Act, reader: Staff | None, found: tuple[Waiting, ...]) -> tuple[Waiting, ...]:
    """With the names of those whom what was given is about; of nobody who is protected now or whom the reader
    knows otherwise than from work."""
    if reader is None:
        return found
    people = find_people(act, {person for one in found if one.topic in RECALLS for person in one.about})
    own = nearby(act, reader)
    shown = {
        one
        for one, person in people.items()
        if not is_protected(person) and not has_personal_connection(own, reader, frozenset({one}))
    }
    names = {one: identity.full_name() for one, identity in find_identities(act, shown).items()}
    return tuple(
        replace(one, people=tuple(names[person] for person in one.about if person in names))
        if one.topic in RECALLS
        else one
        for one in found
    )


def _with_whom(world: World, act: Act, reader: Staff | None, found: tuple[Waiting, ...]) -> tuple[Waiting, ...]:
    """With the name of whoever is to be rung, as far as the reader may know who works where."""
    if reader is None:
        return found
    names = names_shown(world, act, reader, {whom for one in found if one.topic in BY_NAME for whom in one.staff})
    return tuple(
        replace(one, whom=next((names[whom] for whom in one.staff if whom in names), ""))
        if one.topic in BY_NAME
        else one
        for one in found
    )


def _perform(world: World, acting: Acting | None, work: Callable[[Act, Staff | None], T]) -> T:
    if acting is not None:
        return perform(world, acting, Verb.DISCLOSURE_READ, work)
    return world.store.perform(world.clock, lambda act: work(act, None))


def _signed(reader: Staff | None) -> Signed:
    return AS_OPERATOR if reader is None else Signed.of(reader)


def readable_notices(act: Act, world: World, acting: Acting | None, reader: Staff | None) -> Iterable[DueNotice]:
    """Those due now that this reader may read; `acting` None is the holder of the keys."""
    found = find_due_to(act, DEPLOYMENT if reader is None else reader.organisation, act.at)
    due = [one for one in found if one.notice.topic not in SYSTEMS_ONLY]
    if reader is None or acting is None:
        return due
    decides = world.access.find_role([acting.role], Verb.HOLDER_DECIDE) is not None
    governs = world.access.find_role([acting.role], Verb.ACCESS_CHECK_RUN) is not None
    own = _posts_of(act, reader, due)
    return [
        one
        for one in due
        if _may_read(act, one, reader, own, decides=governs if one.notice.topic.startswith(CHECKS) else decides)
    ]


def _posts_of(act: Act, reader: Staff, due: Iterable[DueNotice]) -> frozenset[str]:
    """The staff ids among those these notices are about by which the reader acts, in whichever post."""
    named = {str(one.notice.body[key]) for one in due for key in _WHOM if one.notice.body.get(key)}
    return frozenset(one for one, staff in find_staff(act, named).items() if are_one_person(staff, reader))


def _may_read(act: Act, due: DueNotice, reader: Staff, own: frozenset[str], *, decides: bool) -> bool:
    body = due.notice.body
    if TO in body:
        return bool(body[TO] == reader.id)
    if due.notice.topic not in RECALLS:
        # An alert about somebody's own request is never shown to them, whatever they decide otherwise.
        return decides and own.isdisjoint(str(body[key]) for key in _WHOM if body.get(key))
    if decides:
        return True
    disclosure = find_disclosure(act, str(body["disclosure"]))
    if disclosure is None:
        return False
    if disclosure.request.by == reader.id:
        return True
    case = find_cases(act, [disclosure.request.case or ""]).get(disclosure.request.case or "")
    return case is not None and case.has_member(reader.id, act.at)


def waiting_of(due: DueNotice) -> Waiting:
    """What it says, as it is shown."""
    notice = due.notice
    body = notice.body
    people = [body["person"]] if "person" in body else [*body.get("about", ()), *body.get("people", ())]
    return Waiting(
        due.id,
        notice.topic,
        notice.recipient,
        notice.due_at,
        body.get("disclosure"),
        body.get("override"),
        body.get("case"),
        tuple(str(one) for one in people),
        tuple((str(category), str(controller)) for category, controller in body.get("cells", ())),
        tuple(str(one) for one in body.get("records", ())),
        () if notice.topic in RECALLS else tuple(str(body[key]) for key in _WHOM if body.get(key)),
        tuple(int(one) for one in body.get("entries", ())),
        body.get("question") or body.get("adhoc") or body.get("disagreement") or body.get("proposal"),
        body.get("pass_on"),
    )
