"""`protected` is lifted in two acts: one person proposes, and somebody of another organisation agrees.

Decides that nothing is lifted by proposing, that the custodians hear of a proposal while it can still be declined,
and that each act stands in the log under the name of whoever did it. INVARIANT: proposing says the same of
somebody protected, of somebody who is not and of an id never issued; agreeing and declining have one refusal for
everything that is wrong, so that nobody learns from them who is protected. From docs/rules.md 1.5 and
docs/how-to-person.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from broker.access import Verb
from broker.audit.commitment import commit_private
from broker.audit.entry import AuditEntry
from broker.audit.events import Event
from broker.canonical import canonical_json
from broker.casework import Staff
from broker.casework.protection_lift import LiftProposal, marked_by, may_agree, open_proposals
from broker.casework.steps import Step, StepKind
from broker.decision.admission import has_personal_connection
from broker.errors import CallWrong, NotAllowed
from broker.people import DataSubject, ProtectionMarker
from broker.store.audit_private import put_private
from broker.store.gather import gather_facts
from broker.store.households import find_households
from broker.store.links import find_links
from broker.store.notices import NewNotice, queue_notices
from broker.store.people import find_people, record_people
from broker.store.session import Act, View
from broker.store.staff import find_staff
from broker.store.steps import append_step, find_steps
from broker.usecases.acting import DEPLOYMENT, Acting, entry_of, perform, random_32
from broker.usecases.kinds import VersionedKind
from broker.usecases.release.alerts import LIFT_PROPOSED, PROTECTION_LIFTED
from broker.usecases.world import World

_PROTECTED: Final = ProtectionMarker.PROTECTED


@dataclass(frozen=True, slots=True)
class LiftProposed:
    """A proposal, and from when nobody can agree to it. It says nothing of the person."""

    proposal_id: str
    lapses_at: datetime


@dataclass(frozen=True, slots=True)
class _Found:
    proposal: LiftProposal
    proposer: Staff
    custodians: frozenset[str]
    person: DataSubject | None


def propose_lift(world: World, acting: Acting, person_id: str, reason: str) -> LiftProposed:
    """Proposes to lift `protected`; nothing is lifted. The reason is kept sealed, under the person's own key.
    Raises NotAllowed, CallWrong; neither for anything about the person."""
    _require_reason(reason)

    def work(act: Act, staff: Staff) -> LiftProposed:
        proposal_id = act.new_id("l-")
        person = find_people(act, [person_id]).get(person_id)
        details = {"change": "protection-lift-proposed", "proposal": proposal_id}
        entry = _append(
            act, staff, person_id, person, StepKind.LIFT_PROPOSED, reason, Event.STANDING_CHANGED, details
        )
        _tell(act, person, LIFT_PROPOSED, {"by": staff.id, "proposal": proposal_id}, entry=entry)
        return LiftProposed(proposal_id, LiftProposal(proposal_id, staff.id, act.at).lapses_at)

    return perform(world, acting, Verb.HOLDER_DECIDE, work)


def agree_to_lift(world: World, acting: Acting, person_id: str, proposal_id: str, reason: str) -> None:
    """Agrees to what somebody of another organisation proposed: the marker is off with the commit, and the
    custodians are told. Raises CallWrong, and NotAllowed in the same words whatever is wrong with the proposal or
    the two."""
    _require_reason(reason)

    def work(act: Act, staff: Staff) -> None:
        found = _find(act, person_id, proposal_id)
        if found is None or found.person is None or not _may_agree(act, world, found, staff, person_id):
            raise _none_waits(proposal_id)
        person = found.person
        details = {"marker": _PROTECTED.value, "proposal": proposal_id, "proposed_by": found.proposal.by}
        entry = _append(act, staff, person_id, person, StepKind.LIFT_AGREED, reason, Event.MARKER_LIFTED, details)
        housed = {one for home in find_households(act, [person_id]) for one in home.members}
        act.bump(entry, VersionedKind.PERSON, {person_id, *housed})
        record_people(act, [replace(person, markers=person.markers - {_PROTECTED})], entry=entry)
        _tell(act, person, PROTECTION_LIFTED, {"by": found.proposal.by, "second": staff.id}, entry=entry)

    perform(world, acting, Verb.HOLDER_DECIDE, work)


def decline_lift(world: World, acting: Acting, person_id: str, proposal_id: str, reason: str) -> None:
    """Ends a proposal: somebody of an organisation that answers for the person, or whoever made it. Raises
    CallWrong, and NotAllowed in the words of `agree_to_lift`."""
    _require_reason(reason)

    def work(act: Act, staff: Staff) -> None:
        found = _find(act, person_id, proposal_id)
        if found is None or not (staff.organisation in found.custodians or staff.id == found.proposal.by):
            raise _none_waits(proposal_id)
        details = {"change": "protection-lift-declined", "proposal": proposal_id}
        _append(
            act, staff, person_id, found.person, StepKind.LIFT_DECLINED, reason, Event.STANDING_CHANGED, details
        )

    perform(world, acting, Verb.HOLDER_DECIDE, work)


def note_protected(act: Act, staff: Staff, person_id: str, *, entry: AuditEntry) -> None:
    """Ends what was proposed about somebody before they were marked, and keeps who marked them: their organisation
    answers for them as long as no other knows them."""
    facts = {"organisation": staff.organisation}
    append_step(act, _stream(act, person_id), StepKind.MARKED_PROTECTED, staff.id, facts, entry=entry)


def _append(
    act: Act,
    staff: Staff,
    person_id: str,
    person: DataSubject | None,
    kind: StepKind,
    reason: str,
    event: Event,
    details: dict[str, str],
) -> AuditEntry:
    """The entry and the step of one act, the same for everybody; the words are kept where there is a key."""
    private, blinding = canonical_json({"marker": _PROTECTED.value, "reason": reason.strip()}), random_32(act)
    commitment = commit_private(private, blinding)
    entry = entry_of(act, staff, event, details, about=[person_id], commitment=commitment)
    facts = {"proposal": details["proposal"]}
    append_step(act, _stream(act, person_id), kind, staff.id, facts, entry=entry)
    if person is not None:
        put_private(act, person_id, blinding, private, entry=entry)
    return entry


def _tell(act: Act, person: DataSubject | None, topic: str, body: dict[str, Any], *, entry: AuditEntry) -> None:
    """Tells the custodians of somebody protected; nobody is told of anybody else."""
    if person is None or _PROTECTED not in person.markers:
        return
    told = sorted(_custodians(act, person.id, _steps_of(act, person.id)) or {DEPLOYMENT})
    queue_notices(
        act, [NewNotice(topic, one, act.at, {"about": [person.id], **body}) for one in told], entry=entry
    )


def _find(act: Act, person_id: str, proposal_id: str) -> _Found | None:
    steps = _steps_of(act, person_id)
    proposal = open_proposals(steps, act.at).get(proposal_id)
    if proposal is None:
        return None
    then, now = (find_people(act, [person_id], known_at).get(person_id) for known_at in (proposal.at, None))
    if _is_protected(now) and not _is_protected(then):
        # They were marked since, by a feed perhaps: what was proposed before is not about this danger.
        return None
    proposer = find_staff(act, [proposal.by])[proposal.by]
    return _Found(proposal, proposer, _custodians(act, person_id, steps), now)


def _may_agree(act: Act, world: World, found: _Found, staff: Staff, person_id: str) -> bool:
    proposer = found.proposer
    if world.access.find_role(proposer.roles, Verb.HOLDER_DECIDE) is None:
        return False
    facts = gather_facts(act, [person_id], staff_ids=[proposer.id, staff.id])
    about = frozenset([person_id])
    private = any(has_personal_connection(facts, facts.staff[one.id], about) for one in (proposer, staff))
    return not private and may_agree(proposer, staff, found.custodians, act.at)


def _custodians(view: View, person_id: str, steps: Sequence[Step]) -> frozenset[str]:
    """The organisations that know the person; where none does, the one that marked them."""
    marker = marked_by(steps)
    known = frozenset(link.controller for link in find_links(view, [person_id]))
    return known or frozenset([marker] if marker is not None else [])


def _steps_of(view: View, person_id: str) -> tuple[Step, ...]:
    stream = _stream(view, person_id)
    return find_steps(view, [stream]).get(stream, ())


def _stream(view: View, person_id: str) -> str:
    """Under which id the steps about somebody's protection are kept: keyed, so that it leads to nobody."""
    return f"l-{view.keys.token('protection-lift', person_id).hex()}"


def _is_protected(person: DataSubject | None) -> bool:
    return person is not None and _PROTECTED in person.markers


def _require_reason(reason: str) -> None:
    if not reason.strip():
        raise CallWrong("reason", "is missing: say in a sentence why")


def _none_waits(proposal_id: str) -> NotAllowed:
    return NotAllowed(
        f"proposal `{proposal_id}`",
        "is none about this person that waits for you; it may have lapsed: propose anew",
    )
