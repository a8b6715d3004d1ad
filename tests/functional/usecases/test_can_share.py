"""May I share? The agreements in force answer, about anybody; and what was remembered never outlives a change."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from broker.audit.events import Event
from broker.consent.record import ConsentKind
from broker.errors import CallWrong
from broker.sharing.answer import Answer, Decider, Question, Verdict
from broker.sharing.words import headline, say_answer
from broker.usecases.agreements.sign_agreement import withdraw_signature
from broker.usecases.rules.can_share import can_share, can_share_anything, share_matrix
from tests.functional.usecases.office import SIRO, Office
from tests.functional.usecases.test_verbs import run

ARREARS = Question("chelmsford-housing", "ecc", "lead-practitioner", "family-support", "tenancy-arrears")


def asked(
    office: Office, category: str, controller: str = "oakdale-primary", role: str = "lead-practitioner"
) -> Answer:
    return can_share(office.broker, Question(controller, "ecc", role, "family-support", category))


def set_clock(office: Office, at: datetime) -> None:
    office.clock.at = at


def test_arrears_go_to_the_lead_practitioner_if_the_family_agrees(office: Office) -> None:
    answer = can_share(office.broker, ARREARS)
    [line] = answer.lines
    assert line.verdict is Verdict.IF_AGREED
    assert [one.clause for one in line.cited] == ["family-support@1#4.5"]
    assert line.consents == {ConsentKind.ENGAGEMENT}
    assert line.deciders == {Decider.PERSON, Decider.PARENT}
    said = say_answer(answer, office.broker.partnership.vocabulary)
    assert said.lines[0].headline == "Yes, if the family agrees"
    assert said.lines[0].consent == "Agreement to early help."
    assert said.lines[0].who_can_agree[0].startswith("From 16 years of age the person themselves")
    assert "Only what happened in the last year." in said.lines[0].clauses[0].conditions


def test_attendance_is_another_answer_for_other_ages(office: Office) -> None:
    answer = asked(office, "attendance")
    assert [headline(line) for line in answer.lines] == [
        "Yes, if the family agrees – about somebody aged 4 to 17",
        "No – about somebody under 4 or somebody aged 18 or over",
    ]


def test_what_keeps_staff_safe_needs_nobody_to_be_asked(office: Office) -> None:
    assert asked(office, "staff-safety", "essex-police").verdict is Verdict.YES


def test_an_incident_is_for_the_police_to_decide_once_the_family_has_agreed(office: Office) -> None:
    [line] = asked(office, "police-incidents", "essex-police").lines
    assert line.verdict is Verdict.ASK_HOLDER
    assert line.holder
    assert line.consents == {ConsentKind.ENGAGEMENT}


def test_what_the_law_forbids_is_no_with_its_words_and_no_emergency_opens_it(office: Office) -> None:
    question = Question("dwp", "ecc", "revenue-officer", "debt-recovery", "benefits")
    answer = can_share(office.broker, question)
    assert answer.verdict is Verdict.NO
    assert [one.clause for one in answer.lines[0].bans] == [f"statutory@1#SSA.{one}" for one in (1, 2, 3)]
    assert answer.emergency is None
    assert say_answer(answer, office.broker.partnership.vocabulary).ask == ("Nobody: nothing changes this.",)
    assert asked(office, "adoption-link", "ecc").emergency is None


def test_a_job_that_may_not_ask_is_told_which_may(office: Office) -> None:
    answer = asked(office, "attendance", role="triage")
    assert answer.verdict is Verdict.NO
    said = say_answer(answer, office.broker.partnership.vocabulary)
    assert "Lead practitioner" in said.lines[0].why_not[0]


def test_whoever_has_not_signed_is_named_and_a_signature_tells_at_once(empty_office: Office) -> None:
    office = empty_office
    office.agree(["ecc"])
    answer = asked(office, "attendance")
    assert headline(answer.lines[0]) == "Not yet: one organisation has not signed – about somebody aged 4 to 17"
    said = say_answer(answer, office.broker.partnership.vocabulary)
    assert said.lines[0].missing == (
        "Oakdale Primary School has not signed Family support and team around the family (version 1).",
    )
    office.step()
    office.sign("oakdale-primary")
    office.step()
    assert asked(office, "attendance").verdict is Verdict.IF_AGREED
    office.step()
    withdraw_signature(office.broker, SIRO, "family-support", 1, "oakdale-primary", "the governors asked")
    office.step()
    assert asked(office, "attendance").verdict is Verdict.NOT_YET


def test_an_agreement_that_lapses_meanwhile_is_not_remembered_as_alive(office: Office) -> None:
    assert can_share(office.broker, ARREARS).verdict is Verdict.IF_AGREED
    set_clock(office, datetime(2027, 3, 31, 12, tzinfo=UTC))
    assert can_share(office.broker, ARREARS).verdict is Verdict.IF_AGREED
    set_clock(office, datetime(2027, 3, 31, 23, tzinfo=UTC))
    answer = can_share(office.broker, ARREARS)
    assert headline(answer.lines[0]) == "Not yet: the agreement is not in force"


def test_nothing_of_anybody_comes_into_it_and_nothing_is_written(office: Office) -> None:
    before = [can_share(office.broker, ARREARS), *can_share_anything(office.broker, ARREARS)]
    entries = len(office.entries())
    office.consent("mum", "mum", kind=ConsentKind.OBJECTION)
    office.record("chelmsford-housing", "tenancy-arrears", ["mum"], {"arrears_pounds": 900})
    assert [can_share(office.broker, ARREARS), *can_share_anything(office.broker, ARREARS)] == before
    told = {entry.event for entry in office.entries()[entries:]}
    assert told == {Event.OBJECTION_RAISED, Event.RECORDS_INGESTED}


def test_the_matrix_says_what_each_answer_says(office: Office) -> None:
    found = share_matrix(office.broker, "oakdale-primary", "family-support")
    assert found.columns
    assert "attendance" in {row.category for row in found.rows}
    for row in found.rows:
        for column, square in zip(found.columns, row.squares, strict=True):
            for recipient in column.organisations:
                question = Question("oakdale-primary", recipient, column.role, "family-support", row.category)
                assert can_share(office.broker, question).verdict is square.verdict
    assert "adoption-link" in found.others


@pytest.mark.parametrize(
    ("field", "value"),
    [("controller", "nowhere"), ("recipient", ""), ("role", "queen"), ("purpose", "fun"), ("category", "gossip")],
)
def test_a_code_that_nobody_knows_is_refused_with_its_field(office: Office, field: str, value: str) -> None:
    asked_for = {name: getattr(ARREARS, name) for name in Question.__dataclass_fields__} | {field: value}
    with pytest.raises(CallWrong) as refused:
        can_share(office.broker, Question(**asked_for))
    assert refused.value.where in {"from", "to", "role", "purpose", "category"}


def test_the_verb(office: Office) -> None:
    folder = office.broker.settings.data_dir
    words = ["can-share", "--from", "chelmsford-housing", "--to", "ecc", "--role", "lead-practitioner"]
    words += ["--purpose", "family-support"]
    shown = run(folder, *words, "--category", "tenancy-arrears")
    assert shown.returncode == 0, shown.stderr
    assert "\nYes, if the family agrees\n" in shown.stdout
    assert "The landlord shares the tenancy and arrears of the last year" in " ".join(shown.stdout.split())
    told = run(folder, *words, "--category", "tenancy-arrears", "--json")
    assert json.loads(told.stdout)["answer"] == "yes-if-agreed"
    everything = json.loads(run(folder, *words, "--json").stdout)
    assert len(everything) == len(office.broker.partnership.vocabulary.categories)
    assert run(folder, *words).returncode == 0
    refused = run(folder, *words, "--category", "attendance")
    assert refused.returncode == 1
    assert run(folder, *words, "--category", "gossip").returncode == 2
