"""A long front-door queue: shown in pages, decided in batches, told as if each contact were asked about alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from broker.casework import CaseKind
from broker.casework.queue_filter import QueueFilter
from broker.people import ProtectionMarker, Relationship, RelationshipKind
from broker.store.view import View
from broker.usecases.acting import Acting
from broker.usecases.casework import front_door_queue
from broker.usecases.casework.cases import NewCase, close_case, open_case
from broker.usecases.casework.find_lead import find_lead
from broker.usecases.casework.front_door_queue import Queue, list_contacts
from broker.usecases.casework.screen_contact import rate_contact, take_contact
from broker.usecases.people.people import NewPerson, add_person
from broker.usecases.people.ties import house, relate
from broker.vocabulary.clocks import Rating
from tests.functional.usecases.front_door_staff import contact
from tests.functional.usecases.office import KIM, TRIAGE, Office
from tests.functional.usecases.test_lead import WHY, prepare, restrict

COUNCIL, HEALTH, REFUGE = "ecc", "mse-nhs", "haven-refuge"
FAMILIES: tuple[tuple[str, ...], ...] = (
    (COUNCIL,),
    (),
    (HEALTH, COUNCIL),
    (REFUGE,),
    ("closed",),
    ("restricted",),
    ("protected",),
    (COUNCIL, HEALTH),
)
"""Who leads an open case of each family, or what hides it."""


def family(office: Office, number: int, leads: tuple[str, ...]) -> str:
    """A mother and her child who live together, known to these, and a contact about both; its id."""
    about = []
    for name, born in (("mum", date(1988, 5, 1)), ("child", date(2015, 6, 1)), ("gran", date(1950, 1, 1))):
        person = add_person(office.broker, TRIAGE, NewPerson(name.capitalize(), f"Number{number}", born))
        office.people[f"{name}{number}"] = person
        about.append(person)
    mum, child, _ = about
    relate(office.broker, TRIAGE, Relationship(mum, child, RelationshipKind.MOTHER), evidence="birth register")
    house(office.broker, TRIAGE, joined=about)
    for one in leads:
        where = one if one in LEADERS else COUNCIL
        new = NewCase(CaseKind.TEAM, 2, frozenset({"family-support"}), frozenset(about))
        case_id = open_case(office.broker, LEADERS[where], new).case.id
        if one == "closed":
            close_case(office.broker, KIM, case_id)
        elif one == "restricted":
            restrict(office, case_id)
        elif one == "protected":
            office.mark(f"gran{number}", ProtectionMarker.PROTECTED)
    return contact(office, (f"mum{number}", f"child{number}")).case.id


LEADERS = {COUNCIL: KIM, HEALTH: Acting("hel", "lead-practitioner"), REFUGE: Acting("ref", "lead-practitioner")}


def pages_of(office: Office, wanted: QueueFilter | None = None) -> list[Queue]:
    """Every page of the queue, in order."""
    first = list_contacts(office.broker, TRIAGE, wanted)
    return [first, *(list_contacts(office.broker, TRIAGE, wanted, one) for one in range(2, first.pages + 1))]


def counted(monkeypatch: pytest.MonkeyPatch, work: Callable[[], object]) -> int:
    """How many questions the store was asked meanwhile."""
    asked: Counter[str] = Counter()
    read = View.read

    def counting(self: View, *given: object) -> object:
        asked["questions"] += 1
        return read(self, *given)  # type: ignore[arg-type]  # what it was given

    with monkeypatch.context() as patched:
        patched.setattr(View, "read", counting)
        work()
    return asked["questions"]


def test_a_long_queue_is_told_in_pages_as_each_contact_would_be_alone(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepare(office)
    for where, staff_id in ((HEALTH, "hel"), (REFUGE, "ref")):
        office.enrol_one(staff_id, "Hel Moss", where, "lead-practitioner")
    few = [family(office, number, leads) for number, leads in enumerate(FAMILIES[:3])]
    list_contacts(office.broker, TRIAGE)  # the rules are compiled once
    asked = counted(monkeypatch, lambda: list_contacts(office.broker, TRIAGE))
    contacts = [*few, *(family(office, number, FAMILIES[number]) for number in range(3, len(FAMILIES)))]
    assert counted(monkeypatch, lambda: list_contacts(office.broker, TRIAGE)) == asked, "however many wait"

    office.step()
    take_contact(office.broker, TRIAGE, contacts[7])
    for number, rating in ((2, Rating.GREEN), (4, Rating.AMBER), (7, Rating.RED)):
        rate_contact(office.broker, TRIAGE, contacts[number], rating, "as it was told")
    whole = list_contacts(office.broker, TRIAGE)
    monkeypatch.setattr(front_door_queue, "MOST_ROWS", 3)
    pages = pages_of(office)
    rows = [row for page in pages for row in page.rows]
    assert [len(page.rows) for page in pages] == [3, 3, 2]
    assert [(page.before, page.more) for page in pages] == [(0, 5), (3, 2), (6, 0)]
    assert [replace(row, left=None) for row in rows] == [replace(row, left=None) for row in whole.rows]
    assert [row.case_id for row in rows][-2:] == [contacts[4], contacts[2]], "amber, then green"
    assert {(page.waiting, *page.counts.items(), page.next_free) for page in pages} == {
        (8, *whole.counts.items(), whole.next_free)
    }
    assert whole.counts[QueueFilter.OPEN] == 3
    narrowed = pages_of(office, QueueFilter.UNHELD)
    assert [row.case_id for page in narrowed for row in page.rows] == [
        row.case_id for row in rows if row.contact.holder is None
    ]
    beyond = list_contacts(office.broker, TRIAGE, None, 99)
    assert (beyond.page, [row.case_id for row in beyond.rows]) == (3, [row.case_id for row in pages[2].rows])
    assert list_contacts(office.broker, TRIAGE, None, -1).page == 1
    entry = office.entries()[-2]
    assert (entry.details["rows"], len(entry.about)) == (2, 4), "whom this page showed, and no others"

    told = {row.case_id: row for row in rows}
    for number, leads in enumerate(FAMILIES):
        office.step()
        answer = find_lead(office.broker, TRIAGE, contacts[number], WHY).leads
        row = told[contacts[number]]
        assert row.open_to == tuple(dict.fromkeys(lead.organisation for lead in answer))
        assert row.open_cases == len({lead.case_id for lead in answer})
        assert set(row.open_to) == {COUNCIL, HEALTH} & set(leads)
