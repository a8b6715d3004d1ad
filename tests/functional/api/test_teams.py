"""Teams over the interface: who is in a case, for its members, and the same no to everybody else."""

from __future__ import annotations

from typing import Final

import pytest

from broker.audit.events import Event
from broker.casework import Staff
from broker.casework.staff import StaffMember
from broker.usecases.casework.cases import close_case, join_team, leave_team
from broker.usecases.posts.enrol_staff import enrol_staff
from tests.functional.api.door import Got, Partner, partner
from tests.functional.usecases.office import KIM, Office

MINE: Final = "by=kim&role=lead-practitioner"
NEVER: Final = "k-neverissuedneverissued2222"


def team(one: Partner, case: str | None = None, query: str = MINE) -> Got:
    return one.send("GET", f"/v1/teams/{case or one.office.cases['team']}", query=query)


def join(office: Office, staff_id: str) -> None:
    office.step()
    join_team(office.broker, KIM, office.cases["team"], staff_id)


def test_a_member_sees_who_is_in_it_post_by_post_and_who_leads(council: Partner) -> None:
    join(council.office, "dee")
    got = team(council)
    assert got.status == 200
    assert got.json["lead"] == "kim"
    assert [(one["name"], one["organisation"], one["roles"]) for one in got.json["members"]] == [
        ("Kim Ward", "ecc", ["lead-practitioner"]),
        ("Dee Long", "oakdale-primary", ["safeguarding-lead"]),
    ]
    shown = [entry for entry in council.office.entries() if entry.event is Event.CASE_SHOWN]
    assert len(shown) == 1


def test_nobody_the_case_is_about_is_named(council: Partner) -> None:
    body = team(council).body
    assert not any(person.encode() in body for person in council.office.people.values())


def test_absent_closed_and_somebody_elses_are_one_answer(council: Partner) -> None:
    office = council.office
    never, foreign = team(council, NEVER), team(council, query="by=tri&role=triage")
    close_case(office.broker, KIM, office.cases["team"])
    office.step()
    closed = team(council)
    assert {(one.status, len(one.body)) for one in (never, foreign, closed)} == {(404, len(never.body))}
    assert {tuple(sorted(one.json)) for one in (never, foreign, closed)} == {
        ("receipt", "status", "title", "type")
    }


def test_whoever_left_sees_it_no_more(council: Partner) -> None:
    office = council.office
    join(office, "tom")
    query = "by=tom&role=team-member"
    assert team(council, query=query).status == 200
    office.step()
    leave_team(office.broker, KIM, office.cases["team"], "tom")
    office.step()
    assert team(council, query=query).status == 404


def test_a_personal_connection_is_the_same_no_and_alerts(council: Partner) -> None:
    office = council.office
    sister = Staff("jo", "ecc", frozenset({"team-member"}), links=frozenset({office.people["mum"]}))
    enrol_staff(office.broker, [StaffMember(sister, "Jo Park")])
    join(office, "jo")
    query = "by=jo&role=team-member"
    connected, never = team(council, query=query), team(council, NEVER, query)
    assert (connected.status, len(connected.body)) == (never.status, len(never.body))
    assert len(office.notices("alert-conflict-of-interest")) == 1


@pytest.mark.parametrize("first", [False, True])
def test_whoever_works_where_being_known_is_the_secret_is_shown_to_colleagues_there_alone(
    council: Partner, first: bool
) -> None:
    office = council.office
    office.enrol_one("ann", "Ann Cole", "essex-sexual-health", "team-member")
    join(office, "ann")
    if first:
        join(office, "tom")
        leave_team(office.broker, KIM, office.cases["team"], "kim")
        office.step()
    query = "by=tom&role=team-member" if first else MINE
    got = team(council, query=query)
    assert [one["staff"] for one in got.json["members"]] == (["tom"] if first else ["kim"])
    assert got.json["lead"] == ("tom" if first else "kim")
    clinic = partner(office, "essex-sexual-health", seed=9)
    assert "ann" in [one["staff"] for one in team(clinic, query="by=ann&role=team-member").json["members"]]


def test_only_a_role_that_may_read_teams_does(council: Partner) -> None:
    assert team(council, query="by=ola&role=ig-officer").status == 403
