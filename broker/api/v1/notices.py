"""`GET /v1/notices`, `POST /v1/notices/{id}/acknowledgement` and `POST /v1/notices/replay`: what waits for the
organisation's system, that it has it, and that it wants it again."""

from __future__ import annotations

from typing import Any, Final

from fastapi import APIRouter, Request, Response
from pydantic import Field

from broker.api.asking import Body, Instant, allowed_request, json_answer, read_body, read_query
from broker.dates import instant_text
from broker.partner_keys import ApiVerb
from broker.usecases.partners.act_receipt import ActReceipt
from broker.usecases.partners.once import do_once, for_partner
from broker.usecases.partners.told_notices import (
    MOST,
    Acknowledged,
    Waits,
    acknowledge_notice,
    list_waiting,
    replay_notices,
)
from broker.usecases.world import World

_COUNTED: Final = "queued-"
"""How a replay is remembered under its idempotency key: by how many it queued."""


class PageAsked(Body):
    """A page of the list."""

    after: str | None = Field(default=None, min_length=1, max_length=400, description="the cursor to go on from")
    limit: str = Field(default="50", pattern=r"^(?:[1-9][0-9]?|100)$", description=f"how many, at most {MOST}")


class AcknowledgementTaken(Body):
    """Nothing needs saying: the address names the notice."""


class ReplayAsked(Body):
    """From which instant on."""

    from_at: Instant = Field(alias="from", description="everything queued from this instant on")


def notice_routes(world: World) -> APIRouter:
    """The routes."""
    routes = APIRouter()

    @routes.get("/v1/notices")
    def waiting(request: Request) -> Response:
        admitted = allowed_request(world, request, ApiVerb.WEBHOOKS_MANAGE)
        asked = read_query(admitted, PageAsked)
        heard = ActReceipt()
        page = list_waiting(for_partner(heard.of(world), admitted), admitted.signed, asked.after, int(asked.limit))
        found = {"notices": [_as_mapping(one) for one in page.waiting], "next": page.after}
        return json_answer(admitted, {**found, **heard.as_mapping()})

    @routes.post("/v1/notices/replay")
    def replay(request: Request) -> Response:
        admitted = allowed_request(world, request, ApiVerb.WEBHOOKS_MANAGE)
        asked = read_body(admitted, ReplayAsked)
        heard = ActReceipt()
        count = do_once(
            heard.of(world),
            admitted,
            lambda attended: replay_notices(attended, admitted.signed, asked.from_at),
            lambda _attended, before: int(before.removeprefix(_COUNTED)),
            lambda found: f"{_COUNTED}{found}",
        )
        found = {"from": instant_text(asked.from_at), "queued": count}
        return json_answer(admitted, {**found, **heard.as_mapping()}, 202)

    @routes.post("/v1/notices/{notice_id}/acknowledgement")
    def acknowledge(request: Request, notice_id: str) -> Response:
        admitted = allowed_request(world, request, ApiVerb.WEBHOOKS_MANAGE)
        read_body(admitted, AcknowledgementTaken)
        heard = ActReceipt()
        done = do_once(
            heard.of(world),
            admitted,
            lambda attended: acknowledge_notice(attended, admitted.signed, notice_id),
            lambda attended, before: acknowledge_notice(attended, admitted.signed, before),
            lambda found: found.notice_id if isinstance(found, Acknowledged) else None,
        )
        found = {"notice": done.notice_id, "at": instant_text(done.at), "repeated": done.repeated}
        return json_answer(admitted, {**found, **heard.as_mapping()})

    return routes


def _as_mapping(waits: Waits) -> dict[str, Any]:
    told = waits.delivered_at
    return {**waits.message, "delivered_at": None if told is None else instant_text(told)}
