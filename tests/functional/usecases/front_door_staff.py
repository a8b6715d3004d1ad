"""A front door with its people: two at triage, two who decide, a manager, and navigators of two agencies."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from broker.casework.contact import ContactWords, FamilyKnows, SafeContact, SourceKind
from broker.usecases.acting import Acting
from broker.usecases.agreements.publish_agreement import publish_agreement
from broker.usecases.agreements.sign_agreement import Signing, sign_agreement
from broker.usecases.casework.record_contact import ContactRecorded, NewContact, record_contact
from tests.functional.usecases.office import OFFICER, ROOT, SIRO, TRIAGE, Office

FRONT_DOOR = ROOT / "agreements/front-door/v1/agreement.yaml"
IN_FORCE_AT = datetime(2026, 5, 6, 9, 30, tzinfo=UTC)

ANN = Acting("ann", "triage")
DEB = Acting("deb", "decision-maker")
DOM = Acting("dom", "decision-maker")
NAV = Acting("nav", "navigator")
SCHOOL = Acting("dee", "safeguarding-lead")
SAFE = SafeContact("01632 960123", call=True, when="after 3 pm", code_word="canary-bluebell")
WORRY = "He says there is no food at home, canary-worry"


def staff_front_door(office: Office) -> None:
    """Enrols them."""
    for staff_id, name, organisation, role in (
        ("ann", "Ann Bell", "ecc", "triage"),
        ("deb", "Deb Cole", "ecc", "decision-maker"),
        ("dom", "Dom Hart", "ecc", "decision-maker"),
        ("nav", "Nav Gill", "essex-police", "navigator"),
    ):
        office.enrol_one(staff_id, name, organisation, role)
    office.step()


def contact(
    office: Office, about: tuple[str, ...] = ("child",), by: Acting = TRIAGE, **others: Any
) -> ContactRecorded:
    """A worry of the school's about some of the family."""
    office.step()
    words = others.pop("words", ContactWords(others.pop("worry", WORRY), "Dee Long", "01632 960124", SAFE))
    new = NewContact(
        others.pop("source", SourceKind.ORGANISATION),
        words,
        frozenset(office.people[one] for one in about),
        source_code=others.pop("source_code", "oakdale-primary"),
        family_knows=others.pop("family_knows", FamilyKnows.NO),
        **others,
    )
    return record_contact(office.broker, by, new)


def sign_front_door(office: Office) -> None:
    """The front door's agreement, published and signed by all, on a day on which it is in force."""
    published = publish_agreement(office.broker, OFFICER, FRONT_DOOR.read_bytes(), "agreement.yaml")
    for party in published.agreement.parties:
        office.step()
        office.authorise(party)
        signing = Signing("front-door", 1, party, "Sid Marsh", "SIRO", "scheme of delegation")
        sign_agreement(office.broker, SIRO, signing)
    office.clock.at = max(office.clock.at, IN_FORCE_AT)
