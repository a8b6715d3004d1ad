"""An office whose own system is told at a receiver, approved by two people."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Final

from broker.release.disclosure import Disclosure
from broker.store.deliveries import Delivery, find_sending
from broker.usecases.acting import Acting
from broker.usecases.consent.withdraw_consent import Withdrawal, withdraw_consent
from broker.usecases.partners.endpoints import NewEndpoint, add_endpoint, approve_endpoint
from broker.webhooks.topics import CODES
from broker.wiring import open_answer_signer
from tests.functional.usecases.office import KIM, Office
from tests.functional.webhooks.receiver import Receiver

ADMIN: Final = Acting("len", "administrator")


def let_loopback(office: Office) -> None:
    """The switch for trying out, on."""
    settings = office.broker.settings.model_copy(update={"webhook_loopback": True})
    office.broker = replace(office.broker, settings=settings)


def tell_at(office: Office, receiver: Receiver, topics: tuple[str, ...] = CODES, organisation: str = "ecc") -> str:
    """Has an organisation's system told there; the receiver pins the broker's key. The endpoint's id."""
    let_loopback(office)
    signer = open_answer_signer(office.broker.settings)
    receiver.key, receiver.key_id = signer.public, signer.key_id
    receiver.now = lambda: office.clock.at.timestamp()
    office.enrol_one("len", "Len Whitby", "ecc", "administrator")
    office.enrol_one("boss", "Bo Second", organisation, "siro")
    office.step()
    endpoint = add_endpoint(office.broker, ADMIN, NewEndpoint(organisation, receiver.url, topics))
    office.step()
    approve_endpoint(office.broker, Acting("boss", "siro"), endpoint.id)
    office.step()
    return endpoint.id


def withdraw(office: Office, about: str = "child") -> tuple[Disclosure, str]:
    """Kim asks for the family's profile; mum takes back her agreement about one of them. The release, and the id
    of the notice about it."""
    before = {one.id for one in office.notices("withdrawal")}
    given = office.consent(about, "mum").consent_id
    disclosure = office.ask()
    office.step()
    withdraw_consent(office.broker, KIM, Withdrawal(given))
    office.step()
    found = [one for one in office.notices("withdrawal") if one.id not in before]
    (notice,) = [one for one in found if one.notice.body["disclosure"] == disclosure.id]
    return disclosure, notice.id


def delivery(office: Office, notice_id: str) -> Delivery | None:
    """How far a notice got."""
    with office.broker.store.look() as view:
        found = find_sending(view, notice_id)
    return None if found is None else found.delivery


def later(office: Office, **by: float) -> None:
    """Lets time pass."""
    office.clock.advance(timedelta(**by))
