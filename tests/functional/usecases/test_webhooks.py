"""Where partners' systems are told: two people bring an address into force, one takes it out."""

from __future__ import annotations

from dataclasses import replace

import pytest

from broker.audit.events import Event
from broker.casework import Staff
from broker.casework.staff import StaffMember
from broker.errors import CallWrong, NotAllowed
from broker.usecases.acting import Acting
from broker.usecases.partners.endpoints import (
    NewEndpoint,
    StoppedBecause,
    add_endpoint,
    approve_endpoint,
    list_endpoints,
    stop_endpoint,
)
from broker.usecases.posts.enrol_staff import enrol_staff
from broker.webhooks.endpoint import EndpointState
from tests.functional.usecases.office import KIM, OFFICER, SIRO, Office

ADMIN = Acting("len", "administrator")
URL = "https://hooks.example.org/broker"


@pytest.fixture
def staffed(office: Office) -> Office:
    """With an administrator, and somebody who signs for the school."""
    office.enrol_one("len", "Len Whitby", "ecc", "administrator")
    office.enrol_one("hed", "Hed Moss", "oakdale-primary", "siro")
    return office


def added(office: Office, organisation: str = "ecc", url: str = URL) -> str:
    office.step()
    return add_endpoint(office.broker, ADMIN, NewEndpoint(organisation, url, ("withdrawal", "correction"))).id


def test_an_address_is_told_once_a_second_person_of_the_organisation_approved_it(staffed: Office) -> None:
    endpoint_id = added(staffed)
    (proposed,) = list_endpoints(staffed.broker, OFFICER)
    assert (proposed.id, proposed.state) == (endpoint_id, EndpointState.PROPOSED)
    staffed.step()
    approved = approve_endpoint(staffed.broker, SIRO, endpoint_id)
    assert (approved.state, approved.url) == (EndpointState.LIVE, URL)
    events = [one.event for one in staffed.entries()]
    assert events[-2:] == [Event.WEBHOOK_PROPOSED, Event.WEBHOOK_APPROVED]


def test_nobody_of_another_organisation_approves_it(staffed: Office) -> None:
    endpoint_id = added(staffed, "oakdale-primary")
    with pytest.raises(NotAllowed):
        approve_endpoint(staffed.broker, SIRO, endpoint_id)
    assert approve_endpoint(staffed.broker, Acting("hed", "siro"), endpoint_id).state is EndpointState.LIVE


def test_whoever_handed_it_in_does_not_approve_it(staffed: Office) -> None:
    both = Staff("two", "ecc", frozenset({"administrator", "siro"}))
    enrol_staff(staffed.broker, [StaffMember(both, "Two Hats")])
    endpoint_id = add_endpoint(
        staffed.broker, Acting("two", "administrator"), NewEndpoint("ecc", URL, ("withdrawal",))
    ).id
    with pytest.raises(NotAllowed, match="second person"):
        approve_endpoint(staffed.broker, Acting("two", "siro"), endpoint_id)


def test_approving_the_next_stops_the_one_before(staffed: Office) -> None:
    first, second = added(staffed), added(staffed, url="https://hooks.example.org/next")
    approve_endpoint(staffed.broker, SIRO, first)
    staffed.step()
    approve_endpoint(staffed.broker, SIRO, second)
    states = {one.id: one.state for one in list_endpoints(staffed.broker, OFFICER)}
    assert states == {first: EndpointState.STOPPED, second: EndpointState.LIVE}


def test_one_person_stops_it_for_good(staffed: Office) -> None:
    endpoint_id = added(staffed)
    approve_endpoint(staffed.broker, SIRO, endpoint_id)
    with pytest.raises(NotAllowed):
        stop_endpoint(staffed.broker, Acting("hed", "siro"), endpoint_id, StoppedBecause.UNSAFE)
    stopped = stop_endpoint(staffed.broker, ADMIN, endpoint_id, StoppedBecause.UNSAFE, "leads elsewhere")
    assert stopped.state is EndpointState.STOPPED
    for again in (
        lambda: approve_endpoint(staffed.broker, SIRO, endpoint_id),
        lambda: stop_endpoint(staffed.broker, SIRO, endpoint_id, StoppedBecause.MOVED),
    ):
        with pytest.raises(CallWrong):
            again()


@pytest.mark.parametrize("acting", [KIM, OFFICER, SIRO])
def test_only_an_administrator_hands_one_in(staffed: Office, acting: Acting) -> None:
    with pytest.raises(NotAllowed):
        add_endpoint(staffed.broker, acting, NewEndpoint("ecc", URL, ("withdrawal",)))


@pytest.mark.parametrize(
    "new",
    [
        NewEndpoint("nowhere", URL, ("withdrawal",)),
        NewEndpoint("ecc", URL, ("alert-conflict",)),
        NewEndpoint("ecc", URL, ()),
        NewEndpoint("ecc", "http://127.0.0.1:9/", ("withdrawal",)),
    ],
)
def test_what_is_not_taken(staffed: Office, new: NewEndpoint) -> None:
    with pytest.raises(CallWrong):
        add_endpoint(staffed.broker, ADMIN, new)


def test_where_the_deployment_lists_hosts_no_other_is_handed_in(staffed: Office) -> None:
    settings = staffed.broker.settings.model_copy(update={"webhook_hosts": frozenset({"other.example.org"})})
    staffed.broker = replace(staffed.broker, settings=settings)
    with pytest.raises(CallWrong, match="not among the hosts"):
        added(staffed)
    assert added(staffed, url="https://other.example.org/")
