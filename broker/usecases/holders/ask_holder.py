"""Asking a holder: may we have this about this person, for this? And what became of what was asked.

Decides what may be asked (what some clause in force names for this purpose, recipient and role, so that a holder's
decision can make a difference) and by whom: whoever may ask for the profile. INVARIANT: what whoever asks is told,
what is written for them and how many entries it leaves depend on no fact about the person but those by which their
profile would be refused as a whole: a question about somebody unknown, protected or unknown to the holder is asked
like any other and reaches nobody. From docs/how-to-holder.md and docs/security.md section 4.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from broker.access import Verb
from broker.audit.entry import AuditEntry, instant_text
from broker.audit.events import Event
from broker.casework import Staff
from broker.casework.question import AskerState, Matter, Origin, Question, question_due, question_of
from broker.casework.steps import StepKind
from broker.decision.decision import Decision
from broker.decision.evaluate import evaluate
from broker.decision.facts import Facts
from broker.decision.reasons import Refusal, told_refusal
from broker.decision.request import Request
from broker.errors import CallWrong, NotAllowed, did_you_mean
from broker.people import ProtectionMarker
from broker.release.next_step import refusal_step
from broker.store.gather import gather_facts
from broker.store.links import find_links
from broker.store.notices import NewNotice, queue_notices
from broker.store.session import Act
from broker.store.steps import append_step
from broker.store.work_items import Work, WorkKind, add_work, find_done, find_work, find_work_item, finish_work
from broker.usecases.acting import Acting, AlertingRefusal, entry_of, perform
from broker.usecases.holders.questions import close_question, find_questions, not_yours
from broker.usecases.partners.tell_systems import tell_systems
from broker.usecases.release.alerts import CONFLICT, protected_alerts
from broker.usecases.rules.rules import current_rules, lock_rules
from broker.usecases.world import World
from broker.vocabulary.codes import Tier
from broker.vocabulary.inboxes import InboxClock
from broker.webhooks.topics import WebhookTopic

OVERDUE = "holder-overdue"
"""The topic of the notice to a holder that a question was not answered in time."""
ASKERS_PART = ".asked"
"""What the asker's own place in the list of what waits is called, after the question's id."""


@dataclass(frozen=True, slots=True)
class NewQuestion:
    """What is asked. `why` is a sentence that the holder's staff read."""

    about: str
    controller: str
    category: str
    purpose: str
    why: str
    case: str | None = None
    urgent: bool = False


@dataclass(frozen=True, slots=True)
class AskedOf:
    """A question as whoever asked it sees it."""

    question_id: str
    matter: Matter
    asked_at: datetime
    due_at: datetime
    urgent: bool
    state: AskerState

    @classmethod
    def of(cls, question: Question, at: datetime) -> AskedOf:
        """The question at an instant."""
        return cls(
            question.id,
            question.matter,
            question.asked_at,
            question.due.at,
            question.urgent,
            question.for_asker(at),
        )


def ask_holder(world: World, acting: Acting, new: NewQuestion) -> AskedOf:
    """Asks. Raises NotAllowed where the profile would be refused as a whole, and CallWrong for what a holder's
    decision cannot change, which depends on nobody."""
    clock = _require_askable(world, new)

    def work(act: Act, staff: Staff) -> AskedOf:
        matter = Matter(new.about, new.category, new.controller, new.purpose, new.case)
        question_id = act.new_id("q-")
        facts = gather_facts(act, [new.about], case_id=new.case, staff_ids=[staff.id])
        decision = _decide(act, world, acting, matter, facts, new.why)
        alerts = protected_alerts(act, [new.about], facts)
        _require_answered(act, staff, decision, alerts)
        _require_named(decision, matter)
        if any(one.matter == matter and one.state is AskerState.WAITING for one in asked_by(act, staff)):
            raise CallWrong("question", "is asked already and not overdue yet; see `broker holder asked`")
        due = question_due(clock, act.at, urgent=new.urgent)
        details = {
            "question": question_id,
            "controller": new.controller,
            "category": new.category,
            "purpose": new.purpose,
            "case": new.case,
            "urgent": new.urgent,
            "due_at": instant_text(due.at),
        }
        entry = entry_of(act, staff, Event.HOLDER_ASKED, details, about=[new.about])
        add_work(act, Work(question_id, WorkKind.QUESTION, new.controller, question_id), entry=entry)
        add_work(
            act, Work(question_id + ASKERS_PART, WorkKind.ASKED, staff.organisation, question_id), entry=entry
        )
        for alert in alerts:
            alert.body["by"] = staff.id
        queue_notices(act, alerts, entry=entry)
        told = {
            "about": new.about,
            "category": new.category,
            "controller": new.controller,
            "purpose": new.purpose,
            "case": new.case,
            "role": acting.role,
            "asker": staff.organisation,
            "due_at": due.at,
            "working": due.working,
            "urgent": new.urgent,
            "notice": warn_of(act, question_id, matter, due.at, facts, entry=entry),
        }
        step = append_step(
            act,
            question_id,
            StepKind.QUESTION_ASKED,
            staff.id,
            told,
            entry=entry,
            words={"why": new.why.strip()},
            about=[new.about],
        )
        return AskedOf.of(_certain(question_of(question_id, [step])), act.at)

    return perform(world, acting, Verb.HOLDER_ASK, work, locking=lock_rules)


