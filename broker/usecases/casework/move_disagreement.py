"""A disagreement on its way: answered, taken up a stage, and settled by both sides.

Decides that a party or whoever stands for its stage moves it, that what ends it is proposed by one side and
accepted by the other, and that nothing but a new decision changes a decision. From docs/how-to-disagreement.md.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from broker.access import Verb
from broker.audit.entry import instant_text
from broker.audit.events import Event
from broker.casework import Staff
from broker.casework.disagreement import (
    Disagreement,
    next_stage,
    require_other_side,
    require_step,
    stage_due,
)
from broker.casework.steps import StepKind
from broker.errors import CallWrong, NotAllowed
from broker.store.notices import mark_sent
from broker.store.session import Act
from broker.store.staff import staff_behind
from broker.store.steps import append_step
from broker.store.work_items import finish_work
from broker.usecases.acting import Acting, entry_of, perform
from broker.usecases.casework.disagreements import (
    find_disagreements,
    height_of,
    items_of,
    require_disagreement,
    warn,
)
from broker.usecases.kinds import VersionedKind
from broker.usecases.world import World

_CHANGES = {
    StepKind.DISAGREEMENT_ANSWERED: "answered",
    StepKind.DISAGREEMENT_ESCALATED: "escalated",
    StepKind.RESOLUTION_PROPOSED: "resolution-proposed",
    StepKind.RESOLUTION_DECLINED: "resolution-declined",
    StepKind.RESOLUTION_ACCEPTED: "resolved",
}
_SETTLING = frozenset({StepKind.RESOLUTION_PROPOSED, StepKind.RESOLUTION_DECLINED, StepKind.RESOLUTION_ACCEPTED})


def answer(world: World, acting: Acting, disagreement_id: str, said: str) -> Disagreement:
    """Says something to it. Raises NotAllowed, CallWrong."""
    return _moved(world, acting, disagreement_id, StepKind.DISAGREEMENT_ANSWERED, said)


def escalate(world: World, acting: Acting, disagreement_id: str, said: str) -> Disagreement:
    """Takes it up one stage, which has a clock of its own. Raises NotAllowed, CallWrong."""

    def facts(act: Act, found: Disagreement) -> dict[str, Any]:
        stage = next_stage(found)
        return {"stage": stage.value, "due_at": stage_due(world.partnership.vocabulary.stages, stage, act.at)}

    return _moved(world, acting, disagreement_id, StepKind.DISAGREEMENT_ESCALATED, said, facts)


def propose(world: World, acting: Acting, disagreement_id: str, said: str) -> Disagreement:
    """Proposes how it ends. Raises NotAllowed, CallWrong."""
    return _moved(world, acting, disagreement_id, StepKind.RESOLUTION_PROPOSED, said)


def accept(world: World, acting: Acting, disagreement_id: str, said: str) -> Disagreement:
    """Accepts what the other side proposed: it is resolved. Raises NotAllowed, CallWrong."""
    return _moved(world, acting, disagreement_id, StepKind.RESOLUTION_ACCEPTED, said)


def decline(world: World, acting: Acting, disagreement_id: str, said: str) -> Disagreement:
    """Declines it: it goes on. Raises NotAllowed, CallWrong."""
    return _moved(world, acting, disagreement_id, StepKind.RESOLUTION_DECLINED, said)


def _moved(
    world: World,
    acting: Acting,
    disagreement_id: str,
    kind: StepKind,
    said: str,
    more: Callable[[Act, Disagreement], dict[str, Any]] | None = None,
) -> Disagreement:
    if not said.strip():
        raise CallWrong("said", "is missing: say it in a sentence")

    def work(act: Act, staff: Staff) -> Disagreement:
        found = require_disagreement(act, world, acting, staff, disagreement_id)
        require_step(found, kind)
        if kind in _SETTLING and not found.may_settle(staff, height_of(world, acting)):
            raise NotAllowed(
                f"disagreement `{disagreement_id}`",
                f"is at the stage of the {found.stage.value}, who settle it there",
            )
        if kind in (StepKind.RESOLUTION_ACCEPTED, StepKind.RESOLUTION_DECLINED):
            require_other_side(found, staff_behind(act, found.proposed_by or ""), staff)
        facts = more(act, found) if more is not None else {}
        due_at = facts.get("due_at")
        details = {
            "disagreement": disagreement_id,
            "change": _CHANGES[kind],
            "stage": str(facts.get("stage", found.stage.value)),
            "due_at": instant_text(due_at) if due_at is not None else None,
        }
        entry = entry_of(act, staff, Event.DISAGREEMENT_CHANGED, details, about=found.people)
        if due_at is not None:
            sides = {found.organisation, found.other}
            facts["notices"] = list(warn(act, disagreement_id, sides, due_at, entry=entry))
        if due_at is not None or kind is StepKind.RESOLUTION_ACCEPTED:
            for notice in found.notices:
                mark_sent(act, notice, entry=entry)
        facts["organisation"] = staff.organisation
        words = {"said": said.strip(), "by": staff.id, "step": _CHANGES[kind]}
        append_step(act, disagreement_id, kind, staff.id, facts, entry=entry, words=words, about=found.people)
        if kind is StepKind.RESOLUTION_ACCEPTED:
            finish_work(act, items_of(act, found), entry=entry)
        return find_disagreements(act, [disagreement_id])[disagreement_id]

    return perform(
        world,
        acting,
        Verb.DISAGREEMENT_RAISE,
        work,
        locking=lambda act: act.lock([(VersionedKind.CASE, disagreement_id)]),
    )
