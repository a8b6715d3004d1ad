"""`GET /v1/teams/{id}`: who is in a case, for somebody who is in it."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response

from broker.api.asking import AskedBy, allowed_request, json_answer, read_query
from broker.dates import instant_text
from broker.partner_keys import ApiVerb
from broker.usecases.casework.show_team import Member, show_team
from broker.usecases.partners.act_receipt import ActReceipt
from broker.usecases.partners.once import for_partner
from broker.usecases.partners.vouched import vouched
from broker.usecases.world import World


def team_routes(world: World) -> APIRouter:
    """The routes."""
    routes = APIRouter()

    @routes.get("/v1/teams/{case_id}")
    def team(request: Request, case_id: str) -> Response:
        admitted = allowed_request(world, request, ApiVerb.TEAMS_READ)
        asked = read_query(admitted, AskedBy)
        acting = vouched(world, admitted.request.organisation, asked.by, asked.role)
        heard = ActReceipt()
        shown = show_team(for_partner(heard.of(world), admitted), acting, case_id)
        case = shown.case
        found = {
            "case": case.id,
            "at": instant_text(shown.at),
            "kind": case.kind.value,
            "level": case.level,
            "purposes": sorted(case.purposes),
            "restricted": case.restricted,
            "lead": None if shown.lead is None else shown.lead.staff_id,
            "members": [_as_mapping(world, one) for one in shown.members],
        }
        return json_answer(admitted, {**found, **heard.as_mapping()})

    return routes


def _as_mapping(world: World, member: Member) -> dict[str, Any]:
    return {
        "staff": member.staff_id,
        "name": member.name,
        "organisation": member.organisation,
        "organisation_name": world.partnership.vocabulary.organisations[member.organisation].name,
        "roles": list(member.roles),
        "phone": member.phone,
        "since": None if member.since_at is None else instant_text(member.since_at),
        "until": None if member.until_at is None else instant_text(member.until_at),
        "cover_for": member.cover_for,
    }
