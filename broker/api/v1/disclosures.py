"""`GET /v1/disclosures`, `GET /v1/disclosures/{id}` and `POST /v1/disclosures/{id}/acknowledgement`: what the
organisation that signs received, and what became of it since."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Request, Response
from pydantic import Field

from broker.api.asking import AskedBy, Word, allowed_request, json_answer, read_body, read_query
from broker.dates import instant_text
from broker.partner_keys import ApiVerb
from broker.usecases.notices import Finding, Waiting
from broker.usecases.partners.act_receipt import ActReceipt
from broker.usecases.partners.once import do_once, for_partner
from broker.usecases.partners.received import MOST, Received, acknowledge, list_received, show_received
from broker.usecases.partners.vouched import vouched
from broker.usecases.world import World


class ListAsked(AskedBy):
    """A page of the list."""

    after: str | None = Field(default=None, min_length=1, max_length=400, description="the cursor to go on from")
    limit: str = Field(default="50", pattern=r"^(?:[1-9][0-9]?|100)$", description=f"how many, at most {MOST}")


class NoticeClosed(AskedBy):
    """Which notice, and what was done about it."""

    notice: Word = Field(description="the notice's id, from `since` or the webhook")
    finding: Annotated[Finding, Field(strict=False)] = Finding.ACKNOWLEDGED


def disclosure_routes(world: World) -> APIRouter:
    """The routes."""
    routes = APIRouter()

    @routes.get("/v1/disclosures")
    def received(request: Request) -> Response:
        admitted = allowed_request(world, request, ApiVerb.DISCLOSURES_READ)
        asked = read_query(admitted, ListAsked)
        acting = vouched(world, admitted.request.organisation, asked.by, asked.role)
        heard = ActReceipt()
        page = list_received(for_partner(heard.of(world), admitted), acting, asked.after, int(asked.limit))
        found = {"disclosures": [_as_mapping(one) for one in page.received], "next": page.after}
        return json_answer(admitted, {**found, **heard.as_mapping()})

    @routes.get("/v1/disclosures/{disclosure_id}")
    def one(request: Request, disclosure_id: str) -> Response:
        admitted = allowed_request(world, request, ApiVerb.DISCLOSURES_READ)
        asked = read_query(admitted, AskedBy)
        acting = vouched(world, admitted.request.organisation, asked.by, asked.role)
        heard = ActReceipt()
        whole = show_received(for_partner(heard.of(world), admitted), acting, disclosure_id)
        cells = [
            {
                "person": cell.person_id,
                "category": cell.category,
                "controller": cell.controller,
                "detail": cell.detail,
            }
            for cell in whole.cells
        ]
        records = [{"record": record_id, "detail": detail} for record_id, detail in whole.records]
        found = {**_as_mapping(whole.received), "cells": cells, "records": records}
        return json_answer(admitted, {**found, **heard.as_mapping()})

    @routes.post("/v1/disclosures/{disclosure_id}/acknowledgement")
    def close(request: Request, disclosure_id: str) -> Response:
        admitted = allowed_request(world, request, ApiVerb.DISCLOSURES_READ)
        body = read_body(admitted, NoticeClosed)
        acting = vouched(world, admitted.request.organisation, body.by, body.role)
        heard = ActReceipt()
        closed = do_once(
            heard.of(world),
            admitted,
            lambda attended: acknowledge(attended, acting, disclosure_id, body.notice, body.finding).notice_id,
            lambda _attended, before: before,
            lambda found: found.notice_id if isinstance(found, Waiting) else None,
        )
        found = {"notice": closed, "disclosure": disclosure_id, "finding": body.finding.value}
        return json_answer(admitted, {**found, **heard.as_mapping()})

    return routes


def _as_mapping(received: Received) -> dict[str, Any]:
    stored = received.disclosure
    request = stored.request
    return {
        "disclosure": stored.id,
        "at": instant_text(request.at),
        "by": request.by,
        "role": request.role,
        "purpose": request.purpose,
        "case": request.case,
        "about": list(request.about),
        "since": [
            {
                "notice": one.notice_id,
                "because": one.because,
                "at": instant_text(one.at),
                "about": list(one.about),
                "cells": [{"category": category, "controller": controller} for category, controller in one.cells],
                "records": list(one.records),
                "closed_at": None if one.closed_at is None else instant_text(one.closed_at),
            }
            for one in received.since
        ],
    }
