"""An endpoint: where an organisation's system is told, and how it stands, folded from what happened to it.

Decides that it counts from a second person's approval until it is stopped, for good: another address is another
endpoint. Who may do each is the use case's to say. From docs/how-to-webhooks.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum, unique

from broker.webhooks.topics import WebhookTopic


@unique
class EndpointEventKind(StrEnum):
    """What can happen to an endpoint."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    STOPPED = "stopped"


@unique
class EndpointState(StrEnum):
    """How an endpoint stands."""

    PROPOSED = "proposed"
    LIVE = "live"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class EndpointEvent:
    """One thing that happened to an endpoint, by whom (a staff id) and when."""

    kind: EndpointEventKind
    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where an organisation's system is told of which topics. `events` in the order they happened, the proposal
    first."""

    id: str
    organisation: str
    url: str
    topics: frozenset[WebhookTopic]
    events: Sequence[EndpointEvent]

    def first(self, kind: EndpointEventKind) -> EndpointEvent | None:
        """The first event of a kind."""
        return next((event for event in self.events if event.kind is kind), None)

    @property
    def state(self) -> EndpointState:
        """How it stands by everything that is known: what is known to be stopped is not told, by whatever
        clock."""
        happened = {event.kind for event in self.events}
        if EndpointEventKind.STOPPED in happened:
            return EndpointState.STOPPED
        return EndpointState.LIVE if EndpointEventKind.APPROVED in happened else EndpointState.PROPOSED
