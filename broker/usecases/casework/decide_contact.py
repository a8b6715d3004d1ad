"""The threshold decision, what the referrer is told of it, and the end of a contact.

Decides that there is no decision without its reason, that it sets the case's level of need from that instant, and
that a contact ends when its referrer was told, or with the reason why not. From docs/casework.md.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from broker.access import Verb
from broker.audit.events import Event
from broker.casework import Staff
from broker.casework.contact import SourceKind
from broker.casework.front_door import Contact, require_step
from broker.casework.steps import StepKind
from broker.casework.threshold import ThresholdOutcome, feedback, require_threshold
from broker.errors import CallWrong
from broker.store.cases import record_case
from broker.store.session import Act
from broker.store.steps import append_step
from broker.store.work_items import finish_work
from broker.usecases.acting import Acting, entry_of, perform
from broker.usecases.casework.front_door import Seen, require_seen, then
from broker.usecases.casework.waiting import require_nothing_waits
from broker.usecases.casework.write_down import write_down
from broker.usecases.world import World


@dataclass(frozen=True, slots=True)
class ReferrerTold:
    """The contact, and the text that whoever told may be told, word for word."""

    contact: Contact
    text: str


def decide_threshold(
    world: World, acting: Acting, case_id: str, level: int, outcome: ThresholdOutcome, reason: str
) -> Contact:
    """Decides about a contact. Raises NotAllowed, and CallWrong for a decision without a reason, at a level its
    outcome does not go with, or about a contact that nobody has taken."""
    require_threshold(level, outcome, reason)

    def work(act: Act, staff: Staff) -> Contact:
        seen = require_seen(act, staff, case_id)
        require_step(seen.contact, StepKind.DECIDED)
        out = len(seen.contact.checks_out())
        details = {"case": case_id, "level": level, "decided": outcome.value, "checks_out": out}
        entry = entry_of(act, staff, Event.THRESHOLD_DECIDED, details, about=seen.case.about)
        if level != seen.case.level:
            record_case(act, replace(seen.case, level=level), entry=entry)
        facts = {"level": level, "outcome": outcome.value, "checks_out": out}
        words = {"reason": reason.strip()}
        step = append_step(
            act, case_id, StepKind.DECIDED, staff.id, facts, entry=entry, words=words, about=seen.case.about
        )
        return then(seen, step)

    return perform(world, acting, Verb.CONTACT_DECIDE, work)


def tell_referrer(world: World, acting: Acting, case_id: str) -> ReferrerTold:
    """Records that whoever told hears what becomes of it, and returns the words. Raises NotAllowed, CallWrong."""

    def work(act: Act, staff: Staff) -> ReferrerTold:
        seen = require_seen(act, staff, case_id)
        require_step(seen.contact, StepKind.TOLD)
        text = _feedback(seen)
        if text is None:
            raise CallWrong(f"contact `{case_id}`", "was made by somebody unnamed; there is nobody to tell")
        details = {"case": case_id, "change": "referrer-told"}
        entry = entry_of(act, staff, Event.CASE_CHANGED, details, about=seen.case.about)
        step = append_step(act, case_id, StepKind.TOLD, staff.id, {}, entry=entry)
        return ReferrerTold(then(seen, step), text)

    return perform(world, acting, Verb.CONTACT_TAKE, work)


def close_contact(world: World, acting: Acting, case_id: str, untold: str = "", despite: str = "") -> Contact:
    """Ends a contact that was decided: nobody's access rests on it from now on. `untold` says why the referrer was
    not told, where they were not, and `despite` why it ends although whoever ends it is a party to a disagreement
    about it. What stays of it is written down. Raises NotAllowed, CallWrong."""

    def work(act: Act, staff: Staff) -> Contact:
        seen = require_seen(act, staff, case_id)
        require_step(seen.contact, StepKind.CLOSED)
        somebody = seen.contact.source is not SourceKind.ANONYMOUS
        if somebody and seen.contact.told_at is None and not untold.strip():
            raise CallWrong(f"contact `{case_id}`", "has not been answered: tell the referrer, or say why not")
        require_nothing_waits(act, staff, seen.case, explained=bool(despite.strip()))
        entry = entry_of(
            act, staff, Event.CASE_CLOSED, {"case": case_id, "reason": "decided"}, about=seen.case.about
        )
        record_case(act, replace(seen.case, closed_at=act.at), entry=entry)
        reason = "; ".join(one.strip() for one in (untold, despite) if one.strip())
        words = {"reason": reason} if reason else None
        step = append_step(
            act, case_id, StepKind.CLOSED, staff.id, {}, entry=entry, words=words, about=seen.case.about
        )
        finish_work(act, [case_id, *(check.id for check in seen.contact.checks)], entry=entry)
        ended = then(seen, step)
        write_down(world, act, staff, seen.case, ended)
        return ended

    return perform(world, acting, Verb.CONTACT_TAKE, work)


def _feedback(seen: Seen) -> str | None:
    decision = seen.contact.decision
    return feedback(decision.outcome, seen.contact.source) if decision is not None else None
