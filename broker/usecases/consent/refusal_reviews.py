"""A refusal opens a review in each open case of the family; whoever is in the case answers it.

Decides that a refusal or withdrawal of the agreement to be helped, by somebody who can decide, opens one review
for whom it is about in every open case that they are in, silently and under the entry that the refusal has
anyway: whoever records a consent learns of no case. Nothing else follows by itself. From
docs/how-to-refusal.md.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from broker.access import Verb
from broker.audit.entry import AuditEntry
from broker.audit.events import Event
from broker.casework import Case, CaseKind, Staff
from broker.casework.refusal import (
    RefusalFinding,
    RefusalReview,
    check_finding,
    open_review_of,
    refusal_due,
    require_unanswered,
    reviews_of,
)
from broker.casework.steps import StepKind
from broker.consent.record import ConsentDecision, ConsentKind, ConsentRecord
from broker.errors import CallWrong, NotAllowed, did_you_mean
from broker.store.cases import find_cases_about, find_cases_of
from broker.store.notices import NewNotice, mark_sent, queue_notices
from broker.store.people import find_people
from broker.store.session import Act
from broker.store.staff import find_staff
from broker.store.steps import append_step, find_steps
from broker.usecases.acting import Acting, entry_of, perform
from broker.usecases.casework.cases import require_member
from broker.usecases.casework.front_door import is_protected, require_no_tie
from broker.usecases.matters import require_none
from broker.usecases.world import World
from broker.vocabulary.codes import Vocabulary

LATE: Final = "refusal-review-late"
"""The topic of the notice that nobody has asked yet what a refusal means."""
_VOLUNTARY: Final = frozenset({CaseKind.CONTACT, CaseKind.TEAM})
"""Kinds of case that rest on a family's agreement; an enquiry or a plan goes on whatever anybody signs."""


@dataclass(frozen=True, slots=True)
class NewFinding:
    """What came of a review. `apart` is what worries whoever decides apart from the no; `power` a gateway's
    code."""

    finding: RefusalFinding
    reason: str
    apart: str = ""
    power: str | None = None


def open_reviews(act: Act, vocabulary: Vocabulary, by: str, event: ConsentRecord, *, entry: AuditEntry) -> None:
    """Opens a review of this refusal in each case, in its act."""
    said_no = event.decision in (ConsentDecision.REFUSED, ConsentDecision.WITHDRAWN)
    # A no to one kind of information, or to some of the services, is no refusal of help.
    narrow = event.categories is not None or event.controllers is not None
    if event.kind is not ConsentKind.ENGAGEMENT or not said_no or narrow:
        return
    cases = find_cases_about(act, event.about)
    steps = find_steps(act, cases)
    for case_id, case in sorted(cases.items()):
        if case.kind not in _VOLUNTARY or not case.is_open(act.at):
            continue
        if open_review_of(reviews_of(case_id, steps.get(case_id, ())), event.about) is not None:
            continue
        due = refusal_due(vocabulary.refusal_within, act.at)
        review_id = act.new_id("w-")
        late = [NewNotice(LATE, one, due, {"case": case_id}) for one in _organisations(act, case)]
        facts = {
            "review": review_id,
            "about": event.about,
            "due_at": due,
            "notices": list(queue_notices(act, late, entry=entry)),
        }
        append_step(act, case_id, StepKind.REFUSAL_OPENED, by, facts, entry=entry)


def list_reviews(world: World, acting: Acting) -> tuple[RefusalReview, ...]:
    """The open reviews in one's own cases, the first due first. Raises NotAllowed."""

    def work(act: Act, staff: Staff) -> tuple[RefusalReview, ...]:
        cases = {
            one.id: one
            for one in find_cases_of(act, staff.id).values()
            if one.is_open(act.at) and one.has_member(staff.id, act.at)
        }
        steps = find_steps(act, cases)
        found = [
            one for case_id in cases for one in reviews_of(case_id, steps.get(case_id, ())) if one.finding is None
        ]
        people = find_people(act, {one.about for one in found})
        shown = sorted(
            (one for one in found if not is_protected(people.get(one.about))), key=lambda one: one.due_at
        )
        details = {"report": "refusals", "rows": len(shown)}
        act.record(entry_of(act, staff, Event.REPORT_PRODUCED, details, about={one.about for one in shown}))
        return tuple(shown)

    return perform(world, acting, Verb.REFUSAL_REVIEW, work)


def answer_review(world: World, acting: Acting, review_id: str, new: NewFinding) -> RefusalReview:
    """Answers a review. Raises NotAllowed, in the same words for one of somebody else's case and one never opened,
    and CallWrong."""
    require_none("finding", check_finding(new.finding, new.reason, new.apart, new.power))

    def work(act: Act, staff: Staff) -> RefusalReview:
        case, review = _find(act, staff, review_id)
        require_no_tie(act, staff, case.about, f"review `{review_id}`")
        require_unanswered(review)
        _require_power(world.partnership.vocabulary, act, case, new.power)
        details = {
            "case": case.id,
            "review": review_id,
            "finding": new.finding.value,
            "power": new.power,
            "late": review.is_overdue(act.at),
        }
        entry = entry_of(act, staff, Event.REFUSAL_REVIEWED, details, about=[review.about])
        facts = {"review": review_id, "finding": new.finding.value, "power": new.power}
        words = {"reason": new.reason.strip(), "apart": new.apart.strip()}
        append_step(
            act,
            case.id,
            StepKind.REFUSAL_REVIEWED,
            staff.id,
            facts,
            entry=entry,
            words=words,
            about=case.about,
        )
        for notice in review.notices:
            mark_sent(act, notice, entry=entry)
        return replace(
            review, finding=new.finding, power=new.power, reviewed_by=staff.id, reviewed_at=act.at, notices=()
        )

    return perform(world, acting, Verb.REFUSAL_REVIEW, work)


def _find(act: Act, staff: Staff, review_id: str) -> tuple[Case, RefusalReview]:
    mine = {one.id: one for one in find_cases_of(act, staff.id).values() if one.has_member(staff.id, act.at)}
    steps = find_steps(act, mine)
    for case_id in mine:
        for review in reviews_of(case_id, steps.get(case_id, ())):
            person = find_people(act, [review.about]).get(review.about)
            if review.id == review_id and not is_protected(person):
                return require_member(act, staff, case_id), review
    raise NotAllowed(f"review `{review_id}`", "is none of your cases'; list those that are")


def _require_power(vocabulary: Vocabulary, act: Act, case: Case, power: str | None) -> None:
    """Raises CallWrong where the power is not in force, or not for what the case is for."""
    if power is None:
        return
    gateway = vocabulary.gateways.get(power)
    if gateway is None:
        raise CallWrong("power", f"`{power}` is not known{did_you_mean(power, vocabulary.gateways)}")
    if not gateway.in_force.covers(act.at):
        raise CallWrong("power", f"`{power}` ({gateway.provision}) is not in force")
    if gateway.purposes is not None and gateway.purposes.isdisjoint(case.purposes):
        raise CallWrong("power", f"`{power}` ({gateway.provision}) is not for what this case is for")


def _organisations(act: Act, case: Case) -> list[str]:
    """Those with somebody in the case now."""
    members = [one.staff for one in case.members if one.interval.covers(act.at)]
    return sorted({one.organisation for one in find_staff(act, members).values()})
