"""Requests by people for their own data: received, clarified, extended, refused; and what is recorded item by
item.

Decides that each organisation answers for its own records and sees its own requests alone, that nobody handles the
request of somebody they know, and that a request which may be a danger to somebody else (a home in which another
person has domestic-abuse information) silently alerts whoever holds it and the officers. The answer is made in
`access_answer`. From UK GDPR Articles 12 and 15 and docs/how-to-rights.md.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from broker.access import Verb
from broker.audit.commitment import commit_private
from broker.audit.entry import instant_text
from broker.audit.events import Event, Outcome
from broker.canonical import canonical_json
from broker.casework import Staff
from broker.consent.standing import Kinship
from broker.decision.admission import has_personal_connection
from broker.decision.facts import Facts
from broker.decision.protection import without_protected
from broker.errors import CallWrong, NotAllowed
from broker.rights.subject_access import (
    AccessRequest,
    AccessState,
    Capacity,
    ChildView,
    Refused,
    check_authority,
    check_move,
)
from broker.store.audit_private import put_private
from broker.store.gather import gather_facts
from broker.store.links import find_links
from broker.store.matters import NewMatter, StoredMatter, append_matter, find_matters, open_matter
from broker.store.notices import NewNotice, queue_notices
from broker.store.records import find_headers
from broker.store.session import Act
from broker.usecases.acting import Acting, entry_of, perform, random_32
from broker.usecases.kinds import MatterKind
from broker.usecases.matters import get_matter, require_none
from broker.usecases.rights.access_kept import kept_body, kept_request
from broker.usecases.world import World
from broker.vocabulary.codes import RightsClass, Vocabulary

ALERT: Final = "alert-rights-request"
JOINT: Final = "rights-request"


@dataclass(frozen=True, slots=True)
class NewRequest:
    """A request as it came in. `by` is the person id of whoever asks, `identity` what showed who they are,
    `authority` what shows that they may ask for somebody else. `received_at` None is now; `tell_others` asks every
    other organisation that knows the person to answer for itself."""

    about: str
    by: str
    capacity: Capacity
    identity: str
    authority: str = ""
    received_at: datetime | None = None
    child_view: ChildView | None = None
    tell_others: bool = False


@dataclass(frozen=True, slots=True)
class RequestNow:
    """A request with its state, and the instant of asking."""

    matter_id: str
    request: AccessRequest
    state: AccessState
    at: datetime

    @property
    def is_over(self) -> bool:
        """Whether it was answered, refused or withdrawn."""
        return self.state in (AccessState.RELEASED, AccessState.REFUSED, AccessState.WITHDRAWN)

    @property
    def overdue(self) -> bool:
        """Whether the answer is late. While the person is asked who they are the clock stands still."""
        running = not self.is_over and self.state is not AccessState.CLARIFYING
        return running and self.request.due_at() <= self.at


@dataclass(frozen=True, slots=True)
class Loaded:
    """A request with everything it is judged by; `raw` are the facts with protected people in them."""

    matter: StoredMatter
    request: AccessRequest
    facts: Facts
    raw: Facts


def open_request(world: World, acting: Acting, new: NewRequest) -> RequestNow:
    """Records a request and starts its clock. Raises NotAllowed, CallWrong."""

    def work(act: Act, staff: Staff) -> RequestNow:
        if not new.identity.strip():
            raise CallWrong("identity", "is missing: say what showed who they are, or that it is being asked for")
        raw, facts = _facts(act, staff, new.about, new.by)
        received_at = new.received_at or act.at
        if received_at > act.at:
            raise CallWrong("received", "lies in the future; name the day the request came in")
        request = AccessRequest(new.about, new.by, new.capacity, received_at, new.child_view)
        _require_authority(world, request, facts, new.authority, act.at)
        matter_id = act.new_id("m-")
        private = canonical_json({"identity": new.identity.strip(), "authority": new.authority.strip()})
        blinding = random_32(act)
        entry = entry_of(
            act,
            staff,
            Event.RIGHTS_REQUESTED,
            {
                "matter": matter_id,
                "kind": MatterKind.SUBJECT_ACCESS.value,
                "due_at": instant_text(request.due_at()),
            },
            about=[new.about],
            commitment=commit_private(private, blinding),
        )
        matter = NewMatter(
            MatterKind.SUBJECT_ACCESS,
            staff.organisation,
            AccessState.OPEN,
            request.due_at(),
            (new.about,),
            kept_body(request),
        )
        open_matter(act, matter, entry=entry, matter_id=matter_id)
        put_private(act, new.about, blinding, private, entry=entry)
        notices = _alerts(act, world.partnership.vocabulary, staff, raw, new.about, matter_id)
        if new.tell_others:
            body = {"about": [new.about], "matter": matter_id}
            knowing = {link.controller for link in find_links(act, [new.about])} - {staff.organisation}
            notices += [NewNotice(JOINT, one, act.at, body) for one in sorted(knowing)]
        queue_notices(act, notices, entry=entry)
        return RequestNow(matter_id, request, AccessState.OPEN, act.at)

    return perform(world, acting, Verb.RIGHTS_RECORD, work)


def clarify_request(world: World, acting: Acting, matter_id: str, *, answered: bool) -> RequestNow:
    """Stops the clock to ask who somebody is, or (`answered`) lets it go on. Raises NotAllowed, CallWrong."""

    def change(request: AccessRequest, at: datetime) -> AccessRequest:
        return request.ended_clarifying(at) if answered else request.started_clarifying(at)

    after = AccessState.OPEN if answered else AccessState.CLARIFYING
    return _moved(world, acting, matter_id, "identified" if answered else "clarifying", after, change)


def extend_request(world: World, acting: Acting, matter_id: str, reason: str) -> RequestNow:
    """Two months more, for a complex request, told to the person with the reason within the first month (Article
    12(3)). Raises NotAllowed, CallWrong."""

    def change(request: AccessRequest, at: datetime) -> AccessRequest:
        if not reason.strip():
            raise CallWrong("reason", "is missing: the person is told why")
        if request.extended_because:
            raise CallWrong("request", "was extended already; it can be once")
        if at >= request.first_end_at():
            raise CallWrong("request", "can be extended within its first month only; answer it now")
        return replace(request, extended_because=reason.strip())

    return _moved(world, acting, matter_id, "extended", None, change)


def refuse_request(world: World, acting: Acting, matter_id: str, why: Refused, reason: str) -> RequestNow:
    """Refuses a request as a whole; the person is told why and that they can complain (Article 12(4)). Raises
    NotAllowed, CallWrong."""
    if not reason.strip():
        raise CallWrong("reason", "is missing: the person is told why")
    return _moved(world, acting, matter_id, why.value, AccessState.REFUSED, lambda request, _: request)


def withdraw_request(world: World, acting: Acting, matter_id: str) -> RequestNow:
    """Closes a request that whoever asked took back. Raises NotAllowed, CallWrong."""
    return _moved(world, acting, matter_id, "withdrawn", AccessState.WITHDRAWN, lambda request, _: request)


def clear_person(
    world: World, acting: Acting, matter_id: str, person_id: str, *, agreed: bool, reason: str
) -> RequestNow:
    """Lets somebody else's data stay in: they agreed, or it is reasonable without (Schedule 2 paragraph 16(2)).
    Raises NotAllowed, CallWrong."""

    def change(request: AccessRequest, at: datetime) -> AccessRequest:  # noqa: ARG001 - the signature is that of every change
        if not reason.strip():
            raise CallWrong("reason", "is missing: say what was weighed")
        words = ("agreed: " if agreed else "reasonable: ") + reason.strip()
        return replace(request, cleared={**request.cleared, person_id: words})

    return _moved(world, acting, matter_id, "person-cleared", None, change)


def list_requests(world: World, acting: Acting) -> tuple[RequestNow, ...]:
    """The organisation's requests, the soonest due first. Raises NotAllowed."""

    def work(act: Act, staff: Staff) -> tuple[RequestNow, ...]:
        found = tuple(
            RequestNow(one.id, kept_request(one.body), AccessState(one.state), act.at)
            for one in find_matters(act, staff.organisation, [MatterKind.SUBJECT_ACCESS])
        )
        act.record(entry_of(act, staff, Event.REPORT_PRODUCED, {"report": "rights", "rows": len(found)}))
        return found

    return perform(world, acting, Verb.RIGHTS_ANSWER, work)


