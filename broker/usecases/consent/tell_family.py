"""Writing down who in a family was told of the sharing, or why not yet; and what is to be looked at again.

Decides that members of the case do it and see it, and nobody else; that a day to look again leaves a notice for
whoever wrote it down; and what line a profile shows to members of its case. From docs/how-to-told.md.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from broker.access import Verb
from broker.audit.entry import instant_text
from broker.audit.events import Event, Outcome
from broker.casework import Case, Staff
from broker.casework.family_told import Told, line_of, require_put_off, told_of
from broker.casework.steps import StepKind
from broker.casework.telling import How, NotNow
from broker.decision.decision import Decision
from broker.errors import CallWrong
from broker.store.cases import find_cases_of
from broker.store.notices import NewNotice, mark_sent, queue_notices
from broker.store.people import find_people
from broker.store.session import Act, View
from broker.store.steps import append_step, find_steps, open_words
from broker.usecases.acting import Acting, entry_of, perform
from broker.usecases.casework.cases import require_member
from broker.usecases.casework.front_door import is_protected, require_no_tie
from broker.usecases.world import World

LOOK_AGAIN: Final = "family-look-again"
"""The topic of the notice that somebody was not told, and is to be looked at again today."""
_ABOUT_ACT: Final = "sharing"


@dataclass(frozen=True, slots=True)
class TellingNow:
    """Whom of a case this is about, and what stands; None where nobody wrote anything down. `reason` is why not
    (None where there is none, or once erased)."""

    case_id: str
    about: str
    told: Told | None
    reason: str | None = None


def record_told(
    world: World, acting: Acting, case_id: str, about: str, how: How, told_at: datetime | None = None
) -> TellingNow:
    """Writes down that somebody was told. Raises NotAllowed, CallWrong."""

    def work(act: Act, staff: Staff) -> TellingNow:
        case, before = _fit(act, staff, case_id, about)
        when = told_at or act.at
        if when > act.at:
            raise CallWrong("on", "lies in the future; write it down once they were told")
        details = {"about_act": _ABOUT_ACT, "how": how.value, "case": case_id}
        entry = entry_of(act, staff, Event.PERSON_INFORMED, details, about=[about])
        facts = {"about": about, "how": how.value, "told_at": when}
        step = append_step(act, case_id, StepKind.FAMILY_TOLD, staff.id, facts, entry=entry, about=case.about)
        _still(act, before, entry)
        return TellingNow(case_id, about, told_of([step])[about])

    return perform(world, acting, Verb.FAMILY_TELL, work)


def record_not_told(
    world: World,
    acting: Acting,
    case_id: str,
    about: str,
    because: NotNow,
    reason: str,
    look_again_at: datetime,
) -> TellingNow:
    """Writes down that somebody is not told for now, why, and when to look again. Raises NotAllowed, CallWrong."""

    def work(act: Act, staff: Staff) -> TellingNow:
        require_put_off(reason, look_again_at, act.at)
        case, before = _fit(act, staff, case_id, about)
        details = {
            "about_act": _ABOUT_ACT,
            "reason": because.value,
            "look_again_at": instant_text(look_again_at),
            "case": case_id,
        }
        entry = entry_of(act, staff, Event.PERSON_INFORMED, details, about=[about], outcome=Outcome.REFUSED)
        notice = NewNotice(LOOK_AGAIN, staff.organisation, look_again_at, {"to": staff.id, "case": case_id})
        facts = {
            "about": about,
            "because": because.value,
            "look_again_at": look_again_at,
            "notice": queue_notices(act, [notice], entry=entry)[0],
        }
        step = append_step(
            act,
            case_id,
            StepKind.FAMILY_NOT_TOLD,
            staff.id,
            facts,
            entry=entry,
            words={"reason": reason.strip()},
            about=case.about,
        )
        _still(act, before, entry)
        return TellingNow(case_id, about, told_of([step])[about], reason.strip())

    return perform(world, acting, Verb.FAMILY_TELL, work)


def list_told(world: World, acting: Acting, case_id: str | None = None) -> tuple[TellingNow, ...]:
    """What stands about everybody in a case of one's own (None: in all of them), those to look at again first.
    Raises NotAllowed, CallWrong."""

    def work(act: Act, staff: Staff) -> tuple[TellingNow, ...]:
        if case_id is not None:
            cases = [require_member(act, staff, case_id)]
            require_no_tie(act, staff, cases[0].about, f"case `{case_id}`")
        else:
            mine = find_cases_of(act, staff.id).values()
            cases = [one for one in mine if one.is_open(act.at) and one.has_member(staff.id, act.at)]
        steps = find_steps(act, [one.id for one in cases])
        people = find_people(act, {one for case in cases for one in case.about})
        found = [
            (case.id, about, told_of(steps.get(case.id, ())).get(about))
            for case in cases
            for about in sorted(case.about)
            if about in people and not is_protected(people[about])
        ]
        words = open_words(
            act, [told.row for _, _, told in found if told is not None and told.because is not None]
        )
        rows = [TellingNow(case, about, told, _reason(words, told)) for case, about, told in found]
        rows.sort(key=lambda row: (not _wants(row, act.at), row.case_id, row.about))
        about = {row.about for row in rows}
        act.record(
            entry_of(act, staff, Event.REPORT_PRODUCED, {"report": "family-told", "rows": len(rows)}, about=about)
        )
        return tuple(rows)

    return perform(world, acting, Verb.FAMILY_TELL, work)


def told_in(view: View, decision: Decision) -> Mapping[str, Told] | None:
    """Who was told in the request's case, by person; None for whoever asks and is not in it."""
    case = _members_case(decision)
    return None if case is None else told_of(find_steps(view, [case.id]).get(case.id, ()))


def told_line(told: Mapping[str, Told] | None, decision: Decision, names: Mapping[str, str]) -> str | None:
    """The line that a profile for a case shows, of those it names, of what `told_in` found; None for whoever is
    not in the case."""
    case = _members_case(decision)
    if case is None or told is None:
        return None
    shown = {one: name for one, name in names.items() if one in case.about}
    return line_of(told, shown) if shown else None


def _members_case(decision: Decision) -> Case | None:
    """The request's case, where it is open to whoever asks."""
    request = decision.request
    case = decision.facts.cases.get(request.case or "")
    return case if case is not None and case.has_member(request.by, request.at) else None


def _wants(row: TellingNow, at: datetime) -> bool:
    return row.told is None or row.told.is_due(at)


def _reason(words: Mapping[bytes, Mapping[str, Any]], told: Told | None) -> str | None:
    return str(words[told.row]["reason"]) if told is not None and told.row in words else None


def _fit(act: Act, staff: Staff, case_id: str, about: str) -> tuple[Case, Sequence[str]]:
    """The case, and the notices to look again at this person that wait."""
    case = require_member(act, staff, case_id)
    require_no_tie(act, staff, case.about, f"case `{case_id}`")
    person = find_people(act, [about]).get(about)
    if about not in case.about or person is None or is_protected(person):
        raise CallWrong("about", f"`{about}` is nobody this case is about; copy the id from it")
    steps = find_steps(act, [case_id]).get(case_id, ())
    waiting = [
        str(step.facts["notice"])
        for step in steps
        if step.kind is StepKind.FAMILY_NOT_TOLD and step.text("about") == about
    ]
    return case, waiting


def _still(act: Act, notices: Sequence[str], entry: Any) -> None:
    for notice in notices:
        mark_sent(act, notice, entry=entry)
