"""What becomes of a case: stepping up and down, reviews, a change of purpose, restriction. Access follows."""

from __future__ import annotations

from datetime import timedelta

import pytest

from broker.casework import CaseKind, Staff
from broker.casework.authority import Settled
from broker.casework.moves import CloseReason
from broker.casework.staff import StaffMember
from broker.casework.threshold import ThresholdOutcome
from broker.errors import CallWrong, NotAllowed
from broker.people import ProtectionMarker
from broker.store.cases import find_cases
from broker.usecases.acting import Acting
from broker.usecases.casework.cases import close_case, join_team
from broker.usecases.casework.decide_contact import decide_threshold
from broker.usecases.casework.front_door_queue import list_contacts
from broker.usecases.casework.move_case import list_due, move_case, review_case, show_case
from broker.usecases.casework.screen_contact import take_contact
from broker.usecases.posts.enrol_staff import enrol_staff
from broker.usecases.rules.proposals import (
    list_proposals,
    propose_lift,
    propose_purpose,
    restrict_case,
    settle_proposal,
)
from tests.functional.usecases.front_door_staff import ANN, DEB, contact, staff_front_door
from tests.functional.usecases.office import KIM, TOM, TRIAGE, Office, at_rest
from tests.functional.usecases.test_verbs import run

PAT = Acting("pat", "practice-manager")
SOC = Acting("soc", "social-worker")
WHY = "significant harm is suspected, canary-why"


@pytest.fixture(autouse=True)
def staffed(office: Office) -> None:
    staff_front_door(office)
    office.enrol_one("pat", "Pat Lowe", "ecc", "practice-manager")
    office.step()


def purposes(office: Office) -> frozenset[str]:
    with office.broker.store.look() as view:
        return find_cases(view, [office.cases["team"]])[office.cases["team"]].purposes


def test_a_team_steps_up_and_only_those_named_go_on(office: Office) -> None:
    team = office.cases["team"]
    join_team(office.broker, KIM, team, "tom")
    office.step()
    moved = move_case(office.broker, KIM, team, CaseKind.ENQUIRY, 4, frozenset({"soc", "tom"}), WHY)
    assert (moved.case.kind, moved.case.level, moved.move.direction) == ("enquiry", 4, "step up")
    assert office.ask(KIM).refused_because == "not-in-team"
    assert office.ask(TOM).outcome == "answered"
    events = [(entry.event, entry.details.get("member")) for entry in office.entries()[-5:-2]]
    assert events == [("case.moved", None), ("team.joined", "soc"), ("team.left", "kim")]
    with pytest.raises(NotAllowed, match="not one you are a member of"):
        show_case(office.broker, KIM, team)
    office.step()
    shown = show_case(office.broker, SOC, team)
    assert WHY in shown.reasons.values()
    assert b"canary-why" not in at_rest(office)


def test_a_move_needs_a_reason_names_and_a_way(office: Office) -> None:
    team = office.cases["team"]
    with pytest.raises(CallWrong, match="reason: is missing"):
        move_case(office.broker, KIM, team, CaseKind.ENQUIRY, 4, frozenset({"soc"}), " ")
    with pytest.raises(CallWrong, match="name at least one"):
        move_case(office.broker, KIM, team, CaseKind.ENQUIRY, 4, frozenset(), WHY)
    with pytest.raises(CallWrong, match="in post here"):
        move_case(office.broker, KIM, team, CaseKind.ENQUIRY, 4, frozenset({"nobody"}), WHY)
    with pytest.raises(CallWrong, match="cannot become `plan`"):
        move_case(office.broker, KIM, team, CaseKind.PLAN, 4, frozenset({"soc"}), WHY)


def test_a_contact_goes_on_only_once_it_was_decided_about(office: Office) -> None:
    case_id = contact(office).case.id
    office.step()
    take_contact(office.broker, TRIAGE, case_id)
    with pytest.raises(CallWrong, match="can be done while a contact is decided"):
        move_case(office.broker, TRIAGE, case_id, CaseKind.ENQUIRY, 4, frozenset({"soc"}), WHY)
    with pytest.raises(CallWrong, match="closed with `broker contact close`"):
        close_case(office.broker, TRIAGE, case_id)
    office.step()
    decide_threshold(office.broker, DEB, case_id, 4, ThresholdOutcome.SECTION_47, WHY)
    office.step()
    moved = move_case(office.broker, TRIAGE, case_id, CaseKind.ENQUIRY, 4, frozenset({"soc"}), WHY)
    assert moved.case.kind is CaseKind.ENQUIRY
    office.step()
    found = list_contacts(office.broker, ANN)
    assert (found.rows, found.closed_today) == ((), 1)