def load_request(act: Act, staff: Staff, matter_id: str) -> Loaded:
    """The organisation's request with its facts. Raises CallWrong, and NotAllowed for whoever knows the person."""
    matter = get_matter(act, staff, MatterKind.SUBJECT_ACCESS, matter_id)
    request = kept_request(matter.body)
    raw, facts = _facts(act, staff, request.about, request.by)
    return Loaded(matter, request, facts, raw)


def keep_request(
    act: Act,
    staff: Staff,
    loaded: Loaded,
    request: AccessRequest,
    after: AccessState,
    event: Event,
    details: Mapping[str, Any],
    *,
    outcome: Outcome = Outcome.DONE,
) -> RequestNow:
    """The request's next version with its entry."""
    whole = {"matter": loaded.matter.id, "kind": MatterKind.SUBJECT_ACCESS.value, **details}
    entry = entry_of(act, staff, event, whole, about=[request.about], outcome=outcome)
    now = RequestNow(loaded.matter.id, request, after, act.at)
    due_at = None if now.is_over else request.due_at()
    append_matter(act, loaded.matter, after, due_at, kept_body(request), entry=entry)
    return now


def _moved(
    world: World,
    acting: Acting,
    matter_id: str,
    what: str,
    after: AccessState | None,
    change: Callable[[AccessRequest, datetime], AccessRequest],
) -> RequestNow:
    def work(act: Act, staff: Staff) -> RequestNow:
        loaded = load_request(act, staff, matter_id)
        before = AccessState(loaded.matter.state)
        require_none("request", check_move(before, after) if after is not None else require_open(before))
        request = change(loaded.request, act.at)
        refused = after is AccessState.REFUSED
        event = Event.RIGHTS_ANSWERED if refused else Event.RIGHTS_CHANGED
        details = {"reason": what} if refused else {"change": what}
        outcome = Outcome.REFUSED if refused else Outcome.DONE
        return keep_request(act, staff, loaded, request, after or before, event, details, outcome=outcome)

    return perform(world, acting, Verb.RIGHTS_ANSWER, work)


