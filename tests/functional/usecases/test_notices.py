"""Notices wait until somebody who may read them closes them; alerts are read by those who decide, never by whom
they are about."""

from __future__ import annotations

import json

import pytest

from broker.casework import Staff
from broker.casework.staff import StaffMember
from broker.errors import CallWrong, NotAllowed
from broker.people import ProtectionMarker
from broker.usecases.acting import Acting
from broker.usecases.casework.cases import join_team
from broker.usecases.consent.withdraw_consent import Withdrawal, withdraw_consent
from broker.usecases.notices import Finding, close_notice, list_notices
from broker.usecases.posts.enrol_staff import enrol_staff
from tests.functional.usecases.office import KIM, OFFICER, SCHOOL_LEAD, TOM, TRIAGE, Office
from tests.functional.usecases.test_consent import given_for
from tests.functional.usecases.test_verbs import run


def withdrawn(office: Office) -> str:
    """The child's sharing is withdrawn after Kim has received something: the release's id."""
    released = office.ask().id
    office.step()
    withdraw_consent(office.broker, KIM, Withdrawal(given_for(office, "child")))
    office.step()
    return released


def topics(office: Office, acting: Acting | None) -> list[str]:
    return [one.topic for one in list_notices(office.broker, acting)]


def test_a_withdrawal_waits_until_it_is_closed_and_both_are_in_the_log(office: Office) -> None:
    released = withdrawn(office)
    count = len(office.entries())
    (waiting,) = list_notices(office.broker, KIM)
    assert (waiting.topic, waiting.recipient, waiting.disclosure) == ("withdrawal", "ecc", released)
    assert waiting.about == (office.people["child"],)
    assert ("attendance", "oakdale-primary") in waiting.cells
    assert topics(office, KIM) == ["withdrawal"], "a list tells nobody"
    close_notice(office.broker, KIM, waiting.notice_id, Finding.TOLD)
    assert topics(office, KIM) == []
    listed, again, closed, _ = office.entries()[count:]
    assert (listed.event, listed.details["report"], listed.details["rows"]) == ("report.produced", "notices", 1)
    assert again.event == "report.produced"
    assert (closed.event, closed.actor) == ("alert.closed", "kim")
    assert dict(closed.details) == {"alert": waiting.notice_id, "finding": "told"}
    with pytest.raises(CallWrong, match="waits for nobody here"):
        close_notice(office.broker, KIM, waiting.notice_id, Finding.TOLD)


def test_a_recall_is_for_whoever_asked_the_case_and_those_who_decide_and_nobody_else(office: Office) -> None:
    withdrawn(office)
    assert topics(office, TOM) == []
    assert topics(office, TRIAGE) == []
    assert topics(office, SCHOOL_LEAD) == [], "it waits for another organisation"
    assert topics(office, OFFICER) == ["withdrawal"]
    (waiting,) = list_notices(office.broker, KIM)
    with pytest.raises(CallWrong, match="waits for nobody here"):
        close_notice(office.broker, TOM, waiting.notice_id, Finding.ACKNOWLEDGED)
    join_team(office.broker, KIM, office.cases["team"], "tom")
    office.step()
    assert topics(office, TOM) == ["withdrawal"]


def test_a_silent_alert_is_for_those_who_decide_and_never_for_whom_it_is_about(office: Office) -> None:
    sister = Staff("jo", "ecc", frozenset({"team-member"}), links=frozenset({office.people["mum"]}))
    both = Staff("kay", "ecc", frozenset({"safeguarding-lead"}), links=frozenset({office.people["mum"]}))
    enrol_staff(office.broker, [StaffMember(sister, "Jo Park"), StaffMember(both, "Kay Dunn")])
    jo, kay = Acting("jo", "team-member"), Acting("kay", "safeguarding-lead")
    for who in (jo, kay):
        join_team(office.broker, KIM, office.cases["team"], who.by)
        office.step()
        assert office.ask(who).refused_because == "not-available"
    office.step()
    assert topics(office, jo) == []
    assert topics(office, KIM) == []
    assert topics(office, OFFICER) == ["alert-conflict-of-interest"] * 2
    (seen,) = list_notices(office.broker, kay)
    assert seen.about == (office.people["mum"], office.people["child"])


def test_a_silent_alert_is_not_shown_to_whom_it_is_about_in_another_post_either(office: Office) -> None:
    for staff_id, role in (("jo", "team-member"), ("jo-again", "safeguarding-lead")):
        office.enrol_one(staff_id, "Jo Park", "ecc", role, person=office.people["mum"])
    join_team(office.broker, KIM, office.cases["team"], "jo")
    office.step()
    assert office.ask(Acting("jo", "team-member")).refused_because == "not-available"
    office.step()
    assert topics(office, OFFICER) == ["alert-conflict-of-interest"]
    assert topics(office, Acting("jo-again", "safeguarding-lead")) == []


def test_alerts_about_people_nobody_knows_wait_for_the_holder_of_the_keys(office: Office) -> None:
    office.mark("partner", ProtectionMarker.PROTECTED)
    office.step()
    assert topics(office, OFFICER) == []
    assert topics(office, None) == ["mark-household"]
    assert office.entries()[-1].actor == "operator"


def test_a_role_without_the_verb_lists_nothing_and_the_refusal_is_logged(office: Office) -> None:
    office.enrol_one("ann", "Ann Moss", "ecc", "administrator")
    with pytest.raises(NotAllowed):
        list_notices(office.broker, Acting("ann", "administrator"))
    assert office.entries()[-1].event == "access.refused"


def test_the_verbs_as_typed(office: Office) -> None:
    withdrawn(office)
    folder = office.broker.settings.data_dir
    who = ("--by", "kim", "--as", "lead-practitioner")
    (one,) = json.loads(run(folder, "notices", "list", *who, "--json").stdout)["notices"]
    shown = run(folder, "notices", "list", *who).stdout
    assert one["topic"] in shown
    said = next(line for line in " ".join(shown.split()).split("stop using: ") if "School attendance" in line)
    assert "Oakdale Primary School" in said.partition("School attendance")[2]
    closed = run(folder, "notices", "close", one["notice"], *who, "--finding", "told", "--json")
    assert closed.returncode == 0, closed.stderr
    assert json.loads(closed.stdout) == {**one, "finding": "told"}
    assert "No notice waits." in run(folder, "notices", "list", *who).stdout
    assert run(folder, "notices", "close", one["notice"], *who).returncode == 2


def test_after_a_withdrawal_a_notice_waits_and_nobody_is_said_to_be_told(office: Office) -> None:
    office.ask()
    withdrawal = ("consent", "withdraw", given_for(office, "child"), "--by", "kim", "--as", "lead-practitioner")
    said = run(office.broker.settings.data_dir, *withdrawal).stdout
    assert "A notice waits for: Essex County Council, who received something in d-" in " ".join(said.split())
    assert "Told:" not in said
    listed = run(
        office.broker.settings.data_dir, "notices", "list", "--by", "kim", "--as", "lead-practitioner"
    ).stdout
    asked_to_stop = [line for line in listed.splitlines() if line.startswith("  stop using: ")]
    assert asked_to_stop, listed
    assert "(from " in " ".join(listed.split())
    assert "oakdale-primary" not in listed, "organisations are called by their names"