def test_reviews_are_due_as_the_area_says_and_from_each_review_again(office: Office) -> None:
    (row,) = list_due(office.broker, KIM)
    assert row.review_due_at is not None
    assert row.review_due_at.date().isoformat() == "2026-03-29"
    assert not row.overdue
    office.clock.advance(timedelta(days=40))
    assert list_due(office.broker, KIM)[0].overdue
    after = review_case(office.broker, KIM, office.cases["team"], "attendance is up; go on")
    assert after.review_due_at is not None
    assert not after.overdue


def test_a_purpose_changes_the_instant_a_manager_allows_it_and_the_old_one_stays_on_record(office: Office) -> None:
    team = office.cases["team"]
    made = propose_purpose(office.broker, KIM, team, "family-support", "section-47", "pat", WHY)
    office.step()
    assert purposes(office) == {"family-support"}
    assert office.ask(KIM).outcome == "answered"
    (asked,) = list_proposals(office.broker, PAT)
    assert (asked.case_id, asked.reason, asked.proposal.after) == (team, WHY, "section-47")
    office.step()
    settle_proposal(office.broker, PAT, made.proposal.id, Settled.AUTHORISED, "")
    assert purposes(office) == {"section-47"}
    assert office.ask(KIM).refused_because == "purpose-not-in-case"
    changed = next(entry for entry in reversed(office.entries()) if entry.event == "purpose.changed")
    told = {"case": team, "from": "family-support", "to": "section-47", "proposed_by": "kim"}
    assert (changed.actor, changed.details) == ("pat", told)
    assert list_proposals(office.broker, PAT) == ()


def test_nobody_allows_what_they_proposed_and_only_whoever_was_asked(office: Office) -> None:
    team = office.cases["team"]
    for manager in ("kim", "tom", "nobody", "nav"):
        with pytest.raises(CallWrong, match="cannot allow this"):
            propose_purpose(office.broker, KIM, team, "family-support", "section-47", manager, WHY)
    both = Staff("kim", "ecc", frozenset({"lead-practitioner", "practice-manager"}))
    enrol_staff(office.broker, [StaffMember(both, "Kim Ward")])
    office.step()
    with pytest.raises(CallWrong, match="cannot allow this"):
        propose_purpose(office.broker, KIM, team, "family-support", "section-47", "kim", WHY)
    made = propose_purpose(office.broker, KIM, team, "family-support", "section-47", "pat", WHY)
    told = []
    for reference in (made.proposal.id, "a-neverproposed"):
        office.step()
        with pytest.raises(NotAllowed) as refused:
            settle_proposal(office.broker, Acting("kim", "practice-manager"), reference, Settled.AUTHORISED, "")
        told.append(str(refused.value).replace(reference, "…"))
    assert told[0] == told[1]
    with pytest.raises(CallWrong, match="is open already"):
        propose_purpose(office.broker, KIM, team, "family-support", "section-17", "pat", WHY)
    assert purposes(office) == {"family-support"}


def test_a_proposal_fits_the_case_and_a_declined_one_changes_nothing(office: Office) -> None:
    team = office.cases["team"]
    for before, after, said in (
        ("section-17", "section-47", "is not what the case is for"),
        ("family-support", "family-support", "is what the case is for already"),
        ("family-support", "section-4", "did you mean"),
    ):
        with pytest.raises(CallWrong, match=said):
            propose_purpose(office.broker, KIM, team, before, after, "pat", WHY)
    made = propose_purpose(office.broker, KIM, team, "family-support", "section-47", "pat", WHY)
    office.step()
    with pytest.raises(CallWrong, match="why not"):
        settle_proposal(office.broker, PAT, made.proposal.id, Settled.DECLINED, "")
    settle_proposal(office.broker, PAT, made.proposal.id, Settled.DECLINED, "section 17 first")
    assert purposes(office) == {"family-support"}
    with pytest.raises(CallWrong, match="was declined already"):
        settle_proposal(office.broker, PAT, made.proposal.id, Settled.AUTHORISED, "")