def require_open(state: AccessState) -> tuple[str, ...]:
    """What stands against changing what an answer is made of."""
    if state in (AccessState.OPEN, AccessState.CLARIFYING):
        return ()
    return (f"is `{state}`; only an open one can be changed",)


def _facts(act: Act, staff: Staff, about: str, by: str) -> tuple[Facts, Facts]:
    raw = gather_facts(act, [about], staff_ids=[staff.id])
    others = gather_facts(act, [by]).people if by != about else {}
    raw = replace(raw, people={**others, **raw.people})
    facts, _ = without_protected(raw)
    for one in (about, by):
        # An id never issued and somebody protected are one answer.
        if one not in facts.people:
            raise CallWrong("person", f"nobody here has the id `{one}`; find or add the person first")
    if has_personal_connection(facts, facts.staff[staff.id], frozenset([about])):
        raise NotAllowed("request", "is not one that you can handle; ask another officer")
    return raw, facts


def _require_authority(world: World, request: AccessRequest, facts: Facts, authority: str, at: datetime) -> None:
    kinship = Kinship.of(facts.people, facts.relationships)
    ages = world.partnership.vocabulary.standing
    require_none("request", check_authority(request, kinship, ages, facts.people[request.about], at))
    if request.capacity is not Capacity.SELF and not authority.strip():
        raise CallWrong("authority", "is missing: say what shows that they may ask for somebody else")


def _alerts(
    act: Act, vocabulary: Vocabulary, staff: Staff, raw: Facts, about: str, matter_id: str
) -> list[NewNotice]:
    """Whoever holds domestic-abuse information about somebody under one roof with, or related to, the person (or
    that names them), and the officers of the organisation, are told that the person asks."""
    near = {one for home in raw.households if about in home.members for one in home.members}
    near.update(one for tie in raw.relationships for one in (tie.from_id, tie.to_id))
    codes = vocabulary.rights.get(RightsClass.DOMESTIC_ABUSE, frozenset())
    holders = {
        found.header.controller
        for found in find_headers(act, near | {about})
        if found.header.category in codes
        and (found.header.about - {about} or about in found.named | (found.header.mentions or frozenset()))
    }
    if not holders:
        return []
    body = {"about": [about], "matter": matter_id}
    return [NewNotice(ALERT, one, act.at, body) for one in sorted(holders | {staff.organisation})]
