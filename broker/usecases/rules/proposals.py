"""Change of purpose and restricting a case: what one person proposes and a manager allows.

Decides that a change of purpose takes effect the instant somebody else with authority allows it, that the old
purpose ends then and stays on record with who and why; that a restriction bites at once and lifting one takes two.
Whoever is asked to allow something sees the reason and the case's reference, and nothing else of the case. From
docs/casework.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from broker.access import Verb
from broker.audit.events import Event
from broker.casework import Case, Staff
from broker.casework.authority import (
    Proposal,
    ProposalKind,
    Settled,
    proposals_of,
    require_no_other,
    require_open,
)
from broker.casework.second_person import are_one_person
from broker.casework.steps import StepKind
from broker.errors import CallWrong, NotAllowed, did_you_mean
from broker.store.cases import find_cases, record_case
from broker.store.session import Act
from broker.store.staff import find_members, find_staff
from broker.store.steps import append_step, find_steps, open_words
from broker.store.work_items import Work, WorkKind, add_work, find_work, find_work_item, finish_work
from broker.usecases.acting import Acting, entry_of, perform
from broker.usecases.casework.cases import require_member
from broker.usecases.world import World


@dataclass(frozen=True, slots=True)
class Proposed:
    """What was proposed, and the case as it is."""

    case: Case
    proposal: Proposal


@dataclass(frozen=True, slots=True, repr=False)
class AskedToAllow:
    """A proposal that waits for whoever looks, with its reason (None once erased) and the name of the colleague
    who proposes it."""

    case_id: str
    proposal: Proposal
    reason: str | None
    by_name: str = ""


def propose_purpose(
    world: World, acting: Acting, case_id: str, before: str, after: str, manager: str, reason: str
) -> Proposed:
    """Asks a manager to let a case be for another purpose. Nothing changes until they do. Raises NotAllowed,
    CallWrong."""
    known = world.partnership.vocabulary.purposes
    if after not in known:
        raise CallWrong("to", f"`{after}` is not known{did_you_mean(after, known)}")

    def fit(case: Case) -> None:
        if before not in case.purposes:
            raise CallWrong("from", f"`{before}` is not what the case is for{did_you_mean(before, case.purposes)}")
        if after in case.purposes:
            raise CallWrong("to", f"`{after}` is what the case is for already")

    facts = {"before": before, "after": after}
    return _propose(world, acting, Verb.CASE_PURPOSE, case_id, ProposalKind.PURPOSE, manager, reason, facts, fit)


def restrict_case(world: World, acting: Acting, case_id: str, manager: str, reason: str) -> Proposed:
    """Restricts a case to its members from this instant, and asks a manager to confirm it. Raises NotAllowed,
    CallWrong."""

    def fit(case: Case) -> None:
        if case.restricted:
            raise CallWrong(f"case `{case_id}`", "is restricted already")

    return _propose(world, acting, Verb.CASE_RESTRICT, case_id, ProposalKind.RESTRICT, manager, reason, {}, fit)


def propose_lift(world: World, acting: Acting, case_id: str, manager: str, reason: str) -> Proposed:
    """Asks a manager to let a case be seen by others again. It stays restricted until they do. Raises NotAllowed,
    CallWrong."""

    def fit(case: Case) -> None:
        if not case.restricted:
            raise CallWrong(f"case `{case_id}`", "is not restricted")

    return _propose(world, acting, Verb.CASE_RESTRICT, case_id, ProposalKind.LIFT, manager, reason, {}, fit)


def list_proposals(world: World, acting: Acting) -> tuple[AskedToAllow, ...]:
    """What waits for whoever asks to allow, the oldest first. Raises NotAllowed."""

    def work(act: Act, staff: Staff) -> tuple[AskedToAllow, ...]:
        waiting = find_work(act, staff.organisation, WorkKind.PROPOSAL)
        steps = find_steps(act, {one.case_id for one in waiting})
        found = [
            (one.case_id, proposal)
            for one in waiting
            for proposal in proposals_of(steps.get(one.case_id, ()))
            if proposal.id == one.item_id and proposal.manager == staff.id
        ]
        words = open_words(act, [proposal.row for _, proposal in found])
        details = {"report": "proposals", "rows": len(found)}
        act.record(entry_of(act, staff, Event.REPORT_PRODUCED, details))
        members = find_members(act, {proposal.by for _, proposal in found})
        return tuple(
            AskedToAllow(
                case_id,
                one,
                words[one.row]["reason"] if one.row in words else None,
                members[one.by].name if one.by in members else one.by,
            )
            for case_id, one in found
        )

    return perform(world, acting, Verb.CASE_AUTHORISE, work)


def settle_proposal(
    world: World, acting: Acting, proposal_id: str, settled: Settled, reason: str = ""
) -> Proposed:
    """Allows or declines what one was asked to allow; an allowed change bites with the commit. Raises NotAllowed,
    in the same words for what one was not asked and what was never proposed, and CallWrong."""

    def work(act: Act, staff: Staff) -> Proposed:
        case, proposal = _asked_of(act, staff, proposal_id)
        require_open(proposal, staff.id)
        if settled is Settled.DECLINED and not reason.strip():
            raise CallWrong("reason", "is missing: say in a sentence why not")
        if not case.is_open(act.at):
            raise CallWrong(f"case `{case.id}`", "is closed; nothing is left to settle")
        changed = _changed(case, proposal) if settled is Settled.AUTHORISED else case
        entry = entry_of(act, staff, *_event(case, proposal, settled), about=case.about)
        if changed != case:
            record_case(act, changed, entry=entry)
        facts = {"proposal": proposal.id, "settled": settled.value}
        words = {"reason": reason.strip()} if reason.strip() else None
        append_step(act, case.id, StepKind.SETTLED, staff.id, facts, entry=entry, words=words, about=case.about)
        finish_work(act, [proposal.id], entry=entry)
        return Proposed(changed, replace(proposal, settled=settled))

    return perform(world, acting, Verb.CASE_AUTHORISE, work)


def _propose(
    world: World,
    acting: Acting,
    verb: Verb,
    case_id: str,
    kind: ProposalKind,
    manager: str,
    reason: str,
    facts: Mapping[str, Any],
    fit: Any,
) -> Proposed:
    if not reason.strip():
        raise CallWrong("reason", "is missing: say in a sentence why")

    def work(act: Act, staff: Staff) -> Proposed:
        case = require_member(act, staff, case_id)
        fit(case)
        require_no_other(proposals_of(find_steps(act, [case_id]).get(case_id, ())), kind)
        _require_manager(act, world, staff, manager)
        proposal_id = act.new_id("a-")
        details = {"case": case_id, "change": f"{kind.value}-proposed", "second": manager}
        entry = entry_of(act, staff, Event.CASE_CHANGED, details, about=case.about)
        now = replace(case, restricted=True) if kind is ProposalKind.RESTRICT else case
        if now != case:
            record_case(act, now, entry=entry)
        told = {"proposal": proposal_id, "what": kind.value, "manager": manager, **facts}
        words = {"reason": reason.strip()}
        step = append_step(
            act, case_id, StepKind.PROPOSED, staff.id, told, entry=entry, words=words, about=case.about
        )
        add_work(act, Work(proposal_id, WorkKind.PROPOSAL, staff.organisation, case_id), entry=entry)
        return Proposed(now, proposals_of([step])[0])

    return perform(world, acting, verb, work)


def _changed(case: Case, proposal: Proposal) -> Case:
    match proposal.kind:
        case ProposalKind.PURPOSE:
            if proposal.before is None or proposal.after is None or proposal.before not in case.purposes:
                raise CallWrong(f"`{proposal.id}`", "does not fit any more; propose it again")
            return replace(case, purposes=case.purposes - {proposal.before} | {proposal.after})
        case ProposalKind.LIFT:
            return replace(case, restricted=False)
        case ProposalKind.RESTRICT:
            return case


def _event(case: Case, proposal: Proposal, settled: Settled) -> tuple[Event, dict[str, Any]]:
    if proposal.kind is ProposalKind.PURPOSE and settled is Settled.AUTHORISED:
        details = {"case": case.id, "from": proposal.before, "to": proposal.after, "proposed_by": proposal.by}
        return Event.PURPOSE_CHANGED, details
    change = f"{proposal.kind.value}-{settled.value}"
    return Event.CASE_CHANGED, {"case": case.id, "change": change, "second": proposal.by}


def _asked_of(act: Act, staff: Staff, proposal_id: str) -> tuple[Case, Proposal]:
    work = find_work_item(act, proposal_id)
    if work is not None and work.kind is WorkKind.PROPOSAL:
        steps = find_steps(act, [work.case_id]).get(work.case_id, ())
        for proposal in proposals_of(steps):
            if proposal.id == proposal_id and proposal.manager == staff.id:
                return find_cases(act, [work.case_id])[work.case_id], proposal
    raise NotAllowed(f"`{proposal_id}`", "is not asked of you; list what is")


def _require_manager(act: Act, world: World, staff: Staff, manager_id: str) -> None:
    """Somebody else in post in the same organisation with authority. One answer for whatever is wrong."""
    manager = find_staff(act, [manager_id]).get(manager_id)
    suitable = (
        manager is not None
        and not are_one_person(staff, manager)
        and manager.organisation == staff.organisation
        and manager.is_in_post(act.at)
        and world.access.find_role(manager.roles, Verb.CASE_AUTHORISE) is not None
    )
    if not suitable:
        raise CallWrong(f"`{manager_id}`", "cannot allow this; name somebody else with authority here")
