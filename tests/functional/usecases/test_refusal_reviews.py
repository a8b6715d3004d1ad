"""When a family says no, somebody asks what that means; whether the family knows is written down."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from broker.audit.events import Event
from broker.casework import CaseKind
from broker.casework.moves import CloseReason
from broker.casework.refusal import RefusalFinding
from broker.casework.telling import How, NotNow
from broker.consent.record import ConsentDecision, ConsentKind
from broker.errors import CallWrong, NotAllowed
from broker.people import ProtectionMarker
from broker.release.disclosure import as_mapping
from broker.store.cases import find_cases
from broker.usecases.acting import Acting
from broker.usecases.casework.cases import NewCase, close_case, open_case
from broker.usecases.casework.move_case import show_case
from broker.usecases.consent.refusal_reviews import NewFinding, answer_review, list_reviews
from broker.usecases.consent.tell_family import list_told, record_not_told, record_told
from broker.usecases.consent.withdraw_consent import Withdrawal, withdraw_consent
from tests.functional.usecases.office import KIM, TOM, TRIAGE, Office, at_rest
from tests.functional.usecases.test_verbs import run

SOC = Acting("soc", "social-worker")
ADVICE = NewFinding(RefusalFinding.CLOSE_WITH_ADVICE, "canary-reason: school sees them daily")


def refuse(office: Office, about: str = "mum", **scope: object) -> None:
    office.consent(about, "mum", ConsentDecision.REFUSED, **scope)


def test_a_refusal_opens_one_review_in_the_familys_case_and_costs_no_entry(office: Office) -> None:
    before = len(office.entries())
    refuse(office)
    assert [entry.event for entry in office.entries()[before:]] == [Event.CONSENT_REFUSED]
    (review,) = list_reviews(office.broker, KIM)
    assert (review.case_id, review.about) == (office.cases["team"], office.people["mum"])
    refuse(office)
    assert len(list_reviews(office.broker, KIM)) == 1
    with office.broker.store.look() as view:
        assert find_cases(view, [review.case_id])[review.case_id].closed_at is None, "nothing follows by itself"


def test_a_withdrawal_opens_one_too(office: Office) -> None:
    given = office.consent("mum", "mum").consent_id
    office.step()
    withdraw_consent(office.broker, KIM, Withdrawal(given))
    assert len(list_reviews(office.broker, KIM)) == 1


def test_what_is_no_refusal_of_help_opens_none(office: Office) -> None:
    refuse(office, categories=frozenset({"attendance"}))
    refuse(office, kind=ConsentKind.CONFIDENTIALITY)
    office.consent("child", "partner", ConsentDecision.REFUSED)
    assert list_reviews(office.broker, KIM) == (), "the partner cannot decide for the child"
    new = NewCase(CaseKind.ENQUIRY, 4, frozenset({"section-47"}), frozenset({office.people["mum"]}))
    office.step()
    enquiry = open_case(office.broker, SOC, new).case.id
    refuse(office)
    assert enquiry not in {one.case_id for one in list_reviews(office.broker, SOC)}


def test_only_members_of_the_case_see_and_answer_it(office: Office) -> None:
    refuse(office)
    (review,) = list_reviews(office.broker, KIM)
    assert list_reviews(office.broker, TRIAGE) == ()
    with pytest.raises(NotAllowed, match="none of your cases'"):
        answer_review(office.broker, TRIAGE, review.id, ADVICE)
    office.step()
    done = answer_review(office.broker, KIM, review.id, ADVICE)
    assert (done.finding, done.reviewed_by) == (RefusalFinding.CLOSE_WITH_ADVICE, "kim")
    last = office.entries()[-1]
    assert (last.event, last.details["finding"], last.details["late"]) == (
        Event.REFUSAL_REVIEWED,
        "close-with-advice",
        False,
    )
    with pytest.raises(CallWrong, match="answered already"):
        answer_review(office.broker, KIM, review.id, ADVICE)
    reasons = show_case(office.broker, KIM, office.cases["team"]).reasons.values()
    assert ADVICE.reason in reasons
    assert b"canary-reason" not in at_rest(office)


def test_stepping_up_needs_more_than_the_no_and_going_on_a_power_for_this_case(office: Office) -> None:
    refuse(office)
    (review,) = list_reviews(office.broker, KIM)
    with pytest.raises(CallWrong, match="apart from the no"):
        answer_review(office.broker, KIM, review.id, NewFinding(RefusalFinding.STEP_UP, "they said no"))
    for power, because in (("ca89-47", "not for what this case is for"), ("ca04-16la", "not in force")):
        with pytest.raises(CallWrong, match=because):
            answer_review(office.broker, KIM, review.id, NewFinding(RefusalFinding.GO_ON, "why", power=power))
    go_on = NewFinding(RefusalFinding.GO_ON, "attendance is the school's own task", power="ca04-10")
    assert answer_review(office.broker, KIM, review.id, go_on).power == "ca04-10"


def test_a_review_nobody_answered_surfaces(office: Office) -> None:
    refuse(office)
    office.step(60 * 24 * 6)
    (notice,) = office.notices("refusal-review-late")
    assert (notice.notice.recipient, notice.notice.body) == ("ecc", {"case": office.cases["team"]})
    (review,) = list_reviews(office.broker, KIM)
    answer_review(office.broker, KIM, review.id, ADVICE)
    assert office.notices("refusal-review-late") == []


def test_somebody_protected_has_no_review_to_be_seen(office: Office) -> None:
    refuse(office)
    office.step()
    office.mark("mum", ProtectionMarker.PROTECTED)
    assert list_reviews(office.broker, KIM) == ()


# Does the family know?


def test_members_of_the_case_see_who_was_told_and_the_profile_says_it_in_a_line(office: Office) -> None:
    told = as_mapping(office.ask())["family_told"]
    assert (
        told
        == "Not told, as far as is written down: Mum Testing, Child Testing. Ask your lead before you speak of it."
    )
    office.step()
    record_told(office.broker, KIM, office.cases["team"], office.people["mum"], How.IN_PERSON)
    said = as_mapping(office.ask())["family_told"]
    assert said.startswith("Told of this sharing: Mum Testing on 2 March 2026. Not told")
    last = next(one for one in reversed(office.entries()) if one.event == Event.PERSON_INFORMED)
    assert (last.details["about_act"], last.details["how"], last.outcome) == ("sharing", "in-person", "done")


def test_whoever_is_not_in_the_case_reads_no_line(office: Office) -> None:
    office.enrol_one("ann", "Ann Bell", "ecc", "triage")
    purposes = frozenset({"front-door-screening"})
    office.step()
    new = NewCase(CaseKind.CONTACT, 3, purposes, frozenset(office.people.values()))
    contact = open_case(office.broker, TRIAGE, new).case.id
    how = {"purpose": "front-door-screening", "case": contact}
    assert as_mapping(office.ask(TRIAGE, **how))["family_told"]
    outside = as_mapping(office.ask(Acting("ann", "triage"), **how))
    assert (outside["outcome"], outside["family_told"]) == ("answered", None)


def test_why_somebody_is_not_told_is_in_no_profile_and_is_looked_at_again(office: Office) -> None:
    day = office.clock.now() + timedelta(days=20)
    team, child = office.cases["team"], office.people["child"]
    before = as_mapping(office.ask())["family_told"]
    record_not_told(office.broker, KIM, team, child, NotNow.COULD_HARM, "canary-not: he reads it", day)
    assert as_mapping(office.ask())["family_told"] == before
    first = list_told(office.broker, KIM)[0]
    assert first.told is None, "what nobody wrote down comes first"
    (mine,) = [one for one in list_told(office.broker, KIM) if one.about == child]
    assert (mine.reason, mine.told.because if mine.told else None) == (
        "canary-not: he reads it",
        NotNow.COULD_HARM,
    )
    assert b"canary-not" not in at_rest(office)
    office.clock.at = day
    (notice,) = office.notices("family-look-again")
    assert notice.notice.body == {"to": "kim", "case": team}
    record_told(office.broker, KIM, team, child, How.LETTER)
    assert office.notices("family-look-again") == []


def test_nobody_outside_the_case_writes_or_reads_it(office: Office) -> None:
    with pytest.raises(NotAllowed, match="not one you are a member of"):
        record_told(office.broker, TOM, office.cases["team"], office.people["mum"], How.PHONE)
    with pytest.raises(CallWrong, match="nobody this case is about"):
        record_told(office.broker, KIM, office.cases["team"], "p-never", How.PHONE)
    later = office.clock.now() + timedelta(days=1)
    with pytest.raises(CallWrong, match="lies in the future"):
        record_told(office.broker, KIM, office.cases["team"], office.people["mum"], How.PHONE, later)
    assert list_told(office.broker, TOM) == ()


def test_refusals_and_told_as_they_are_typed(office: Office) -> None:
    refuse(office)
    folder, me = office.broker.settings.data_dir, ("--by", "kim", "--as", "lead-practitioner")
    listed = json.loads(run(folder, "refusal", "list", *me, "--json").stdout)
    assert "never evidence of harm" in listed["said"]
    review = listed["reviews"][0]["review"]
    words = ("--finding", "close-with-advice", "--reason", "they know how to come back")
    done = run(folder, "refusal", "review", review, *me, *words)
    assert done.returncode == 0, done.stderr
    assert "Nothing has changed by itself" in done.stdout
    team, mum = office.cases["team"], office.people["mum"]
    made = run(folder, "told", "record", team, *me, "--about", mum, "--how", "letter", "--json")
    assert json.loads(made.stdout)["how"] == "letter"
    rows = json.loads(run(folder, "told", "list", *me, "--case", team, "--json").stdout)["people"]
    assert {row["about"]: row["how"] for row in rows}[mum] == "letter"


def test_a_case_is_not_closed_over_a_no_that_nobody_answered(office: Office) -> None:
    refuse(office)
    (review,) = list_reviews(office.broker, KIM)
    with pytest.raises(CallWrong, match=f"refusal review {review.id}"):
        close_case(office.broker, KIM, office.cases["team"], CloseReason.CONSENT_WITHDRAWN)
    answer_review(office.broker, KIM, review.id, ADVICE)
    office.step()
    closed = close_case(office.broker, KIM, office.cases["team"], CloseReason.CONSENT_WITHDRAWN)
    assert closed.case.closed_at is not None


def test_the_no_of_somebody_protected_since_stops_nobody_and_is_not_told_of(office: Office) -> None:
    refuse(office, "mum")
    office.mark("mum", ProtectionMarker.PROTECTED)
    office.step()
    assert close_case(office.broker, KIM, office.cases["team"], CloseReason.COMPLETED).case.closed_at is not None
