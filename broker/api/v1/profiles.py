"""`POST /v1/profiles`: the profile of a person or family, for somebody of the organisation that signs."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from pydantic import Field

from broker.api.asking import AskedBy, Word, allowed_request, json_answer, read_body
from broker.partner_keys import ApiVerb
from broker.release.disclosure import Disclosure, spelled
from broker.usecases.partners.once import do_once
from broker.usecases.partners.vouched import vouched
from broker.usecases.release.decided_request import Asked
from broker.usecases.release.release_profile import MOST_PEOPLE, release_profile
from broker.usecases.world import World


class ProfileAsked(AskedBy):
    """For what purpose, about whom and why."""

    purpose: Word = Field(description="a purpose's code")
    about: list[Word] = Field(min_length=1, max_length=MOST_PEOPLE, description="person ids, in the order to show")
    reason: str = Field(min_length=1, max_length=2000, description="why they need it, in a sentence")
    case: Word | None = Field(default=None, description="the case this is for")
    override: Word | None = Field(default=None, description="emergency access that is open")


def profile_routes(world: World) -> APIRouter:
    """The routes."""
    routes = APIRouter()

    @routes.post("/v1/profiles")
    def ask(request: Request) -> Response:
        admitted = allowed_request(world, request, ApiVerb.PROFILES_REQUEST)
        body = read_body(admitted, ProfileAsked)
        acting = vouched(world, admitted.request.organisation, body.by, body.role)
        asked = Asked(body.purpose, tuple(body.about), body.reason, body.case, body.override, channel="api")
        disclosure = do_once(
            world,
            admitted,
            lambda attended: release_profile(attended, acting, asked),
            lambda attended, before: release_profile(attended, acting, asked, again=before),
            lambda found: found.id if isinstance(found, Disclosure) and found.profile is not None else None,
        )
        return json_answer(admitted, spelled(disclosure))

    return routes
