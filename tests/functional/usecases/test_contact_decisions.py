"""From a worry to its end: checks asked of agencies, the threshold decision, what the referrer hears."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from broker.canonical import canonical_json
from broker.casework import CaseKind
from broker.casework.checks import CheckAnswer, DeclineReason
from broker.casework.contact import SourceKind
from broker.casework.threshold import ThresholdOutcome
from broker.cli.contact.words import row_json
from broker.errors import CallWrong, NotAllowed
from broker.store.cases import find_cases
from broker.usecases.acting import Acting
from broker.usecases.casework.agency_checks import answer_check, ask_check, list_checks
from broker.usecases.casework.decide_contact import close_contact, decide_threshold, tell_referrer
from broker.usecases.casework.front_door_queue import list_contacts, show_contact
from broker.usecases.casework.move_case import move_case
from broker.usecases.casework.screen_contact import take_contact
from broker.vocabulary.clocks import Rating
from tests.functional.usecases.front_door_staff import DEB, NAV, SCHOOL, contact, sign_front_door, staff_front_door
from tests.functional.usecases.office import TRIAGE, Office, at_rest
from tests.functional.usecases.test_silence import two_offices
from tests.functional.usecases.test_verbs import run

WHY = "school and health both see need, and mum wants help, canary-why"


@pytest.fixture(autouse=True)
def staffed(office: Office) -> None:
    staff_front_door(office)


def taken(office: Office, **others: Any) -> str:
    case_id = contact(office, **others).case.id
    office.step()
    take_contact(office.broker, TRIAGE, case_id)
    office.step()
    return case_id


def test_a_decision_sets_the_level_from_that_instant_and_keeps_its_reason_sealed(office: Office) -> None:
    case_id = taken(office)
    made = decide_threshold(office.broker, DEB, case_id, 2, ThresholdOutcome.TAF, WHY)
    assert made.decision is not None
    assert (made.decision.level, made.decision.outcome, made.decision.by) == (2, "taf", "deb")
    last = office.entries()[-1]
    assert last.event == "threshold.decided"
    assert last.details == {"case": case_id, "level": 2, "decided": "taf", "checks_out": 0}
    with office.broker.store.look() as view:
        assert find_cases(view, [case_id])[case_id].level == 2
    shown = show_contact(office.broker, TRIAGE, case_id)
    assert WHY in shown.reasons.values()
    assert b"canary-why" not in at_rest(office)


def test_only_a_decision_maker_decides_and_nobody_without_a_reason(office: Office) -> None:
    case_id = taken(office)
    with pytest.raises(NotAllowed, match=r"may not use `contact\.decide`"):
        decide_threshold(office.broker, TRIAGE, case_id, 2, ThresholdOutcome.TAF, WHY)
    with pytest.raises(CallWrong, match="reason: is missing"):
        decide_threshold(office.broker, DEB, case_id, 2, ThresholdOutcome.TAF, "")
    with pytest.raises(CallWrong, match="is for level 4"):
        decide_threshold(office.broker, DEB, case_id, 2, ThresholdOutcome.SECTION_47, WHY)
    waiting = contact(office).case.id
    with pytest.raises(CallWrong, match="waiting to be taken"):
        decide_threshold(office.broker, DEB, waiting, 2, ThresholdOutcome.TAF, WHY)


def test_a_contact_ends_when_the_referrer_was_told_or_with_the_reason_why_not(office: Office) -> None:
    case_id = taken(office)
    decide_threshold(office.broker, DEB, case_id, 2, ThresholdOutcome.TAF, WHY)
    with pytest.raises(CallWrong, match="tell the referrer, or say why not"):
        close_contact(office.broker, TRIAGE, case_id)
    told = tell_referrer(office.broker, TRIAGE, case_id)
    assert told.text.startswith("Thank you for telling us")
    assert "Child" not in told.text
    office.step()
    assert close_contact(office.broker, TRIAGE, case_id).state == "closed"
    found = list_contacts(office.broker, TRIAGE)
    assert (found.rows, found.closed_today) == ((), 1)
    assert (
        office.ask(TRIAGE, ["child"], purpose="front-door-screening", case=case_id).refused_because
        == "case-closed"
    )


def test_somebody_unnamed_is_told_nothing_and_the_contact_still_ends(office: Office) -> None:
    case_id = taken(office, source=SourceKind.ANONYMOUS, source_code=None)
    decide_threshold(office.broker, DEB, case_id, 1, ThresholdOutcome.NO_FURTHER_ACTION, WHY)
    with pytest.raises(CallWrong, match="nobody to tell"):
        tell_referrer(office.broker, TRIAGE, case_id)
    assert close_contact(office.broker, TRIAGE, case_id).state == "closed"


def test_an_agency_sees_and_answers_its_own_checks_and_no_words(office: Office) -> None:
    case_id = taken(office, rating=Rating.AMBER)
    ask_check(office.broker, TRIAGE, case_id, "essex-police")
    office.step()
    _, school = ask_check(office.broker, TRIAGE, case_id, "oakdale-primary")
    with pytest.raises(CallWrong, match="asked already"):
        ask_check(office.broker, TRIAGE, case_id, "essex-police")
    (row,) = list_checks(office.broker, NAV)
    assert (row.case_id, row.front_door, row.people) == (case_id, "ecc", (office.people["child"],))
    assert "canary" not in repr(row)
    told = []
    for reference in (school.id, "q-neverasked"):
        with pytest.raises(NotAllowed) as refused:
            answer_check(office.broker, NAV, reference, CheckAnswer.ANSWERED)
        told.append(str(refused.value).replace(reference, "…"))
    assert told[0] == told[1]
    answer_check(office.broker, NAV, row.check.id, CheckAnswer.ANSWERED)
    office.step()
    assert list_checks(office.broker, NAV) == ()
    with pytest.raises(CallWrong, match="answered already"):
        answer_check(office.broker, NAV, row.check.id, CheckAnswer.ANSWERED)
    declined = answer_check(
        office.broker, SCHOOL, school.id, CheckAnswer.DECLINED, DeclineReason.NOT_PROPORTIONATE
    )
    assert declined.declined == "not-proportionate"
    checks = list_contacts(office.broker, TRIAGE).rows[0].checks
    assert [(one.organisation, one.state) for one in checks] == [
        ("essex-police", "answered"),
        ("oakdale-primary", "declined"),
    ]


def test_a_check_nobody_answered_surfaces_as_overdue_and_does_not_stop_a_decision(office: Office) -> None:
    case_id = taken(office, rating=Rating.RED)
    ask_check(office.broker, TRIAGE, case_id, "essex-police")
    office.step(180)
    assert list_checks(office.broker, NAV)[0].left.is_overdue
    assert list_contacts(office.broker, TRIAGE).rows[0].checks[0].state == "overdue"
    made = decide_threshold(office.broker, DEB, case_id, 4, ThresholdOutcome.SECTION_47, WHY)
    assert made.decision is not None
    assert made.decision.checks_out == 1


def test_a_service_whose_name_is_the_secret_is_never_asked(office: Office) -> None:
    case_id = taken(office)
    with pytest.raises(CallWrong, match="is never asked by a check"):
        ask_check(office.broker, TRIAGE, case_id, "essex-sexual-health")
    with pytest.raises(CallWrong, match="did you mean `essex-police`"):
        ask_check(office.broker, TRIAGE, case_id, "essex-polic")
    with pytest.raises(CallWrong, match="goes with the answer `declined`"):
        answer_check(office.broker, NAV, "q-x", CheckAnswer.DECLINED)


def test_whoever_asked_cannot_tell_answered_from_nothing_relevant(tmp_path: Path, database: str) -> None:
    """The agency knows somebody in one office and nobody in the other: not one byte differs for triage."""
    seen = []
    with two_offices(tmp_path, database) as (one, two):
        for office, answer in ((one, CheckAnswer.ANSWERED), (two, CheckAnswer.NOTHING_RELEVANT)):
            staff_front_door(office)
            office.reseed("asking a check")
            case_id = taken(office)
            _, check = ask_check(office.broker, TRIAGE, case_id, "essex-police")
            office.step()
            answer_check(office.broker, NAV, check.id, answer)
            office.step()
            rows = [row_json(row) for row in list_contacts(office.broker, TRIAGE).rows]
            shown = show_contact(office.broker, TRIAGE, case_id)
            steps = [step.kind.value for step in shown.seen.steps]
            entries = [[entry.event, dict(entry.details)] for entry in office.entries()]
            seen.append(canonical_json([rows, row_json(shown.row), steps, entries]))
    assert seen[0] == seen[1]


def test_a_navigator_decides_nothing_and_triage_answers_no_check(office: Office) -> None:
    case_id = taken(office)
    _, check = ask_check(office.broker, TRIAGE, case_id, "essex-police")
    with pytest.raises(NotAllowed, match=r"may not use `check\.answer`"):
        answer_check(office.broker, TRIAGE, check.id, CheckAnswer.ANSWERED)
    with pytest.raises(NotAllowed, match=r"may not use `check\.ask`"):
        ask_check(office.broker, Acting("nav", "navigator"), case_id, "oakdale-primary")


def test_as_they_are_typed(office: Office) -> None:
    folder = office.broker.settings.data_dir
    case_id = taken(office)
    triage, navigator = ("--by", "tri", "--as", "triage"), ("--by", "nav", "--as", "navigator")
    asked = run(folder, "contact", "ask", case_id, *triage, "--of", "essex-police")
    assert asked.returncode == 0, asked.stderr
    check = asked.stdout.split()[1]
    listed = run(folder, "contact", "checks", *navigator, columns=160)
    assert "Who they are comes in a profile" in listed.stdout
    answered = run(folder, "contact", "answer", check, *navigator, "--answer", "nothing-relevant")
    assert answered.stdout == f"Check {check} is answered.\n"
    deciding = ("--by", "deb", "--as", "decision-maker", "--level", "1", "--outcome", "advice", "--reason", WHY)
    assert "is decided" in run(folder, "contact", "decide", case_id, *deciding).stdout
    assert run(folder, "contact", "tell", case_id, *triage).stdout.startswith("Thank you")
    assert "is closed" in run(folder, "contact", "close", case_id, *triage).stdout


def test_a_contact_is_for_screening_and_for_its_decision_which_only_a_decision_maker_asks_for(
    office: Office,
) -> None:
    sign_front_door(office)
    office.record("ecc", "family-voice", ["child"], {"what_the_family_said": "We want help"})
    case_id = contact(office).case.id
    office.step()
    take_contact(office.broker, DEB, case_id)
    asking = {"about": ["child"], "purpose": "threshold-decision", "case": case_id}
    decided = office.ask(DEB, **asking)
    assert (decided.refused_because, decided.outcome) == (None, "answered")
    office.step()
    take_contact(office.broker, DEB, case_id, "tri")
    assert office.ask(TRIAGE, **asking).refused_because == "not-authorised"
    screened = office.ask(TRIAGE, ["child"], purpose="front-door-screening", case=case_id)
    assert screened.refused_because is None


def test_what_a_decision_is_made_for_ends_when_the_contact_goes_on(office: Office) -> None:
    case_id = taken(office)
    with office.broker.store.look() as view:
        assert find_cases(view, [case_id])[case_id].purposes == {"front-door-screening", "threshold-decision"}
    decide_threshold(office.broker, DEB, case_id, 4, ThresholdOutcome.SECTION_47, WHY)
    office.step()
    moved = move_case(office.broker, TRIAGE, case_id, CaseKind.ENQUIRY, 4, frozenset({"deb"}), WHY)
    assert moved.case.purposes == {"front-door-screening"}
    asked = office.ask(DEB, ["child"], purpose="threshold-decision", case=case_id)
    assert asked.refused_because == "purpose-not-in-case"
