"""What is due with us: reviews, goals, what ends soon, questions nobody has answered in time.

Decides in which order somebody reads it and what each kind of end is called. Who learns of what is the use cases'
(`broker.usecases.people.expiring`, `broker.usecases.casework.look_at_team`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from fastapi import APIRouter, Depends, Response

from broker.access import Verb
from broker.dates import Period
from broker.rights.expiry import ExpiryKind
from broker.usecases.casework.look_at_team import TeamRow, list_teams
from broker.usecases.people.expiring import Expiring, list_expiring
from broker.web.language import _
from broker.web.pages.team_words import AROUND, first_names
from broker.web.site import Site, Visit

WITHIN: Final = {"30": _("In 30 days"), "90": _("In 90 days"), "365": _("In a year")}
ENDS: Final = {
    ExpiryKind.OWN_DECISION: _("%s decides alone from now on, at 16"),
    ExpiryKind.ADULT: _("%s is an adult"),
    ExpiryKind.CONSENT: _("What was agreed about %s ends"),
    ExpiryKind.ORDER: _("An order or a power about %s ends"),
    ExpiryKind.COMPETENCE: _("That %s was found able to decide ends"),
    ExpiryKind.MEMBERSHIP: _("%s leaves the team"),
    ExpiryKind.TRAINING: _("The training of %s ends"),
    ExpiryKind.POST: _("The post of %s ends"),
    ExpiryKind.AGREEMENT_LAPSES: _("“%s” lapses unless it is renewed"),
    ExpiryKind.AGREEMENT_ENDS: _("“%s” ends"),
    ExpiryKind.AGREEMENT_REVIEW: _("“%s” is to be reviewed"),
    ExpiryKind.BANK_HOLIDAYS: _("The list of bank holidays ends with %s: whoever runs this adds a year"),
}
COUNTED: Final = {
    ExpiryKind.OWN_DECISION: _("people come to decide alone"),
    ExpiryKind.ADULT: _("people become adults"),
    ExpiryKind.CONSENT: _("agreements of people end"),
    ExpiryKind.ORDER: _("orders or powers end"),
    ExpiryKind.COMPETENCE: _("findings that a child can decide end"),
    ExpiryKind.MEMBERSHIP: _("places in teams end"),
}


@dataclass(frozen=True, slots=True, repr=False)
class DueLine:
    """Something due: when, what, in which case, and whether its time is over. Printing it shows nothing."""

    at: datetime
    text: str
    case_id: str | None
    overdue: bool
    is_end: bool = False


def due_routes(site: Site) -> APIRouter:
    """`/due`."""
    routes = APIRouter()

    @routes.get("/due")
    def due(visit: Visit = Depends(site.visit), within: str = "30") -> Response:
        chosen = within if within in WITHIN else "30"
        found = list_expiring(site.world, visit.acting, Period(days=int(chosen)))
        in_teams = site.world.access.find_role([visit.role], Verb.TEAM_READ) is not None
        teams = list_teams(site.world, visit.acting) if in_teams else None
        lines = [*_ends(found), *(line for row in (teams.rows if teams else ()) for line in _in_team(row, found))]
        lines.sort(key=lambda one: (not one.overdue, one.at, one.text))
        counts = [(COUNTED[kind], count) for kind, count in found.counts.items() if kind in COUNTED]
        return site.page(
            visit,
            "due.html",
            lines=lines,
            counts=counts,
            late_questions=found.counts.get(ExpiryKind.QUESTION_LATE, 0),
            within=chosen,
            choices=WITHIN,
            has_teams=in_teams,
        )

    return routes


def _ends(found: Expiring) -> list[DueLine]:
    return [
        DueLine(
            one.at,
            ENDS[one.kind] % (one.called or found.names.get(one.about) or _named_by_nobody(one.kind, one.about)),
            one.case,
            overdue=False,
            is_end=True,
        )
        for one in found.items
        if one.kind in ENDS
    ]


def _named_by_nobody(kind: ExpiryKind, about: str) -> str:
    return about if kind is ExpiryKind.BANK_HOLIDAYS else _("somebody")


def _in_team(row: TeamRow, found: Expiring) -> list[DueLine]:
    """What is to be done in a team by then, or should have been."""
    around = AROUND[row.case.kind] % first_names(row.people)
    lines = []
    review, goal, ends = row.due.review_due_at, row.goal_due_at, row.ends_at
    if review is not None and review < found.until:
        lines.append(DueLine(review, _("Review: %s") % around, row.case.id, row.due.overdue))
    if goal is not None and goal < found.until:
        lines.append(
            DueLine(goal, _("A goal in the plan: %s") % around, row.case.id, goal <= found.at, is_end=True)
        )
    if ends is not None and ends < found.until:
        lines.append(DueLine(ends, _("Meant to end: %s") % around, row.case.id, ends <= found.at, is_end=True))
    return lines
