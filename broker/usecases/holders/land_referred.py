"""What a profile refers to its holder lands in the holder's inbox, by itself and silently.

Decides that it lands only where the holder holds something of that kind about the person here (a holder who does
not is told of nobody's being looked at), only for purposes whose row in `policies/clocks.yaml` says so, never from
a restricted case, never for a service of which it is a secret who is known to it (there somebody decides to ask,
or nothing is said), and once while a question about the same stands. INVARIANT: nothing of it shows: it is written
under the entry the request has anyway, and nothing that the requester is given depends on it. From docs/rules.md
("refer", "holder's decision") and docs/security.md section 4.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from broker.audit.entry import AuditEntry
from broker.casework.question import Matter, question_due
from broker.casework.steps import StepKind
from broker.decision.decision import Decision
from broker.decision.facts import Facts
from broker.decision.reasons import Effect
from broker.store.session import Act
from broker.store.steps import append_step
from broker.store.work_items import Work, WorkKind, add_new_work, find_done
from broker.usecases.holders.ask_holder import warn_of
from broker.vocabulary.codes import Tier
from broker.vocabulary.inboxes import InboxClock

_MOST_ROUNDS: Final = 1000


def land_referred(act: Act, decision: Decision, raw: Facts, *, entry: AuditEntry) -> None:
    """Lands what this decision refers, in its act. `raw` are the facts with protected people in them."""
    plan, request = decision.plan, decision.request
    if plan is None:
        return
    if decision.table.vocabulary.organisations[plan.recipient.code].tier >= Tier.T3:
        return
    clock = decision.table.vocabulary.inboxes.get(request.purpose)
    case = decision.facts.cases.get(request.case or "")
    if clock is None or not clock.referred or (case is not None and case.restricted):
        return
    matters = sorted(_referred(decision), key=lambda one: (one.about, one.controller, one.category))
    for matter in matters:
        question_id = _free_id(act, matter, plan.recipient.code)
        if question_id is not None:
            _land(act, question_id, matter, decision, clock, raw, entry=entry)


def _referred(decision: Decision) -> Iterable[Matter]:
    """The referred cells of which their holder holds something."""
    request = decision.request
    asked = {ruling.person.id for ruling in decision.rulings}
    cells = {
        (person, header.category, header.controller)
        for header in decision.facts.records
        if header.recorded_at <= request.at
        for person in header.about & asked
    }
    for person, category, controller in cells:
        outcome = decision.find_outcome(person, category, controller)
        if outcome is not None and outcome.effect is Effect.REFER:
            yield Matter(person, category, controller, request.purpose, request.case)


def _free_id(act: Act, matter: Matter, recipient: str) -> str | None:
    """The id of the next question about a matter; None while one stands. It follows from the matter alone, so that
    two requests at once land one."""
    for number in range(_MOST_ROUNDS):
        parts = (matter.about, matter.category, matter.controller, matter.purpose, matter.case or "", recipient)
        question_id = f"q-{act.keys.token('question', *parts, str(number)).hex()}"
        done = find_done(act, [question_id]).get(question_id)
        if done is None:
            return question_id
        if not done:
            return None
    return None


def _land(
    act: Act,
    question_id: str,
    matter: Matter,
    decision: Decision,
    clock: InboxClock,
    raw: Facts,
    *,
    entry: AuditEntry,
) -> None:
    request = decision.request
    due = question_due(clock, act.at, urgent=False)
    add_new_work(act, [Work(question_id, WorkKind.QUESTION, matter.controller, question_id)], entry=entry)
    recipient = decision.plan.recipient.code if decision.plan is not None else ""
    facts = {
        "about": matter.about,
        "category": matter.category,
        "controller": matter.controller,
        "purpose": matter.purpose,
        "case": matter.case,
        "role": request.role,
        "asker": recipient,
        "due_at": due.at,
        "working": due.working,
        "urgent": False,
        "notice": warn_of(act, question_id, matter, due.at, raw, entry=entry),
    }
    append_step(act, question_id, StepKind.QUESTION_REFERRED, request.by, facts, entry=entry)
