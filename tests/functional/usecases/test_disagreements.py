"""Professionals disagree: who may, who sees it, by when, and that no decision changes by itself."""

from __future__ import annotations

import json
from typing import Any

import pytest

from broker.audit.events import Event
from broker.casework.disagreement import DisagreementState, Subject
from broker.casework.threshold import ThresholdOutcome
from broker.decision.facts import HolderRuling
from broker.errors import CallWrong, NotAllowed
from broker.people import ProtectionMarker
from broker.usecases.acting import Acting
from broker.usecases.casework.cases import close_case, join_team
from broker.usecases.casework.decide_contact import close_contact, decide_threshold
from broker.usecases.casework.disagreements import (
    NewDisagreement,
    list_disagreements,
    raise_disagreement,
    show_disagreement,
)
from broker.usecases.casework.move_disagreement import accept, decline, escalate, propose
from broker.usecases.casework.screen_contact import take_contact
from broker.usecases.holders.answer_question import NewAnswer, answer_question
from broker.usecases.holders.ask_holder import NewQuestion, ask_holder
from tests.functional.usecases.front_door_staff import ANN, DEB, DOM, contact, staff_front_door
from tests.functional.usecases.office import KIM, OFFICER, SCHOOL_LEAD, Office, at_rest
from tests.functional.usecases.test_front_door import hide_restricted
from tests.functional.usecases.test_verbs import run

PAT = Acting("pat", "practice-manager")
GROUNDS = "canary-grounds: we see her every day"


@pytest.fixture
def decided(office: Office) -> Office:
    """The school's worry was decided as advice, by Deb."""
    staff_front_door(office)
    office.enrol_one("pat", "Pat Rowe", "ecc", "practice-manager")
    office.enrol_one("tea", "Tea Bird", "oakdale-primary", "team-member")
    office.enrol_one("pol", "Pol Dunn", "essex-police", "safeguarding-lead")
    office.cases["contact"] = contact(office).case.id
    office.step()
    take_contact(office.broker, DEB, office.cases["contact"])
    office.step()
    decide_threshold(office.broker, DEB, office.cases["contact"], 1, ThresholdOutcome.ADVICE, "school does well")
    return office


def disagree(office: Office, by: Acting = SCHOOL_LEAD, **others: Any) -> str:
    office.step()
    new = NewDisagreement(
        others.pop("subject", Subject.THRESHOLD),
        others.pop("reference", office.cases["contact"]),
        others.pop("grounds", GROUNDS),
        **others,
    )
    return raise_disagreement(office.broker, by, new).id


def ids(office: Office, by: Acting, **others: Any) -> list[str]:
    return [one.id for one in list_disagreements(office.broker, by, **others)]


def test_the_referrer_disagrees_and_whoever_decided_is_told(decided: Office) -> None:
    made = disagree(decided)
    (notice,) = decided.notices("disagreement")
    assert (notice.notice.recipient, notice.notice.body["to"]) == ("ecc", "deb")
    assert ids(decided, SCHOOL_LEAD) == ids(decided, DEB) == [made]
    for outsider in (ANN, DOM, PAT, OFFICER, Acting("tea", "team-member"), Acting("pol", "safeguarding-lead")):
        assert ids(decided, outsider) == []
        with pytest.raises(NotAllowed, match="none that you are a party to"):
            show_disagreement(decided.broker, outsider, made)
    shown = show_disagreement(decided.broker, DEB, made)
    assert shown.said[0]["grounds"] == GROUNDS
    assert b"canary-grounds" not in at_rest(decided)
    assert decided.entries()[-1].event == Event.DISAGREEMENT_SHOWN


