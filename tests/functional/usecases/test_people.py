"""People: found by two things or an identifier, never when protected; ties need evidence."""

from __future__ import annotations

from datetime import date

import pytest

from broker.casework import Staff
from broker.casework.staff import StaffMember
from broker.errors import CallWrong, NotAllowed
from broker.identifiers import IdentifierRefused
from broker.people import ProtectionMarker, Relationship, RelationshipKind
from broker.usecases.acting import Acting
from broker.usecases.people.people import NHS_NUMBER, NewPerson, Search, Wanted, add_person, find_person
from broker.usecases.people.ties import relate
from broker.usecases.posts.enrol_staff import enrol_staff
from tests.functional.usecases.office import REASON, TRIAGE, Office

MUM = Wanted("Mum", "Testing", date(1988, 5, 1))
SCREENING = "front-door-screening"


def found(office: Office, wanted: Wanted, acting: Acting = TRIAGE) -> Search:
    office.step()
    return find_person(office.broker, acting, wanted, SCREENING, REASON)


def test_a_person_is_found_by_two_things_with_just_enough_to_choose(office: Office) -> None:
    (one,) = found(office, MUM).found
    assert (one.person_id, one.name, one.age, one.district) == (office.people["mum"], "Mum Testing", 37, "CM1")
    assert "Testing" not in repr(one)


def test_a_person_is_found_by_nhs_number_however_it_is_spaced(office: Office) -> None:
    new = NewPerson("Ada", "Example", identifiers={NHS_NUMBER: "999 000 0018"})
    ada = add_person(office.broker, TRIAGE, new)
    (one,) = found(office, Wanted(identifiers={NHS_NUMBER: "9990000018"})).found
    assert one.person_id == ada
    with pytest.raises(IdentifierRefused) as refused:
        found(office, Wanted(identifiers={NHS_NUMBER: "9990000019"}))
    assert "9990000019" not in str(refused.value)


def test_one_thing_alone_finds_nobody(office: Office) -> None:
    with pytest.raises(CallWrong, match="or two of"):
        found(office, Wanted(family_name="Testing"))


def test_a_protected_person_is_not_found_and_an_address_protected_one_has_no_district(office: Office) -> None:
    office.mark("child", ProtectionMarker.ADDRESS_PROTECTED)
    (one,) = found(office, MUM).found
    assert one.district == "", "one roof, one protection"
    office.mark("mum", ProtectionMarker.PROTECTED)
    count = len(office.entries())
    assert found(office, MUM) == found(office, Wanted("Nemo", "Nobody", date(1988, 5, 1)))
    of_mum, of_nobody = office.entries()[count:]
    assert of_mum.details == of_nobody.details
    alerts = office.notices("alert-protected-person")
    assert {one.notice.recipient for one in alerts} == {"ecc", "essex-police"}
    assert [one.notice.body for one in alerts] == [{"about": [office.people["mum"]], "by": TRIAGE.by}] * 2


def test_a_custodian_hears_of_whom_it_knows_and_of_nobody_else_s(office: Office) -> None:
    """The police know mum, the school her child; both are protected and asked for together."""
    for one in ("mum", "child"):
        office.mark(one, ProtectionMarker.PROTECTED)
    office.ask(about=("mum", "child"))
    mum, child = office.people["mum"], office.people["child"]
    told = {one.notice.recipient: one.notice.body["about"] for one in office.notices("alert-protected-person")}
    assert told == {"ecc": [mum], "essex-police": [mum], "oakdale-primary": [child]}


def test_somebody_the_searcher_is_linked_to_stops_the_search_and_alerts(office: Office) -> None:
    near = Staff("ned", "ecc", frozenset({"triage"}), links=frozenset({office.people["mum"]}))
    enrol_staff(office.broker, [StaffMember(near, "Ned Marsh")])
    search = found(office, MUM, Acting("ned", "triage"))
    assert search == Search((), stopped=True)
    assert [alert.notice.recipient for alert in office.notices("alert-conflict-of-interest")] == ["ecc"]


def test_a_search_needs_a_purpose_of_the_role_and_leaves_an_entry_either_way(office: Office) -> None:
    count = len(office.entries())
    with pytest.raises(NotAllowed, match="may not ask"):
        find_person(office.broker, TRIAGE, MUM, "debt-recovery", REASON)
    found(office, MUM)
    assert [entry.event for entry in office.entries()[count:]] == ["access.refused", "person.searched"]


def test_parental_responsibility_needs_evidence(office: Office) -> None:
    claimed = Relationship(
        office.people["partner"], office.people["child"], RelationshipKind.FATHER, parental_responsibility=True
    )
    with pytest.raises(CallWrong, match="evidence"):
        relate(office.broker, TRIAGE, claimed, evidence=" ")


def test_marking_somebody_protected_asks_for_their_household_and_they_stop_existing(office: Office) -> None:
    marked = office.mark("partner", ProtectionMarker.PROTECTED)
    assert marked.asked
    (notice, *_) = office.notices("mark-household")
    assert set(notice.notice.body["people"]) == {office.people["mum"], office.people["child"]}
    with pytest.raises(CallWrong, match="nobody here"):
        office.mark("partner", ProtectionMarker.UNSAFE_TO_APPROACH)
    office.step()
    office.unprotect("partner")
    office.mark("partner", ProtectionMarker.UNSAFE_TO_APPROACH)
