"""Access follows membership to the minute."""

from __future__ import annotations

import pytest

from broker.casework import CaseKind
from broker.errors import CallWrong, NotAllowed
from broker.usecases.casework.cases import NewCase, close_case, join_team, leave_team, open_case
from tests.functional.usecases.office import KIM, TOM, TRIAGE, Office


def test_access_begins_with_joining_and_ends_with_leaving(office: Office) -> None:
    team = office.cases["team"]
    assert office.ask(TOM).refused_because == "not-in-team"
    office.step()
    join_team(office.broker, KIM, team, "tom")
    assert office.ask(TOM).outcome == "answered"
    office.step()
    leave_team(office.broker, KIM, team, "tom")
    assert office.ask(TOM).refused_because == "not-in-team"


def test_a_membership_with_an_end_ends_by_itself_and_the_profile_says_when(office: Office) -> None:
    until = office.clock.now().replace(hour=10, minute=30)
    join_team(office.broker, KIM, office.cases["team"], "tom", until)
    disclosure = office.ask(TOM)
    assert disclosure.access_until_at == until
    office.step(60)
    assert office.ask(TOM).refused_because == "not-in-team"


def test_access_ends_for_everybody_when_the_case_closes(office: Office) -> None:
    close_case(office.broker, KIM, office.cases["team"])
    assert office.ask().refused_because == "case-closed"
    office.step()
    with pytest.raises(CallWrong, match="closed"):
        join_team(office.broker, KIM, office.cases["team"], "tom")


def test_whoever_is_in_no_team_learns_nothing_of_a_case(office: Office) -> None:
    told = []
    for case in (office.cases["team"], "k-neverissued"):
        with pytest.raises(NotAllowed) as refused:
            join_team(office.broker, TRIAGE, case, "tri")
        told.append(str(refused.value).replace(case, "…"))
    assert told[0] == told[1]


def test_a_case_needs_known_purposes_people_and_staff(office: Office) -> None:
    people = frozenset(office.people.values())
    with pytest.raises(CallWrong, match="did you mean `family-support`"):
        open_case(office.broker, KIM, NewCase(CaseKind.TEAM, 2, frozenset({"family-suport"}), people))
    with pytest.raises(CallWrong, match="nobody here"):
        open_case(office.broker, KIM, NewCase(CaseKind.TEAM, 2, frozenset({"family-support"}), frozenset({"p-x"})))
    with pytest.raises(CallWrong, match="level of need"):
        open_case(office.broker, KIM, NewCase(CaseKind.TEAM, 7, frozenset({"family-support"}), people))
    with pytest.raises(CallWrong, match="in post"):
        join_team(office.broker, KIM, office.cases["team"], "nobody")


def test_every_change_of_a_case_is_in_the_log(office: Office) -> None:
    count = len(office.entries())
    join_team(office.broker, KIM, office.cases["team"], "tom")
    office.step()
    leave_team(office.broker, KIM, office.cases["team"], "tom")
    office.step()
    close_case(office.broker, KIM, office.cases["team"])
    assert [entry.event for entry in office.entries()[count:]] == ["team.joined", "team.left", "case.closed"]
