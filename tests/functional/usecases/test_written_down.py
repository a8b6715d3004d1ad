"""What stays of a contact once it has ended, and who sees it at the next worry about the same child."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from broker.audit.events import Event
from broker.casework import CaseKind
from broker.casework.contact import SourceKind
from broker.casework.threshold import ThresholdOutcome
from broker.people import ProtectionMarker
from broker.release.profile import ProfileItem
from broker.store.cases import find_cases, record_case
from broker.store.people import erase_person
from broker.store.records import find_headers, open_contents
from broker.store.session import Act
from broker.usecases.acting import AS_OPERATOR, Acting, entry_of
from broker.usecases.casework.decide_contact import close_contact, decide_threshold
from broker.usecases.casework.move_case import move_case
from broker.usecases.casework.screen_contact import take_contact
from tests.functional.usecases.front_door_staff import DEB, contact, sign_front_door, staff_front_door
from tests.functional.usecases.office import TRIAGE, Office, at_rest

WHY = "the family has what it needs, canary-why"


@pytest.fixture(autouse=True)
def staffed(office: Office) -> None:
    staff_front_door(office)


def decided(office: Office, outcome: ThresholdOutcome, level: int, **others: Any) -> str:
    case_id = contact(office, **others).case.id
    office.step()
    take_contact(office.broker, TRIAGE, case_id)
    office.step()
    decide_threshold(office.broker, DEB, case_id, level, outcome, WHY)
    office.step()
    return case_id


def ended(office: Office, outcome: ThresholdOutcome = ThresholdOutcome.TAF, level: int = 2, **others: Any) -> str:
    case_id = decided(office, outcome, level, **others)
    close_contact(office.broker, TRIAGE, case_id, "they asked not to be rung")
    return case_id


def written(office: Office, about: str = "child") -> list[tuple[str, str, Mapping[str, Any]]]:
    with office.broker.store.look() as view:
        found = [one for one in find_headers(view, [office.people[about]]) if "contact" in one.header.category]
        contents = open_contents(view, [one.header.id for one in found])
    return [(one.header.controller, one.header.category, contents[one.header.id]) for one in found]


def kept(office: Office) -> list[Mapping[str, Any]]:
    put = [entry.details for entry in office.entries() if entry.event == "records.ingested"]
    return [details for details in put if "contact" in "".join(details.get("categories", []))]


def contacts_in(office: Office, by: Acting, case_id: str) -> list[ProfileItem]:
    profile = office.ask(by, ["child"], purpose="threshold-decision", case=case_id).profile
    return [
        item
        for item in (profile.items if profile is not None else ())
        if ("source", "A professional") in item.fields
    ]


def test_a_contact_that_ended_is_a_record_of_the_front_door_that_says_little(office: Office) -> None:
    case_id = decided(office, ThresholdOutcome.TAF, 2)
    assert written(office) == []
    close_contact(office.broker, TRIAGE, case_id, "they asked not to be rung")
    says = {"source": "A professional", "outcome": "taf", "level_of_need": 2}
    assert written(office) == [("ecc", "contact-referral", says)]
    (details,) = kept(office)
    assert details["categories"] == ("contact-referral",)
    assert (details["controller"], details["accepted"]) == ("ecc", 1)
    # The same act: one instant for the closing and for what was written down of it.
    closed, put = office.entries()[-2:]
    assert (closed.event, put.event) == ("case.closed", "records.ingested")
    assert closed.occurred_at == put.occurred_at
    assert b"A professional" not in at_rest(office)


def test_nothing_done_is_another_kind_of_information_that_is_kept_for_less_time(office: Office) -> None:
    ended(office, ThresholdOutcome.NO_FURTHER_ACTION, 1, source=SourceKind.FAMILY, source_code=None)
    says = {"source": "Not a professional", "outcome": "nfa"}
    assert written(office) == [("ecc", "contact-no-further-action", says)]


@pytest.mark.parametrize("source", [SourceKind.FAMILY, SourceKind.PUBLIC, SourceKind.ANONYMOUS])
def test_whether_a_relative_or_a_neighbour_told_is_not_written_down(office: Office, source: SourceKind) -> None:
    ended(office, source=source, source_code=None)
    assert [fields["source"] for _, _, fields in written(office)] == ["Not a professional"]


def test_that_a_case_was_open_already_is_not_written_down(office: Office) -> None:
    ended(office, ThresholdOutcome.ALREADY_OPEN, 3)
    assert [fields for _, _, fields in written(office)] == [{"source": "A professional"}]


def test_a_contact_that_goes_on_is_written_down_too(office: Office) -> None:
    case_id = decided(office, ThresholdOutcome.SECTION_47, 4)
    move_case(office.broker, TRIAGE, case_id, CaseKind.ENQUIRY, 4, frozenset({"deb"}), WHY)
    assert [fields["outcome"] for _, _, fields in written(office)] == ["section-47"]


def test_the_next_contact_about_the_child_sees_the_last_one_where_the_rules_let_it(office: Office) -> None:
    ended(office)
    again = contact(office).case.id
    office.step()
    take_contact(office.broker, DEB, again)
    assert contacts_in(office, DEB, again) == []
    sign_front_door(office)
    assert len(contacts_in(office, DEB, again)) == 1


def test_of_a_restricted_contact_nothing_is_written_down(office: Office) -> None:
    case_id = decided(office, ThresholdOutcome.TAF, 2)

    def restrict(act: Act) -> None:
        entry = entry_of(act, AS_OPERATOR, Event.CASE_CHANGED, {"case": case_id, "change": "restricted"})
        case = find_cases(act, [case_id])[case_id]
        record_case(act, replace(case, restricted=True), entry=entry)

    office.broker.store.perform(office.clock, restrict)
    close_contact(office.broker, TRIAGE, case_id, "they asked not to be rung")
    assert (written(office), kept(office)) == ([], [])


def test_of_somebody_protected_or_erased_nothing_is_written_down(office: Office) -> None:
    case_id = decided(office, ThresholdOutcome.SECTION_47, 4, about=("child", "partner"))
    office.mark("partner", ProtectionMarker.PROTECTED)
    move_case(office.broker, TRIAGE, case_id, CaseKind.ENQUIRY, 4, frozenset({"deb"}), WHY)
    assert (written(office), kept(office)) == ([], [])

    alone = decided(office, ThresholdOutcome.TAF, 2)

    def erase(act: Act) -> None:
        entry = entry_of(act, AS_OPERATOR, Event.PERSON_ERASED, {"reason": "asked"})
        erase_person(act, office.people["child"], entry=entry)

    office.broker.store.perform(office.clock, erase)
    close_contact(office.broker, TRIAGE, alone, "they asked not to be rung")
    assert (written(office), kept(office)) == ([], [])
