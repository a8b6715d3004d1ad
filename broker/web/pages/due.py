"""What is due with us: reviews, goals, what ends soon, what people asked of us, breaches and emergency access.

Decides in which order somebody reads it and what each kind of end is called. Who learns of what is the use cases'
(`broker.usecases.people.expiring`, `broker.usecases.casework.look_at_team`, and those by which the rights desk and
emergency access show theirs: nobody reads more here than there).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from fastapi import APIRouter, Depends, Response

from broker.access import Verb
from broker.casework.emergency_access import AccessState
from broker.casework.telling import Telling
from broker.dates import Period
from broker.rights.expiry import ExpiryKind
from broker.usecases.casework.look_at_team import TeamRow, list_teams
from broker.usecases.emergency.read_override import Seen, Step, list_overrides, reading_verb
from broker.usecases.people.expiring import Expiring, list_expiring
from broker.usecases.rights.desk import DeskRow, desk_verb, show_desk
from broker.web.language import _
from broker.web.pages import rights_words
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
    """Something due: when, what, where its page is, and whether its time is over. Printing it shows nothing."""

    at: datetime
    text: str
    link: str | None
    overdue: bool
    is_end: bool = False


def due_routes(site: Site) -> APIRouter:
    """`/due`."""
    routes = APIRouter()

    def may(visit: Visit, verb: Verb) -> bool:
        return site.world.access.find_role([visit.role], verb) is not None

    @routes.get("/due")
    def due(visit: Visit = Depends(site.visit), within: str = "30") -> Response:
        chosen = within if within in WITHIN else "30"
        found = list_expiring(site.world, visit.acting, Period(days=int(chosen)))
        in_teams = may(visit, Verb.TEAM_READ)
        teams = list_teams(site.world, visit.acting) if in_teams else None
        lines = [
            *_ends(found, in_teams=in_teams),
            *(line for row in (teams.rows if teams else ()) for line in _in_team(row, found)),
            *on_the_desk(visit, found),
            *emergencies(visit, found),
        ]
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
            ago=rights_words.ago_words,
            at=found.at,
        )

    def on_the_desk(visit: Visit, found: Expiring) -> list[DueLine]:
        if not may(visit, desk_verb(site.world, visit.acting)):
            return []
        return [line for row in show_desk(site.world, visit.acting).waiting for line in _matter(row, found)]

    def emergencies(visit: Visit, found: Expiring) -> list[DueLine]:
        if not may(visit, reading_verb(site.world, visit.acting)):
            return []
        return [line for seen in list_overrides(site.world, visit.acting) for line in _emergency(seen, found)]

    return routes


def _ends(found: Expiring, *, in_teams: bool) -> list[DueLine]:
    return [
        DueLine(
            one.at,
            ENDS[one.kind] % (one.called or found.names.get(one.about) or _named_by_nobody(one.kind, one.about)),
            f"/teams/{one.case}" if one.case and in_teams else None,
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
    lines, link = [], f"/teams/{row.case.id}"
    review, goal, ends = row.due.review_due_at, row.goal_due_at, row.ends_at
    if review is not None and review < found.until:
        lines.append(DueLine(review, _("Review: %s") % around, link, row.due.overdue))
    if goal is not None and goal < found.until:
        lines.append(DueLine(goal, _("A goal in the plan: %s") % around, link, goal <= found.at, is_end=True))
    if ends is not None and ends < found.until:
        lines.append(DueLine(ends, _("Meant to end: %s") % around, link, ends <= found.at, is_end=True))
    return lines


def _matter(row: DeskRow, found: Expiring) -> list[DueLine]:
    """What somebody asked of us, or a breach, whose next clock ends by then."""
    if row.due_at is None or row.due_at >= found.until:
        return []
    text = f"{row.name}: {rights_words.KINDS[row.kind]}" if row.name else rights_words.KINDS[row.kind]
    after = rights_words.NEXT.get((row.kind, row.state))
    said = f"{text}. {after}" if after else text
    link = f"/rights/{rights_words.PLACES[row.kind]}/{row.matter_id}"
    return [DueLine(row.due_at, said, link, row.due_at <= found.at, is_end=True)]


def _emergency(seen: Seen, found: Expiring) -> list[DueLine]:
    """What waits for this person in emergency access: their answer, their review, or people for them to tell."""
    access, link = seen.access, f"/emergency-access/{seen.access.id}"
    asked = _("Emergency access asked for by %s") % (seen.names.get(access.by) or _("somebody"))
    lines = []
    if Step.APPROVE in seen.steps:
        lines.append(DueLine(access.answer_by, _("%s: answer it") % asked, link, overdue=False, is_end=True))
    if Step.REVIEW in seen.steps and access.window is not None:
        late = seen.state is AccessState.REVIEW_OVERDUE
        lines.append(DueLine(access.window.review_due_at, _("%s: review it") % asked, link, late, is_end=True))
    if Step.TELL in seen.steps:
        since = min(_due_from(one, seen.at) for one in access.to_tell(seen.at))
        lines.append(
            DueLine(since, _("%s: tell the people it was about") % asked, link, overdue=True, is_end=True)
        )
    return [one for one in lines if one.at < found.until]


def _due_from(telling: Telling, at: datetime) -> datetime:
    """From when somebody is to be told; what was put off and is to be looked at again, from then."""
    again = telling.put_off.look_again_at if telling.put_off is not None else telling.due_at
    return max(telling.due_at, again) if again <= at else telling.due_at
