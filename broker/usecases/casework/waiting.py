"""What still waits in a case that somebody is about to close.

Decides that a case is not closed over a family's no that nobody has answered: only an open case can answer it, and
a member does so in one sentence. A disagreement goes on after the case has closed, and closing ends access, so it
stops nobody for good: whoever is a party to it closes with an explicit reason. Nobody else learns that there is
one. From docs/how-to-refusal.md and docs/how-to-disagreement.md.
"""

from __future__ import annotations

from broker.casework import Case, Staff
from broker.casework.disagreement import disagreement_of
from broker.casework.refusal import reviews_of
from broker.errors import CallWrong
from broker.store.people import find_people
from broker.store.session import Act, View
from broker.store.steps import find_steps
from broker.store.work_items import WorkKind, find_work
from broker.usecases.casework.front_door import is_protected


def require_nothing_waits(act: Act, staff: Staff, case: Case, *, explained: bool) -> None:
    """Raises CallWrong while something waits that closing may not pass over; `explained` says that an explicit
    reason is given."""
    reviews = [
        one for one in reviews_of(case.id, find_steps(act, [case.id]).get(case.id, ())) if one.finding is None
    ]
    people = find_people(act, {one.about for one in reviews})
    # Somebody protected is not there, and neither is their no.
    waiting = sorted(one.id for one in reviews if not is_protected(people.get(one.about)))
    if waiting:
        raise CallWrong(
            f"case `{case.id}`",
            f"waits for what a family's no means: a member answers `broker refusal review {waiting[0]}` first",
        )
    if not explained and _is_disagreed_about(act, staff, case):
        raise CallWrong(
            f"case `{case.id}`",
            "is disagreed about and you are a party to it: settle it first, or say by an explicit reason why it is"
            " closed all the same (the disagreement goes on)",
        )


def _is_disagreed_about(view: View, staff: Staff, case: Case) -> bool:
    ids = [one.case_id for one in find_work(view, staff.organisation, WorkKind.DISAGREEMENT)]
    steps = find_steps(view, ids)
    found = [disagreement_of(one, steps.get(one, ())) for one in ids]
    # Height 0: a party, and nobody who would only stand for a stage.
    return any(one is not None and one.case_id == case.id and one.is_seen_by(staff, 0) for one in found)
