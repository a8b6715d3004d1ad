"""What we must stop using, or know: the notices that wait, and closing them.

Decides what each is called and where it leads. Who may read which, and when one is closed, is the use case's
(`broker.usecases.notices`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from fastapi import APIRouter, Depends, Response

from broker.access import Verb
from broker.errors import CallWrong
from broker.usecases.casework.look_at_team import list_teams
from broker.usecases.notices import RECALLS, Finding, Waiting, close_notice, list_notices
from broker.web.forms import Form, problem_among
from broker.web.language import _
from broker.web.pages.team_words import AROUND, first_names
from broker.web.site import Site, Visit

TOPICS: Final[Mapping[str, str]] = {
    "withdrawal": _("Somebody took back what they had agreed to. Stop using this"),
    "holder-withheld": _("Whoever holds it withholds it now. Stop using this"),
    "correction": _("It was corrected. Ask for it again"),
    "deletion": _("It was deleted. Stop using this"),
    "restriction": _("Its use is restricted. Stop using this"),
    "not-this-person": _("It was about somebody else. Stop using this"),
    "unmerged": _("Two people had been taken for one. Stop using this"),
    "released-in-error": _("It was sent by mistake. Destroy it"),
    "holder-overdue": _("A question to us was not answered in time"),
    "holder-handed-over": _("A question was handed to you"),
    "team-lead": _("Somebody else leads one of your teams now"),
    "contact-passed": _("A contact was passed to you: ring whoever passed it"),
    "disagreement": _("Somebody sees a decision of yours differently"),
    "disagreement-late": _("A disagreement has been at its stage for too long"),
    "refusal-review-late": _("Nobody has said in time what a family’s no means"),
    "family-look-again": _("Somebody was not told yet. Look again today"),
    "adhoc-alone": _("One person wrote a request down and decided it, in an emergency"),
    "adhoc-told": _("Something was told in an emergency, without a decision here"),
    "override-review-late": _("Emergency access was not reviewed in time"),
    "override-training": _("Emergency access was used after training had lapsed"),
    "mark-household": _("Somebody is identity-protected. Ask whether their household’s address is too"),
    "alert-conflict-of-interest": _("Somebody asked about a person they know otherwise than from work"),
    "alert-hard-stop": _("Somebody asked for what is never shared"),
    "alert-protected-person": _("Somebody asked about a person who is identity-protected"),
    "alert-emergency-alone": _("Emergency access was taken alone"),
    "rights-request": _("Somebody asked another organisation, too, for their own information"),
    "not-this-person-claimed": _("Somebody says that a record of yours is about another person"),
    "breach": _("Another organisation had a data breach that touches what you shared"),
    "breach-clock": _("The time to report a data breach is running out"),
    "alert-protected-made-known": _("Somebody was told of a person who is identity-protected"),
    "alert-protected-in-contact": _("A contact is about somebody who is identity-protected"),
    "alert-protection-lift-proposed": _("Somebody proposes that a person is no longer identity-protected"),
    "alert-protection-lifted": _("A person is no longer identity-protected"),
    "alert-rights-request": _("Somebody asked for their own information who may be feared by another in it"),
}
FINDINGS: Final = {
    Finding.TOLD: _("Those who use it were told"),
    Finding.DESTROYED: _("What we had is destroyed"),
    Finding.ACKNOWLEDGED: _("I have read it"),
}
_LEADS: Final = {"q-": "/inbox/", "g-": "/disagreements/", "x-": "/adhoc/"}
"""Where a reference leads, by how it begins."""


def notices_routes(site: Site) -> APIRouter:
    """`/notices`, `/notices/<notice id>`."""
    routes = APIRouter()

    @routes.get("/notices")
    def notices(visit: Visit = Depends(site.visit)) -> Response:
        return page(visit)

    @routes.post("/notices/{notice_id}")
    def close(notice_id: str, visit: Visit = Depends(site.visit), form: Form = Depends(site.form)) -> Response:
        try:
            close_notice(site.world, visit.acting, notice_id, form.choice("finding", Finding))
        except CallWrong as error:
            return page(visit, form, error)
        return site.go("/notices")

    def page(visit: Visit, form: Form | None = None, error: CallWrong | None = None) -> Response:
        waiting = list_notices(site.world, visit.acting)
        teams = _teams(site, visit) if any(one.case for one in waiting) else {}
        rows = [_row(one, teams) for one in waiting]
        problems = [problem_among(error, ())] if error is not None else []
        return site.page(visit, "notices.html", rows=rows, findings=FINDINGS, form=form, problems=problems)

    return routes


def _teams(site: Site, visit: Visit) -> dict[str, str]:
    """What each team of theirs is called where they read it, by its case."""
    if site.world.access.find_role([visit.role], Verb.TEAM_READ) is None:
        return {}
    rows = list_teams(site.world, visit.acting).rows
    return {row.case.id: AROUND[row.case.kind] % first_names(row.people) for row in rows}


def _row(one: Waiting, teams: Mapping[str, str]) -> dict[str, object]:
    kinds: dict[str, list[str]] = {}
    for category, controller in one.cells:
        kinds.setdefault(controller, []).append(category)
    # By sources of which the same is said: a withdrawal may reach a hundred kinds and sources.
    sources: dict[tuple[str, ...], list[str]] = {}
    for controller, found in kinds.items():
        sources.setdefault(tuple(found), []).append(controller)
    reference = one.reference or ""
    lead = next((path + reference for start, path in _LEADS.items() if reference.startswith(start)), "")
    return {
        "notice": one,
        "title": TOPICS.get(one.topic) or _("An alert: %s") % one.topic.removeprefix("alert-").replace("-", " "),
        "recall": one.topic in RECALLS,
        "lines": [{"kinds": said, "sources": names} for said, names in sources.items()],
        "lead": lead,
        "team": teams.get(one.case or "", ""),
    }
