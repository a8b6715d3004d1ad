"""Where partners' systems are told, as it was handed in, and what happened to each endpoint since.

Decides nothing about whether an endpoint counts (`broker.webhooks`) or who may register one (`broker.usecases`).
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import select

from broker.audit.entry import AuditEntry
from broker.store.kinds import VersionedKind
from broker.store.sealing import open_fact, seal_fact
from broker.store.session import Act, View
from broker.store.tables.base import table_of
from broker.store.tables.webhooks import WebhookEndpoint, WebhookEndpointEvent
from broker.webhooks.endpoint import Endpoint, EndpointEvent, EndpointEventKind
from broker.webhooks.topics import topics_of, topics_text

ENDPOINTS: Final = table_of(WebhookEndpoint)
EVENTS: Final = table_of(WebhookEndpointEvent)


def endpoints_of(organisation: str) -> tuple[VersionedKind, str]:
    """The version that moves with every change to an organisation's endpoints. No agreement is called like it, for
    `/` stands in no reference."""
    return VersionedKind.AGREEMENT, f"endpoints-of/{organisation}"


def propose_endpoint(act: Act, endpoint: Endpoint, by: str, *, entry: AuditEntry) -> None:
    """Keeps an endpoint with its proposal."""
    act.bump(entry, VersionedKind.AGREEMENT, [endpoints_of(endpoint.organisation)[1]])
    row = {
        "endpoint_id": endpoint.id,
        "organisation_code": endpoint.organisation,
        "url": endpoint.url,
        "topics": topics_text(endpoint.topics),
        "recorded_at": act.at,
    }
    act.write_rows(entry, ENDPOINTS, [row])
    append_endpoint_event(act, endpoint, EndpointEventKind.PROPOSED, by, entry=entry)


def append_endpoint_event(
    act: Act, endpoint: Endpoint, kind: EndpointEventKind, by: str, note: str = "", *, entry: AuditEntry
) -> None:
    """Appends what happened to an endpoint, by whom; the note is kept sealed."""
    act.bump(entry, VersionedKind.AGREEMENT, [endpoints_of(endpoint.organisation)[1]])
    row_id = act.new_row()
    body = {"by": by, "note": note}
    row = {
        "row_id": row_id,
        "endpoint_id": endpoint.id,
        "event_code": kind.value,
        "recorded_at": act.at,
        "event": seal_fact(act, EVENTS, "event", row_id, endpoint.id.encode(), body),
    }
    act.write_rows(entry, EVENTS, [row])


def find_endpoints(view: View, organisation: str | None = None) -> dict[str, Endpoint]:
    """An organisation's endpoints, or all, by id, with everything that happened to each."""
    found = select(ENDPOINTS).order_by(ENDPOINTS.c.organisation_code, ENDPOINTS.c.recorded_at)
    if organisation is not None:
        found = found.where(ENDPOINTS.c.organisation_code == organisation)
    rows = view.read(found)
    happened: dict[str, list[EndpointEvent]] = {}
    events = select(EVENTS).where(EVENTS.c.endpoint_id.in_([row.endpoint_id for row in rows]))
    for row in view.read(events.order_by(EVENTS.c.row_id)) if rows else ():
        body = open_fact(view, EVENTS, "event", row.row_id, row.endpoint_id.encode(), row.event)
        happened.setdefault(row.endpoint_id, []).append(
            EndpointEvent(EndpointEventKind(row.event_code), row.recorded_at, body["by"])
        )
    return {
        row.endpoint_id: Endpoint(
            row.endpoint_id,
            row.organisation_code,
            row.url,
            topics_of(row.topics),
            tuple(happened.get(row.endpoint_id, ())),
        )
        for row in rows
    }
