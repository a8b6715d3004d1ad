"""`POST /v1/profiles`: the profile of a person or family, for somebody of the organisation that signs."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from pydantic import Field

from broker.api.asking import Body, json_answer, read_body, signed_request
from broker.release.disclosure import as_mapping
from broker.usecases.partners.vouched import vouched
from broker.usecases.release.decided_request import Asked
from broker.usecases.release.release_profile import MOST_PEOPLE, release_profile
from broker.usecases.world import World


class ProfileAsked(Body):
    """Who asks, in which role, for what purpose, about whom and why."""

    by: str = Field(min_length=1, max_length=64, description="the id of the member of staff who asks")
    role: str = Field(min_length=1, max_length=64, description="in which of their roles")
    purpose: str = Field(min_length=1, max_length=64, description="a purpose's code")
    about: list[str] = Field(min_length=1, max_length=MOST_PEOPLE, description="person ids, in the order to show")
    reason: str = Field(min_length=1, max_length=2000, description="why they need it, in a sentence")
    case: str | None = Field(default=None, max_length=64, description="the case this is for")
    override: str | None = Field(default=None, max_length=64, description="emergency access that is open")


def profile_routes(world: World) -> APIRouter:
    """The routes."""
    routes = APIRouter()

    @routes.post("/v1/profiles")
    def ask(request: Request) -> Response:
        signed = signed_request(request)
        body = read_body(signed, ProfileAsked)
        acting = vouched(world, signed.organisation, body.by, body.role)
        asked = Asked(body.purpose, tuple(body.about), body.reason, body.case, body.override, channel="api")
        return json_answer(as_mapping(release_profile(world, acting, asked)))

    return routes