def test_only_somebody_who_was_told_may_and_everything_else_is_one_answer(decided: Office) -> None:
    said = []
    for by, reference in (
        (Acting("pol", "safeguarding-lead"), decided.cases["contact"]),
        (Acting("pol", "safeguarding-lead"), "k-never"),
        (SCHOOL_LEAD, decided.cases["team"]),
    ):
        with pytest.raises(NotAllowed) as refused:
            disagree(decided, by, reference=reference)
        said.append(str(refused.value).replace(reference, "it"))
    assert len(set(said)) == 1
    with pytest.raises(CallWrong, match="decide again instead"):
        disagree(decided, DEB)
    with pytest.raises(CallWrong, match="grounds"):
        disagree(decided, grounds=" ")
    disagree(decided)
    with pytest.raises(CallWrong, match="disagreed about already"):
        disagree(decided)


def test_a_decision_in_a_restricted_case_is_nothing_the_referrer_was_told_of(decided: Office) -> None:
    hide_restricted(decided, decided.cases["contact"])
    with pytest.raises(NotAllowed, match="nothing of this kind"):
        disagree(decided)


def test_it_goes_up_by_stages_and_is_seen_by_whom_it_reaches(decided: Office) -> None:
    made = disagree(decided)
    decided.step()
    up = escalate(decided.broker, SCHOOL_LEAD, made, "we still see it differently")
    assert up.stage == "manager"
    assert ids(decided, PAT) == [made]
    assert ids(decided, OFFICER) == [], "it has not reached governance"
    with pytest.raises(NotAllowed, match="settle it there"):
        propose(decided.broker, DEB, made, "we decide again")
    escalate(decided.broker, PAT, made, "two leads should meet")
    top = escalate(decided.broker, PAT, made, "the partnership should look")
    assert top.stage == "partnership"
    assert ids(decided, OFFICER) == [made]
    with pytest.raises(CallWrong, match="goes no higher"):
        escalate(decided.broker, OFFICER, made, "higher")


def test_one_side_proposes_the_other_accepts_and_no_decision_changes(decided: Office) -> None:
    made = disagree(decided)
    proposed = propose(decided.broker, DEB, made, "we look again with what you tell us")
    assert proposed.state is DisagreementState.PROPOSED
    with pytest.raises(CallWrong, match="the other side"):
        accept(decided.broker, DEB, made, "agreed")
    declined = decline(decided.broker, SCHOOL_LEAD, made, "it leaves her as she is")
    assert (declined.state, declined.proposed_by) == (DisagreementState.OPEN, None)
    propose(decided.broker, SCHOOL_LEAD, made, "decide again by Friday")
    done = accept(decided.broker, DEB, made, "agreed")
    assert done.state is DisagreementState.RESOLVED
    assert (ids(decided, DEB), ids(decided, DEB, every=True)) == ([], [made])
    events = [entry.event for entry in decided.entries()]
    assert events.count(Event.THRESHOLD_DECIDED) == 1
    changes = [entry.details["change"] for entry in decided.entries() if entry.event == Event.DISAGREEMENT_CHANGED]
    assert changes == ["resolution-proposed", "resolution-declined", "resolution-proposed", "resolved"]


def test_a_stage_that_takes_too_long_surfaces_to_both_sides_governance(decided: Office) -> None:
    made = disagree(decided)
    decided.step(60 * 24 * 6)
    assert sorted(one.notice.recipient for one in decided.notices("disagreement-late")) == [
        "ecc",
        "oakdale-primary",
    ]
    (found,) = list_disagreements(decided.broker, SCHOOL_LEAD)
    assert found.is_overdue(decided.clock.now())
    escalate(decided.broker, SCHOOL_LEAD, made, "nobody answered")
    assert decided.notices("disagreement-late") == [], "each stage has a clock of its own"


def test_somebody_protected_has_no_disagreement_about_them(decided: Office) -> None:
    made = disagree(decided)
    decided.step()
    decided.mark("child", ProtectionMarker.PROTECTED)
    assert ids(decided, SCHOOL_LEAD) == []
    with pytest.raises(NotAllowed, match="none that you are a party to"):
        show_disagreement(decided.broker, SCHOOL_LEAD, made)