def list_asked(world: World, acting: Acting) -> tuple[AskedOf, ...]:
    """What whoever looks has asked and not taken back, the first due first. Raises NotAllowed."""

    def work(act: Act, staff: Staff) -> tuple[AskedOf, ...]:
        found = asked_by(act, staff)
        act.record(entry_of(act, staff, Event.REPORT_PRODUCED, {"report": "holder-asked", "rows": len(found)}))
        return found

    return perform(world, acting, Verb.HOLDER_ASK, work)


def drop_question(world: World, acting: Acting, question_id: str) -> None:
    """Takes back a question that one asked. Raises NotAllowed, in the same words for somebody else's and one never
    asked."""

    def work(act: Act, staff: Staff) -> None:
        question = find_questions(act, [question_id]).get(question_id)
        item = find_work_item(act, question_id + ASKERS_PART)
        if question is None or item is None or question.asked_by != staff.id:
            raise not_yours(question_id)
        if find_done(act, [item.item_id])[item.item_id]:
            raise CallWrong(f"question `{question_id}`", "is taken back already")
        details = {"question": question_id, "change": "dropped"}
        entry = entry_of(act, staff, Event.QUESTION_CHANGED, details, about=[question.matter.about])
        append_step(act, question_id, StepKind.QUESTION_DROPPED, staff.id, {}, entry=entry)
        finish_work(act, [item.item_id], entry=entry)
        close_question(act, question, entry=entry)

    return perform(world, acting, Verb.HOLDER_ASK, work)


def warn_of(
    act: Act, question_id: str, matter: Matter, due_at: datetime, raw: Facts, *, entry: AuditEntry
) -> str | None:
    """Tells the holder's system of the question, queues the notice that it is overdue, for the day it will be, and
    returns that one's id; None where it reaches nobody. `raw` are the facts with protected people in them."""
    person = raw.people.get(matter.about)
    known = {link.controller for link in find_links(act, [matter.about])}
    if person is None or ProtectionMarker.PROTECTED in person.markers or matter.controller not in known:
        return None
    body = {"question": question_id}
    tell_systems(act, WebhookTopic.HOLDER_ASKED, [matter.controller], body, entry=entry)
    notice = NewNotice(OVERDUE, matter.controller, due_at, body)
    return queue_notices(act, [notice], entry=entry)[0]


def _decide(act: Act, world: World, acting: Acting, matter: Matter, facts: Facts, why: str) -> Decision:
    rules = current_rules(act, world)
    request = Request(act.at, acting.by, acting.role, matter.purpose, (matter.about,), matter.case, why)
    return evaluate(rules.table, facts, request)


def _require_answered(act: Act, staff: Staff, decision: Decision, alerts: list[NewNotice]) -> None:
    if decision.refusal is None:
        return
    told = told_refusal(decision.refusal)
    if decision.refusal is Refusal.CONFLICT_OF_INTEREST:
        body = {"about": list(decision.request.about)}
        alerts = [*alerts, NewNotice(CONFLICT, staff.organisation, act.at, body)]
    for alert in alerts:
        alert.body["by"] = staff.id
    raise AlertingRefusal("question", f"is refused as `{told}`: {refusal_step(told)}", alerts)


def _require_named(decision: Decision, matter: Matter) -> None:
    """Raises CallWrong where no clause that is in force and signed names it: whatever the holder decided would
    change nothing. INVARIANT: depends on no person."""
    plan = decision.plan
    bit = plan.universe.find_bit(matter.controller, matter.category) if plan is not None else None
    if plan is None or bit is None or not (plan.passed & ~plan.hard_stop & ~plan.prohibited) >> bit & 1:
        raise CallWrong(
            "question",
            f"no clause in force lets `{matter.controller}` share `{matter.category}` with you for"
            f" `{matter.purpose}`, so its decision would change nothing; ask for an ad hoc disclosure, or your IG"
            " officer",
        )


def _require_askable(world: World, new: NewQuestion) -> InboxClock:
    vocabulary = world.partnership.vocabulary
    for what, code, known in (
        ("from", new.controller, vocabulary.organisations.keys()),
        ("category", new.category, vocabulary.categories.keys()),
        ("purpose", new.purpose, vocabulary.purposes.keys()),
    ):
        if code not in known:
            raise CallWrong(what, f"`{code}` is not known{did_you_mean(code, known)}")
    if not new.why.strip():
        raise CallWrong("reason", "is missing: say in a sentence why you need this")
    tier = max(vocabulary.categories[new.category].tier, vocabulary.organisations[new.controller].tier)
    clock = vocabulary.inboxes.get(new.purpose)
    if tier is Tier.T5:
        raise CallWrong("category", f"`{new.category}` is never shared, whoever decides")
    if clock is None:
        raise CallWrong("purpose", f"`{new.purpose}` has no inbox: add a row to policies/clocks.yaml")
    return clock


def asked_by(act: Act, staff: Staff) -> tuple[AskedOf, ...]:
    """What they have asked and not taken back, the first due first."""
    waiting = [one.case_id for one in find_work(act, staff.organisation, WorkKind.ASKED)]
    found = [one for one in find_questions(act, waiting).values() if one.asked_by == staff.id]
    rows = [AskedOf.of(one, act.at) for one in found if one.origin is Origin.ASKED]
    return tuple(sorted(rows, key=lambda row: (row.due_at, row.question_id)))


def _certain(question: Question | None) -> Question:
    # INVARIANT: the step that asks begins a question.
    if question is None:
        raise NotAllowed("question", "was not asked")
    return question