def test_a_restriction_bites_at_once_and_lifting_it_takes_two(office: Office) -> None:
    case_id = contact(office).case.id
    office.step()
    take_contact(office.broker, TRIAGE, case_id)
    office.step()
    made = restrict_case(office.broker, TRIAGE, case_id, "pat", "a colleague is a neighbour")
    assert made.case.restricted
    office.step()
    assert list_contacts(office.broker, ANN).rows == ()
    assert len(list_contacts(office.broker, TRIAGE).rows) == 1
    refused = office.ask(ANN, ["child"], purpose="front-door-screening", case=case_id)
    assert refused.refused_because == "not-in-team"
    settle_proposal(office.broker, PAT, made.proposal.id, Settled.AUTHORISED, "")
    office.step()
    with pytest.raises(CallWrong, match="restricted already"):
        restrict_case(office.broker, TRIAGE, case_id, "pat", WHY)
    lift = propose_lift(office.broker, TRIAGE, case_id, "pat", "the colleague has moved on")
    office.step()
    assert lift.case.restricted
    assert list_contacts(office.broker, ANN).rows == ()
    settle_proposal(office.broker, PAT, lift.proposal.id, Settled.AUTHORISED, "")
    office.step()
    assert len(list_contacts(office.broker, ANN).rows) == 1


def test_even_declined_a_restriction_stands_until_lifting_it_is_allowed(office: Office) -> None:
    made = restrict_case(office.broker, KIM, office.cases["team"], "pat", WHY)
    office.step()
    declined = settle_proposal(office.broker, PAT, made.proposal.id, Settled.DECLINED, "no need")
    assert declined.case.restricted


def test_what_was_said_is_not_shown_where_somebody_it_may_be_of_is_protected(office: Office) -> None:
    review_case(office.broker, KIM, office.cases["team"], WHY)
    office.step()
    office.mark("partner", ProtectionMarker.PROTECTED)
    office.step()
    shown = show_case(office.broker, KIM, office.cases["team"])
    assert shown.reasons == {}
    assert office.people["partner"] not in shown.case.about


def test_somebody_with_a_personal_connection_does_not_read_a_case_and_it_alerts(office: Office) -> None:
    kim = Staff("kim", "ecc", frozenset({"lead-practitioner"}), links=frozenset({office.people["mum"]}))
    enrol_staff(office.broker, [StaffMember(kim, "Kim Ward")])
    office.step()
    with pytest.raises(NotAllowed, match="ask a colleague"):
        show_case(office.broker, KIM, office.cases["team"])
    assert len(office.notices("alert-conflict-of-interest")) == 1


def test_a_team_is_closed_with_its_reason_and_everybody_is_out(office: Office) -> None:
    close_case(office.broker, KIM, office.cases["team"], CloseReason.CONSENT_WITHDRAWN)
    assert office.entries()[-1].details["reason"] == "consent-withdrawn"
    assert office.ask(KIM).refused_because == "case-closed"


def test_as_they_are_typed(office: Office) -> None:
    folder, team = office.broker.settings.data_dir, office.cases["team"]
    kim, pat = ("--by", "kim", "--as", "lead-practitioner"), ("--by", "pat", "--as", "practice-manager")
    assert team in run(folder, "case", "due", *kim).stdout
    change = ("--from", "family-support", "--to", "section-47", "--manager", "pat", "--reason", WHY)
    proposed = run(folder, "case", "purpose", team, *kim, *change)
    assert proposed.returncode == 0, proposed.stderr
    reference = proposed.stdout.split()[1]
    assert reference in run(folder, "case", "proposals", *pat, columns=200).stdout
    assert "is authorised" in run(folder, "case", "allow", reference, *pat).stdout
    moved = run(
        folder, "case", "move", team, *kim, "--kind", "enquiry", "--level", "4", "--member", "soc", "--reason", WHY
    )
    assert moved.stdout == f"Case {team}: step up: enquiry, level 4. In it now: soc.\n"
