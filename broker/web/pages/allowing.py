"""What a manager is asked to allow: a change of purpose, keeping a case to its members, letting others see it.

Decides how each is laid out. A manager sees the reason and the reference and nothing else of the case; that is the
use case's (`broker.usecases.rules.proposals`).
"""

from __future__ import annotations

from fastapi import APIRouter, Depends, Response

from broker.casework.authority import Settled
from broker.errors import CallWrong, NotAllowed
from broker.usecases.rules.proposals import AskedToAllow, list_proposals, settle_proposal
from broker.web.forms import Form
from broker.web.language import _
from broker.web.pages.asking import Field, Kind, Question, ask
from broker.web.pages.team_words import PROPOSED
from broker.web.site import Site, Visit


def allowing_routes(site: Site) -> APIRouter:
    """`/to-allow`, `/to-allow/<proposal id>`."""
    routes = APIRouter()
    world = site.world

    @routes.get("/to-allow")
    def listed(visit: Visit = Depends(site.visit)) -> Response:
        return site.page(visit, "to-allow.html", rows=list_proposals(world, visit.acting), proposed=PROPOSED)

    @routes.get("/to-allow/{proposal_id}")
    def one(proposal_id: str, visit: Visit = Depends(site.visit)) -> Response:
        return ask(site, visit, _question(site, _find(visit, proposal_id)))

    @routes.post("/to-allow/{proposal_id}")
    def settle(proposal_id: str, visit: Visit = Depends(site.proved), form: Form = Depends(site.form)) -> Response:
        try:
            settle_proposal(world, visit.acting, proposal_id, form.choice("settled", Settled), form.text("reason"))
        except CallWrong as error:
            return ask(site, visit, _question(site, _find(visit, proposal_id)), form, error)
        return site.go("/to-allow")

    def _find(visit: Visit, proposal_id: str) -> AskedToAllow:
        found = {row.proposal.id: row for row in list_proposals(world, visit.acting)}
        if proposal_id not in found:
            raise NotAllowed("proposal", _("is not asked of you; list what is"))
        return found[proposal_id]

    return routes


def _question(site: Site, row: AskedToAllow) -> Question:
    proposal = row.proposal
    lines = [
        _("%(name)s asks you, for case %(case)s.") % {"name": row.by_name, "case": row.case_id},
        _("Why: “%s”") % row.reason if row.reason else _("Nothing released about why."),
    ]
    if proposal.before is not None and proposal.after is not None:
        said = _("It would be for “%(after)s” from now on, and no longer for “%(before)s”.")
        lines.insert(1, said % {"after": _title(site, proposal.after), "before": _title(site, proposal.before)})
    return Question(
        _("To allow"),
        PROPOSED[proposal.kind],
        _("Keep this answer"),
        f"/to-allow/{proposal.id}",
        "/to-allow",
        _("What I am asked to allow"),
        (
            Field(
                Kind.RADIOS,
                "settled",
                _("Do you allow it?"),
                choices=(
                    {"value": Settled.AUTHORISED.value, "text": _("Yes. It begins at once")},
                    {"value": Settled.DECLINED.value, "text": _("No")},
                ),
            ),
            Field(Kind.AREA, "reason", _("Why?"), _("Say it where you do not allow it. It stays with the case.")),
        ),
        lines,
        main="settled",
    )


def _title(site: Site, purpose: str) -> str:
    found = site.world.partnership.vocabulary.purposes.get(purpose)
    return found.title if found is not None else purpose
