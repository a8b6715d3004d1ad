"""What ends soon: a member of a case sees their own people, an officer counts, everybody else nothing."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest

from broker.casework import Staff
from broker.casework.bank_holidays import LAST_YEAR
from broker.casework.staff import StaffMember
from broker.dates import Period, start_of_day
from broker.errors import CallWrong, NotAllowed
from broker.people import ProtectionMarker
from broker.rights.expiry import ExpiryKind
from broker.usecases.acting import Acting
from broker.usecases.people.expiring import bank_holidays_end, list_expiring
from broker.usecases.posts.enrol_staff import enrol_staff
from tests.functional.usecases.office import KIM, OFFICER, TOM, Office
from tests.functional.usecases.test_verbs import run

SIX_YEARS = Period(years=6)


def seen(office: Office, acting: Acting = KIM, within: Period = SIX_YEARS) -> list[tuple[str, str]]:
    return [(one.kind.value, one.about) for one in list_expiring(office.broker, acting, within).items]


def test_a_member_sees_the_people_of_their_open_cases_and_nobody_else_does(office: Office) -> None:
    office.consent("child", "mum", until_at=office.clock.now() + timedelta(days=20))
    child = office.people["child"]
    assert seen(office, within=Period(days=30)) == [("consent-ends", child)]
    assert ("decides-alone-from", child) in seen(office)
    assert seen(office, TOM) == []
    office.mark("child", ProtectionMarker.PROTECTED)
    assert child not in {about for _, about in seen(office)}


def test_an_officer_counts_and_names_their_own_staff_and_agreements(office: Office) -> None:
    soon = office.clock.now() + timedelta(days=9)
    mine = Staff("pat", "ecc", frozenset({"team-member"}), trained_until_at=soon)
    theirs = Staff("ray", "southend", frozenset({"team-member"}), posts_until_at=soon)
    enrol_staff(office.broker, [StaffMember(mine, "Pat Orr"), StaffMember(theirs, "Ray Fox")])
    found = list_expiring(office.broker, OFFICER, SIX_YEARS)
    kinds = {(one.kind, one.about) for one in found.items}
    assert (ExpiryKind.TRAINING, "pat") in kinds
    assert (ExpiryKind.AGREEMENT_REVIEW, "family-support@1") in kinds
    assert not {about for _, about in kinds} & {"ray", *office.people.values()}
    assert found.counts[ExpiryKind.OWN_DECISION] == 1
    assert all(one not in str(office.entries()[-1]) for one in office.people.values())


@pytest.mark.parametrize(("before", "warned"), [(91, False), (89, True), (-1, True)])
def test_the_end_of_the_table_of_bank_holidays_is_told_ninety_days_ahead_and_until_a_year_is_added(
    before: int, *, warned: bool
) -> None:
    at = start_of_day(date(LAST_YEAR + 1, 1, 1)) - timedelta(days=before)
    told = [one.kind for one in bank_holidays_end(at, at + timedelta(days=1))]
    assert told == ([ExpiryKind.BANK_HOLIDAYS] if warned else [])


def test_an_officer_is_told_that_the_bank_holidays_end_and_a_practitioner_is_not(office: Office) -> None:
    office.clock.at = start_of_day(date(LAST_YEAR, 12, 1))
    day = Period(days=1)
    assert ("bank-holidays-end", str(LAST_YEAR)) in seen(office, OFFICER, day)
    assert seen(office, KIM, day) == []


def test_what_is_no_period_ahead_or_no_role_for_it_is_refused(office: Office) -> None:
    with pytest.raises(CallWrong):
        list_expiring(office.broker, KIM, Period())
    office.enrol_one("ann", "Ann Moss", "ecc", "administrator")
    with pytest.raises(NotAllowed):
        list_expiring(office.broker, Acting("ann", "administrator"), SIX_YEARS)


def test_the_verb_as_typed(office: Office) -> None:
    folder = office.broker.settings.data_dir
    kim = ("--by", "kim", "--as", "lead-practitioner")
    assert "Nothing that you may know of ends by then." in run(folder, "expiring", *kim, "--within", "P1D").stdout
    found = json.loads(run(folder, "expiring", *kim, "--within", "P6Y", "--json").stdout)
    assert {one["case"] for one in found["items"]} == {office.cases["team"]}
    officer = run(folder, "expiring", "--by", "ola", "--as", "ig-officer", "--within", "P6Y").stdout
    assert "1 × decides alone from" in officer
    assert run(folder, "expiring", *kim, "--within", "soon").returncode == 2
