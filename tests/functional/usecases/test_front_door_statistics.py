"""The front door's numbers: who reads them, that nothing hidden changes them, and how they are typed."""

from __future__ import annotations

import json
from dataclasses import asdict

import pytest

from broker.casework.statistics import FEWER
from broker.errors import CallWrong, NotAllowed
from broker.people import ProtectionMarker
from broker.usecases.acting import Acting
from broker.usecases.casework.front_door_statistics import front_door_statistics
from tests.functional.usecases.front_door_staff import contact, staff_front_door
from tests.functional.usecases.office import OFFICER, TRIAGE, Office
from tests.functional.usecases.test_verbs import run


@pytest.fixture(autouse=True)
def staffed(office: Office) -> None:
    staff_front_door(office)
    for _ in range(6):
        contact(office)


def test_an_officer_reads_numbers_and_the_log_says_so(office: Office) -> None:
    (week,) = front_door_statistics(office.broker, OFFICER, 1)
    assert (week.told()["received"], week.told()["repeats"], week.told()["undecided"]) == (6, 5, 6)
    last = office.entries()[-1]
    assert (last.event, last.details) == ("report.produced", {"report": "front-door-statistics", "rows": 1})
    assert last.about == ()


def test_nobody_at_the_front_door_reads_them_and_another_organisation_reads_its_own(office: Office) -> None:
    with pytest.raises(NotAllowed, match=r"statistics\.read"):
        front_door_statistics(office.broker, TRIAGE, 1)
    office.enrol_one("iso", "Isa Orr", "oakdale-primary", "ig-officer")
    (week,) = front_door_statistics(office.broker, Acting("iso", "ig-officer"), 1)
    assert week.received == 0
    with pytest.raises(CallWrong, match="not between"):
        front_door_statistics(office.broker, OFFICER, 0)


def test_marking_somebody_protected_changes_no_number(office: Office) -> None:
    before = [asdict(week) for week in front_door_statistics(office.broker, OFFICER, 2)]
    office.mark("child", ProtectionMarker.PROTECTED)
    office.step()
    assert [asdict(week) for week in front_door_statistics(office.broker, OFFICER, 2)] == before


def test_as_it_is_typed(office: Office) -> None:
    folder = office.broker.settings.data_dir
    officer = ("--by", "ola", "--as", "ig-officer", "--weeks", "2")
    found = json.loads(run(folder, "contact", "statistics", *officer, "--json").stdout)["weeks"]
    assert len(found) == 2
    assert found[0]["received"] == FEWER
    typed = run(folder, "contact", "statistics", *officer).stdout
    assert FEWER in " ".join(typed.split())
    assert office.people["child"] not in typed