def test_a_withholding_is_disagreed_with_only_by_whom_it_was_told(decided: Office) -> None:
    new = NewQuestion(
        decided.people["child"], "oakdale-primary", "exclusions", "family-support", "why", decided.cases["team"]
    )
    decided.step()
    question = ask_holder(decided.broker, KIM, new).question_id
    with pytest.raises(NotAllowed, match="nothing of this kind"):
        disagree(decided, KIM, subject=Subject.WITHHELD, reference=question)
    decided.step()
    answer_question(decided.broker, SCHOOL_LEAD, question, NewAnswer(HolderRuling.WITHHOLD, "no", tell=True))
    made = disagree(decided, KIM, subject=Subject.WITHHELD, reference=question)
    (found,) = list_disagreements(decided.broker, SCHOOL_LEAD)
    assert (found.id, found.other, found.question_id) == (made, "oakdale-primary", question)
    with pytest.raises(NotAllowed, match="nothing of this kind"):
        disagree(decided, DEB, subject=Subject.WITHHELD, reference=question)


def test_the_closing_of_a_case_is_disagreed_with_by_somebody_who_was_in_it(decided: Office) -> None:
    team = decided.cases["team"]
    join_team(decided.broker, KIM, team, "tea")
    tea = Acting("tea", "team-member")
    with pytest.raises(NotAllowed, match="nothing of this kind"):
        disagree(decided, tea, subject=Subject.CLOSED, reference=team, other="ecc")
    decided.step()
    close_case(decided.broker, KIM, team)
    with pytest.raises(CallWrong, match="one of its organisations"):
        disagree(decided, tea, subject=Subject.CLOSED, reference=team, other="essex-police")
    made = disagree(decided, tea, subject=Subject.CLOSED, reference=team, other="ecc")
    assert ids(decided, KIM) == [made]


def test_disagreements_as_they_are_typed(decided: Office) -> None:
    folder = decided.broker.settings.data_dir
    school, deb = ("--by", "dee", "--as", "safeguarding-lead"), ("--by", "deb", "--as", "decision-maker")
    words = ["disagreement", "raise", *school, "--about", "threshold", "--reference", decided.cases["contact"]]
    made = run(folder, *words, "--grounds", "we see more", "--json")
    assert made.returncode == 0, made.stderr
    ref = json.loads(made.stdout)["disagreement"]
    assert ref in run(folder, "disagreement", "list", *deb).stdout
    assert run(folder, "disagreement", "propose", ref, *deb, "--said", "we look again").returncode == 0
    done = json.loads(run(folder, "disagreement", "accept", ref, *school, "--said", "agreed", "--json").stdout)
    assert (done["state"], done["with"]) == ("resolved", "ecc")
    shown = json.loads(run(folder, "disagreement", "show", ref, *school, "--json").stdout)
    assert [one.get("grounds") or one["said"] for one in shown["said"]] == [
        "we see more",
        "we look again",
        "agreed",
    ]


def test_a_party_closes_a_contact_that_is_disagreed_about_with_a_reason_and_the_disagreement_goes_on(
    decided: Office,
) -> None:
    made, case_id = disagree(decided), decided.cases["contact"]
    decided.step()
    with pytest.raises(CallWrong, match="is disagreed about and you are a party"):
        close_contact(decided.broker, DEB, case_id, "told by phone")
    contact_now = close_contact(decided.broker, DEB, case_id, "told by phone", "nothing more to do here")
    assert contact_now.state == "closed"
    assert ids(decided, SCHOOL_LEAD) == ids(decided, DEB) == [made]


def test_closing_tells_nobody_else_that_there_is_a_disagreement(decided: Office) -> None:
    disagree(decided)
    decided.step()
    assert close_contact(decided.broker, ANN, decided.cases["contact"], "told by phone").state == "closed"
