"""A lead is away: a manager where they work names who leads and gains nothing by it, and everybody is told."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from broker.access import Verb
from broker.audit.events import Event, Outcome
from broker.casework import Case, CaseKind, Staff
from broker.casework.staff import StaffMember
from broker.errors import CallWrong, NotAllowed
from broker.people import ProtectionMarker
from broker.store.cases import find_cases
from broker.store.steps import find_steps, open_words
from broker.usecases.acting import Acting
from broker.usecases.casework.appoint_lead import LeadAppointed, appoint_lead
from broker.usecases.casework.cases import NewCase, close_case, join_team, leave_team, open_case
from broker.usecases.casework.hand_over_lead import hand_over_lead
from broker.usecases.notices import list_notices
from broker.usecases.posts.cover_staff import Cover, arrange_cover
from broker.usecases.posts.enrol_staff import enrol_staff
from broker.usecases.rules.proposals import restrict_case
from tests.functional.usecases.front_door_staff import contact, staff_front_door
from tests.functional.usecases.office import KIM, SCHOOL_LEAD, Office
from tests.functional.usecases.test_verbs import run

PAT = Acting("pat", "practice-manager")
LEE = Acting("lee", "lead-practitioner")
WHY = "Kim is off sick, canary-why"


@pytest.fixture
def staffed(office: Office) -> Office:
    """With two managers of the council, one of the school, and a colleague who may lead."""
    staff_front_door(office)
    for staff_id, organisation, role in (
        ("pat", "ecc", "practice-manager"),
        ("lee", "ecc", "lead-practitioner"),
        ("ivy", "oakdale-primary", "practice-manager"),
        ("ash", "oakdale-primary", "lead-practitioner"),
    ):
        office.enrol_one(staff_id, f"{staff_id.capitalize()} Lowe", organisation, role)
    office.step()
    return office


def appoint(office: Office, to: str = "lee", by: Acting = PAT, case: str = "", **how: bool) -> LeadAppointed:
    office.step()
    return appoint_lead(office.broker, by, case or office.cases["team"], to, WHY, **how)


def case_now(office: Office) -> Case:
    with office.broker.store.look() as view:
        return find_cases(view, [office.cases["team"]])[office.cases["team"]]


def refusal(office: Office, to: str = "lee", by: Acting = PAT, case: str = "") -> str:
    """The words in which it is refused."""
    with pytest.raises(NotAllowed) as refused:
        appoint(office, to, by, case)
    return str(refused.value)


def test_a_manager_names_who_leads_while_the_lead_is_away_and_everybody_is_told(staffed: Office) -> None:
    office, team = staffed, staffed.cases["team"]
    join_team(office.broker, KIM, team, "tom")
    done = appoint(office)
    assert (done.case_id, done.lead, done.stays) == (team, "lee", True)
    entry = next(one for one in reversed(office.entries()) if one.event is Event.LEAD_APPOINTED)
    assert (entry.actor, entry.organisation) == ("pat", "ecc")
    assert dict(entry.details) == {"case": team, "member": "lee", "before": "kim", "stays": True}
    assert Event.TEAM_LED not in {one.event for one in office.entries()}, "that the lead did it is not said"
    with office.broker.store.look() as view:
        step = find_steps(view, [team])[team][-1]
        assert (step.kind, step.by, open_words(view, [step.row])[step.row]["reason"]) == (
            "lead-appointed",
            "pat",
            WHY,
        )
    assert "canary" not in repr([one.details for one in office.entries()])
    told = {one.notice.body["to"]: one.notice.body for one in office.notices("team-lead")}
    assert told.keys() == {"kim", "tom", "lee"}, "the old lead and the new one too"
    assert "canary" not in repr(told)
    assert [one.topic for one in list_notices(office.broker, KIM)] == ["team-lead"]
    assert office.ask(LEE).outcome == office.ask(KIM).outcome == "answered", "whoever led stays"
    assert office.ask(PAT).refused_because is not None, "and whoever named them has gained nothing"
    assert not case_now(office).has_member("pat", office.clock.now())
    office.step()
    with pytest.raises(NotAllowed, match="is led by somebody else"):
        hand_over_lead(office.broker, KIM, team, "tom", "Mine", stays=True)
    assert hand_over_lead(office.broker, LEE, team, "kim", "Kim is back", stays=False).lead == "kim"


def test_whoever_led_leaves_only_where_it_is_said_and_then_whoever_covers_them_does_too(staffed: Office) -> None:
    office, until = staffed, staffed.clock.now() + timedelta(hours=9)
    for who in ("lee", "tri"):
        arrange_cover(office.broker, PAT, Cover("kim", who, "lead-practitioner", until))
        office.step()
    appoint(office)
    places = [one for one in case_now(office).members if one.staff == "lee"]
    assert [one.interval.until_at for one in places] == [until], "who is in it gains no place by leading"
    office.step()
    hand_over_lead(office.broker, LEE, office.cases["team"], "kim", "Kim is back", stays=True)
    before = {one.id for one in office.notices("team-lead")}
    appoint(office, stays=False)
    now = case_now(office)
    assert [one for one in ("kim", "lee", "tri") if now.has_member(one, office.clock.now())] == ["lee"]
    assert [one.interval.until_at for one in now.members if one.interval.covers(until)] == [None]
    left = [one.details["member"] for one in office.entries() if one.event is Event.TEAM_LEFT]
    assert left == ["kim", "tri"]
    told = [one.notice.body["to"] for one in office.notices("team-lead") if one.id not in before]
    assert sorted(told) == ["kim", "lee", "tri"], "told although they are in it no longer"


def test_whatever_hides_a_case_from_the_manager_is_the_answer_of_one_never_opened(staffed: Office) -> None:
    office, team = staffed, staffed.cases["team"]
    family = frozenset(office.people.values())
    new = NewCase(CaseKind.TEAM, 2, frozenset({"family-support"}), family)
    elsewhere = open_case(office.broker, Acting("ash", "lead-practitioner"), new).case.id
    office.step()
    closed = open_case(office.broker, KIM, new).case.id
    office.step()
    close_case(office.broker, KIM, closed)
    office.step()
    nobody = open_case(office.broker, LEE, new).case.id
    office.step()
    leave_team(office.broker, LEE, nobody, "lee")
    recorded = contact(office).case.id
    office.step()
    friend = office.befriend("fay", "mum", "ecc", "practice-manager")
    restricted = open_case(office.broker, KIM, new).case.id
    office.step()
    restrict_case(office.broker, KIM, restricted, "pat", "A neighbour works here")
    never = refusal(office, case="k-neveropened")
    before = len(office.entries())
    for case in (elsewhere, closed, nobody, recorded, restricted):
        for to in ("lee", "kim", "nobody"):
            assert refusal(office, to, case=case).replace(case, "k-neveropened") == never
    told = office.entries()[before:]
    assert {(one.event, one.outcome) for one in told} == {(Event.ACCESS_REFUSED, Outcome.REFUSED)}
    assert office.notices("alert-conflict-of-interest") == []
    assert refusal(office, by=friend).replace(team, "k-neveropened") == never
    (alert,) = office.notices("alert-conflict-of-interest")
    assert (alert.notice.body["by"], alert.notice.recipient) == ("fay", "ecc")
    for acting in (KIM, LEE, SCHOOL_LEAD):
        assert "may not use `lead.appoint`" in refusal(office, by=acting)
    access, roles = office.broker.access, office.broker.partnership.vocabulary.roles
    assert {one for one in roles if access.find_role([one], Verb.LEAD_APPOINT)} == {"practice-manager"}
    office.mark("partner", ProtectionMarker.PROTECTED)
    assert appoint(office).lead == "lee", "that somebody is protected changes no answer"


def test_whoever_may_not_be_named_is_one_answer_and_nobody_names_themself(staffed: Office) -> None:
    office, team = staffed, staffed.cases["team"]
    friend = office.befriend("fay", "child", "ecc", "lead-practitioner")
    gone = Staff("gil", "ecc", frozenset({"lead-practitioner"}), posts_until_at=office.clock.now())
    enrol_staff(office.broker, [StaffMember(gone, "Gil Fry")])
    office.enrol_one("max", "Max Rowe", "ecc", "practice-manager", "p-max")
    office.enrol_one("max-too", "Max Rowe", "ecc", "lead-practitioner", "p-max")
    office.enrol_one("ref", "Ref Hale", "haven-refuge", "lead-practitioner")
    office.step()
    for one in ("ref", "tom", "dee"):
        join_team(office.broker, KIM, team, one)
        office.step()
    before, manager = case_now(office), Acting("max", "practice-manager")
    told = set()
    for one in (friend.by, "gil", "max", "max-too", "ref", "tom", "dee", "ash", "kim", "nobody"):
        with pytest.raises(CallWrong, match="cannot lead this") as refused:
            appoint(office, one, manager)
        told.add(str(refused.value).replace(f"`{one}`", "…"))
    assert len(told) == 1
    with pytest.raises(CallWrong, match="reason: is missing"):
        appoint_lead(office.broker, manager, team, "lee", " ")
    assert case_now(office) == before
    assert office.notices("team-lead") == []
    join_team(office.broker, KIM, team, "ash")
    assert appoint(office, "ash", manager).lead == "ash", "who is in it already may work elsewhere"
    never = refusal(office, by=manager, case="k-neveropened")
    assert refusal(office, by=manager).replace(team, "k-neveropened") == never, "led from there now"
    assert appoint(office, "kim", Acting("ivy", "practice-manager")).lead == "kim"
    both = Staff("kim", "ecc", frozenset({"lead-practitioner", "practice-manager"}))
    enrol_staff(office.broker, [StaffMember(both, "Kim Ward")])
    with pytest.raises(CallWrong, match="is led by you; hand it over"):
        appoint(office, by=Acting("kim", "practice-manager"))


def test_as_it_is_typed(staffed: Office) -> None:
    team, words = staffed.cases["team"], ("--by", "pat", "--as", "practice-manager", "--reason", WHY)
    folder = staffed.broker.settings.data_dir
    made = run(folder, "team", "appoint", team, *words, "--to", "lee")
    assert made.returncode == 0, made.stderr
    assert (
        made.stdout.strip() == f"lee leads {team} from now on; everybody in it is told. Whoever led stays in it."
    )
    again = run(folder, "team", "appoint", team, *words, "--to", "kim", "--leave", "--json")
    found = json.loads(again.stdout)
    assert found.keys() == {"case", "change", "at", "lead", "stays"}, "neither who led nor who is in it"
    assert (found["change"], found["lead"], found["stays"]) == ("appointed", "kim", False)
    assert run(folder, "team", "appoint", "k-never", *words, "--to", "lee").returncode == 1
