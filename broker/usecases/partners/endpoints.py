"""Where partners' systems are told: handed in by one person, approved by another of the organisation, stopped at
once.

Decides who may do each, as for keys: an administrator hands an address in; somebody else, who is of its
organisation and may sign for it, approves it; one person may stop it, because an address that leads elsewhere must
not wait for two. One endpoint of an organisation is told at a time: approving the next stops the one before, so
that nothing is sent to two places. From docs/how-to-webhooks.md.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from broker.access import Verb
from broker.audit.events import Event
from broker.canonical import digest_bytes
from broker.casework import Staff
from broker.casework.second_person import require_two_people
from broker.errors import CallWrong, NotAllowed, did_you_mean
from broker.store.endpoints import append_endpoint_event, endpoints_of, find_endpoints, propose_endpoint
from broker.store.session import Act
from broker.store.staff import find_staff
from broker.usecases.acting import Acting, entry_of, perform
from broker.usecases.world import World
from broker.webhooks.address import require_address
from broker.webhooks.endpoint import Endpoint, EndpointEventKind, EndpointState
from broker.webhooks.topics import require_topics


class StoppedBecause(StrEnum):
    """Why an endpoint is stopped."""

    MOVED = "moved"
    NOT_APPROVED = "not-approved"
    REPLACED = "replaced"
    UNSAFE = "unsafe"


@dataclass(frozen=True, slots=True)
class NewEndpoint:
    """An endpoint handed in: whose it is, its address and the codes of its topics."""

    organisation: str
    url: str
    topics: tuple[str, ...]


def add_endpoint(world: World, acting: Acting, new: NewEndpoint) -> Endpoint:
    """Keeps a proposed endpoint. Raises NotAllowed, and CallWrong for an address or a topic that is not taken."""
    organisations = world.partnership.vocabulary.organisations
    if new.organisation not in organisations:
        hint = did_you_mean(new.organisation, organisations)
        raise CallWrong("endpoint", f"`{new.organisation}` is no organisation{hint}")
    address = require_address(new.url, loopback=world.settings.webhook_loopback)
    listed = world.settings.webhook_hosts
    if listed and address.scheme == "https" and address.host not in listed:
        raise CallWrong("url", f"`{address.host}` is not among the hosts that this deployment lists")
    topics = require_topics(new.topics)

    def work(act: Act, staff: Staff) -> Endpoint:
        proposed = Endpoint(act.new_id("w-"), new.organisation, new.url, topics, ())
        details = {
            "endpoint": proposed.id,
            "organisation": new.organisation,
            "topics": sorted(topic.value for topic in topics),
            "address_digest": digest_bytes(new.url.encode()),
        }
        entry = entry_of(act, staff, Event.WEBHOOK_PROPOSED, details)
        propose_endpoint(act, proposed, staff.id, entry=entry)
        return _endpoint(act, proposed.id)

    return perform(
        world, acting, Verb.WEBHOOKS_REGISTER, work, locking=lambda act: act.lock([endpoints_of(new.organisation)])
    )


def approve_endpoint(world: World, acting: Acting, endpoint_id: str) -> Endpoint:
    """The second person's yes: from now on this endpoint is told, and no other of the organisation.

    Raises NotAllowed to whoever is not of its organisation, and to whoever handed it in; CallWrong.
    """

    def work(act: Act, staff: Staff) -> Endpoint:
        endpoint = _endpoint(act, endpoint_id)
        act.lock([endpoints_of(endpoint.organisation)])
        if staff.organisation != endpoint.organisation:
            raise NotAllowed(
                f"`{endpoint_id}`",
                f"is approved by `{endpoint.organisation}`; you act for `{staff.organisation}`",
            )
        began = endpoint.first(EndpointEventKind.PROPOSED)
        if endpoint.state is not EndpointState.PROPOSED or began is None:
            raise CallWrong(f"endpoint `{endpoint_id}`", f"is {endpoint.state.value}: there is nothing to approve")
        first = find_staff(act, [began.by]).get(began.by)
        require_two_people(first or Staff(began.by, "", frozenset()), staff, "an endpoint")
        details = {"endpoint": endpoint_id, "organisation": endpoint.organisation, "second": began.by}
        entry = entry_of(act, staff, Event.WEBHOOK_APPROVED, details)
        append_endpoint_event(act, endpoint, EndpointEventKind.APPROVED, staff.id, entry=entry)
        for other in live_endpoints(find_endpoints(act, endpoint.organisation).values()):
            if other.id != endpoint_id:
                _stop(act, staff, other, StoppedBecause.REPLACED)
        return _endpoint(act, endpoint_id)

    return perform(world, acting, Verb.WEBHOOKS_APPROVE, work)


def stop_endpoint(
    world: World, acting: Acting, endpoint_id: str, because: StoppedBecause, note: str = ""
) -> Endpoint:
    """Stops an endpoint, or turns a proposed one down: from now on it is told nothing, for good. What waits for it
    goes on waiting. Raises NotAllowed, CallWrong."""

    def work(act: Act, staff: Staff) -> Endpoint:
        endpoint = _endpoint(act, endpoint_id)
        act.lock([endpoints_of(endpoint.organisation)])
        if acting.role != "administrator" and staff.organisation != endpoint.organisation:
            raise NotAllowed(f"`{endpoint_id}`", f"is stopped by `{endpoint.organisation}` or an administrator")
        if endpoint.state is EndpointState.STOPPED:
            raise CallWrong(f"endpoint `{endpoint_id}`", "is stopped already")
        _stop(act, staff, endpoint, because, note)
        return _endpoint(act, endpoint_id)

    return perform(world, acting, Verb.WEBHOOKS_STOP, work)


def list_endpoints(world: World, acting: Acting) -> tuple[Endpoint, ...]:
    """Every endpoint, by organisation. Raises NotAllowed."""

    def work(act: Act, staff: Staff) -> tuple[Endpoint, ...]:
        del staff
        return tuple(find_endpoints(act).values())

    return perform(world, acting, Verb.WEBHOOKS_READ, work)


def live_endpoints(endpoints: Iterable[Endpoint]) -> tuple[Endpoint, ...]:
    """Those that are told."""
    return tuple(one for one in endpoints if one.state is EndpointState.LIVE)


def _stop(act: Act, staff: Staff, endpoint: Endpoint, because: StoppedBecause, note: str = "") -> None:
    details = {"endpoint": endpoint.id, "organisation": endpoint.organisation, "reason": because.value}
    entry = entry_of(act, staff, Event.WEBHOOK_STOPPED, details)
    append_endpoint_event(act, endpoint, EndpointEventKind.STOPPED, staff.id, note, entry=entry)


def _endpoint(act: Act, endpoint_id: str) -> Endpoint:
    everything = find_endpoints(act)
    if endpoint_id not in everything:
        hint = did_you_mean(endpoint_id, everything)
        raise CallWrong("endpoint", f"`{endpoint_id}` is not known{hint}; list them with `broker webhooks list`")
    return everything[endpoint_id]
