"""The holder's inbox: what reaches it, who sees it, what a decision does, and that asking finds out nothing."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from broker.audit.events import Event
from broker.canonical import canonical_json
from broker.casework import CaseKind, Staff
from broker.casework.question import AskerState
from broker.casework.staff import StaffMember
from broker.cli.holder_page import row_json
from broker.consent.record import ConsentKind
from broker.dates import Period
from broker.decision.facts import HolderRuling
from broker.errors import CallWrong, NotAllowed
from broker.people import ProtectionMarker
from broker.release.disclosure import as_mapping
from broker.rights.expiry import ExpiryKind
from broker.rights.restriction import RestrictionGround
from broker.usecases.acting import Acting
from broker.usecases.casework.cases import NewCase, close_case, join_team, open_case
from broker.usecases.holders.answer_question import NewAnswer, answer_question, hand_over
from broker.usecases.holders.ask_holder import AskedOf, NewQuestion, ask_holder, drop_question, list_asked
from broker.usecases.holders.decide_as_holder import HolderRules, decide_as_holder
from broker.usecases.holders.holder_inbox import list_inbox, show_question
from broker.usecases.people.expiring import list_expiring
from broker.usecases.posts.enrol_staff import enrol_staff
from broker.usecases.rights.restrictions import NewRestriction, restrict
from broker.vocabulary.codes import Tier
from tests.functional.usecases.office import (
    KIM,
    OFFICER,
    SCHOOL_LEAD,
    START_AT,
    TRIAGE,
    Office,
    at_rest,
    open_office,
    working,
)
from tests.functional.usecases.test_notices import topics
from tests.functional.usecases.test_verbs import run

POL = Acting("pol", "safeguarding-lead")
PIA = Acting("pia", "safeguarding-lead")
CLIN = Acting("clin", "safeguarding-lead")
INCIDENT = {"kind": "domestic-abuse", "part_played": "victim"}
WHY = "canary-why: we plan a visit on Friday"
CLINIC = {"in_service": "yes"}


def staffed(office: Office) -> Office:
    for staff_id, name, where in (
        ("pol", "Pol Dunn", "essex-police"),
        ("pia", "Pia Lane", "essex-police"),
        ("clin", "Clin Frost", "essex-sexual-health"),
    ):
        office.enrol_one(staff_id, name, where, "safeguarding-lead")
    office.enrol_one("pat", "Pat Rowe", "essex-police", "team-member")
    return office


@pytest.fixture
def policed(office: Office) -> Office:
    """An office in which the police hold an incident about mum, which is theirs to decide (clause 4.11)."""
    staffed(office)
    office.record("essex-police", "police-incidents", ["mum"], INCIDENT)
    return office


def inbox(office: Office, by: Acting = POL) -> list[str]:
    office.step()
    return [row.question.id for row in list_inbox(office.broker, by).rows]


def ask(office: Office, about: str = "mum", by: Acting = KIM, **others: Any) -> AskedOf:
    office.step()
    new = NewQuestion(
        office.people.get(about, about),
        others.pop("controller", "essex-police"),
        others.pop("category", "police-incidents"),
        others.pop("purpose", "family-support"),
        others.pop("why", WHY),
        others.pop("case", office.cases["team"]),
        **others,
    )
    return ask_holder(office.broker, by, new)


def answer(office: Office, question: str, ruling: HolderRuling, by: Acting = POL, **others: Any) -> Any:
    office.step()
    return answer_question(office.broker, by, question, NewAnswer(ruling, "weighed", **others))


def released(office: Office) -> set[str]:
    disclosure = office.ask()
    assert disclosure.profile is not None
    return {item.papers.category for item in disclosure.profile.items}


# What lands


def test_what_a_profile_refers_lands_once_in_its_holders_inbox(policed: Office) -> None:
    policed.ask()
    policed.ask()
    (row,) = list_inbox(policed.broker, POL).rows
    asked = row.question
    assert (asked.matter.about, asked.matter.category) == (policed.people["mum"], "police-incidents")
    assert (asked.matter.case, asked.asker, asked.origin) == (policed.cases["team"], "ecc", "referred")
    assert row.sentence.startswith("May Essex County Council have “")
    assert inbox(policed, SCHOOL_LEAD) == [], "the school is asked nothing about the police's incident"


def test_a_service_that_nobody_may_be_known_to_is_named_inside_a_question_and_asks_only_when_it_chooses_to(
    policed: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The council as if it were such a service."""
    organisations: Any = policed.broker.partnership.vocabulary.organisations
    monkeypatch.setitem(organisations, "ecc", replace(organisations["ecc"], tier=Tier.T4))
    policed.ask()
    assert inbox(policed) == [], "nobody there chose to tell the police"
    question_id = ask(policed).question_id
    (row,) = list_inbox(policed.broker, POL).rows
    assert "Essex" not in row.sentence
    assert "a service that is named inside" in row.sentence
    told = row_json(row)
    assert (told["asked_by"], told["role"], told["organisation"]) == (None, None, None)
    shown = show_question(policed.broker, POL, question_id)
    assert shown.row.sentence.startswith("May Essex County Council have “")
    assert shown.asker_name == "Kim Ward"
    assert policed.entries()[-1].event is Event.QUESTION_SHOWN


def test_nothing_lands_where_the_holder_holds_nothing_of_the_kind(office: Office) -> None:
    staffed(office)
    office.ask()
    assert inbox(office) == [], (
        "the police know mum, and hold no incident: whoever looks at her is not their business"
    )


def test_what_is_denied_and_not_referred_lands_nowhere(policed: Office) -> None:
    policed.record("essex-sexual-health", "sexual-health", ["child"], CLINIC)
    policed.ask()
    assert inbox(policed, CLIN) == [], "nobody agreed to this, and no decision of the clinic's would change that"


def test_nothing_lands_from_a_restricted_case(policed: Office) -> None:
    new = NewCase(
        CaseKind.TEAM, 2, frozenset({"family-support"}), frozenset(policed.people.values()), restricted=True
    )
    policed.step()
    hidden = open_case(policed.broker, KIM, new).case.id
    policed.ask(case=hidden)
    assert inbox(policed) == []
    ask(policed, case=hidden)
    assert len(inbox(policed)) == 1, "whoever asks in so many words tells the holder, and knows it"


def test_a_referral_costs_no_entry_and_changes_nothing_that_the_requester_is_given(policed: Office) -> None:
    before = len(policed.entries())
    first = as_mapping(policed.ask())
    assert [entry.event for entry in policed.entries()[before:]] == ["profile.released"]
    again = as_mapping(policed.ask())
    for one in (first, again):
        for moving in ("id", "at", "receipt", "disclosure"):
            one.pop(moving, None)
    assert first.keys() == again.keys()


def test_once_answered_the_same_lands_again_only_when_it_is_referred_again(policed: Office) -> None:
    policed.ask()
    (first,) = inbox(policed)
    until = policed.clock.now() + timedelta(days=7)
    answer(policed, first, HolderRuling.RELEASE, until_at=until)
    assert "police-incidents" in released(policed)
    assert inbox(policed) == []
    policed.step(60 * 24 * 8)
    assert "police-incidents" not in released(policed), "the release has ended, and nothing follows it by itself"
    (second,) = inbox(policed)
    assert second != first


# Deciding


def test_whoever_decides_sees_what_they_need_and_whose_question_it_is(policed: Office) -> None:
    asked = ask(policed)
    shown = show_question(policed.broker, POL, asked.question_id)
    assert (shown.asker_name, shown.why) == ("Kim Ward", WHY)
    assert (shown.goes.detail, shown.goes.records, shown.goes.already) == ("summary", 1, False)
    assert shown.goes.fields == ("kind", "part_played", "outcome", "place", "other_person")
    assert shown.because
    assert [line.clause for line in shown.law] == ["family-support@1#4.11"]
    assert any("Children Act" in basis for line in shown.law for basis in line.basis)
    assert [(one.words, one.by_self) for one in shown.said] == [("agreement to early help: given", True)]
    last = policed.entries()[-1]
    assert (last.event, last.actor) == (Event.QUESTION_SHOWN, "pol")
    assert b"canary-why" not in at_rest(policed)


def test_a_release_is_the_holders_decision_for_that_case_and_it_ends(policed: Office) -> None:
    asked = ask(policed)
    assert "police-incidents" not in released(policed)
    decided = answer(policed, asked.question_id, HolderRuling.RELEASE)
    assert asked.question_id in decided.answers
    assert (decided.ruling.case, decided.ruling.purpose) == (policed.cases["team"], "family-support")
    assert decided.ruling.until_at is not None
    assert "police-incidents" in released(policed)
    assert [one.state for one in list_asked(policed.broker, KIM)] == [AskerState.RELEASED]
    assert inbox(policed) == []


def test_one_decision_answers_everybody_who_asked_the_same(policed: Office) -> None:
    policed.ask()
    asked = ask(policed)
    (one, other) = inbox(policed)
    decided = answer(policed, asked.question_id, HolderRuling.WITHHOLD)
    assert set(decided.answers) == {one, other}
    entry = next(one for one in policed.entries() if one.event == Event.HOLDER_DECISION_MADE)
    assert list(entry.details["answers"]) == sorted([one, other])
    assert inbox(policed) == []


def test_a_decision_made_without_the_inbox_answers_what_waits_there(policed: Office) -> None:
    ask(policed)
    policed.step()
    rules = HolderRules(
        policed.people["mum"],
        "essex-police",
        "police-incidents",
        "family-support",
        HolderRuling.WITHHOLD,
        "an enquiry is open",
    )
    decide_as_holder(policed.broker, POL, rules)
    assert inbox(policed) == []


def test_silence_never_releases(policed: Office) -> None:
    ask(policed)
    policed.step(60 * 24 * 60)
    assert "police-incidents" not in released(policed)
    assert [one.state for one in list_asked(policed.broker, KIM)] == [AskerState.OVERDUE]


def test_an_overdue_question_surfaces_to_the_holders_governance_until_it_is_answered(policed: Office) -> None:
    asked = ask(policed)
    assert policed.notices("holder-overdue") == []
    policed.step(60 * 24 * 14)
    (notice,) = policed.notices("holder-overdue")
    assert (notice.notice.recipient, notice.notice.body) == ("essex-police", {"question": asked.question_id})
    assert [row.question.id for row in list_inbox(policed.broker, POL, overdue=True).rows] == [asked.question_id]
    answer(policed, asked.question_id, HolderRuling.WITHHOLD)
    assert policed.notices("holder-overdue") == []


def test_the_list_of_what_ends_counts_the_questions_past_their_clock_and_names_nobody(policed: Office) -> None:
    policed.enrol_one("iso", "Isa Orr", "essex-police", "ig-officer")
    police, day = Acting("iso", "ig-officer"), Period(days=1)
    ask(policed)
    assert list_expiring(policed.broker, police, day).counts == {}
    policed.clock.advance(timedelta(days=30))
    found = list_expiring(policed.broker, police, day)
    assert found.counts == {ExpiryKind.QUESTION_LATE: 1}
    assert policed.people["mum"] not in str(found)
    assert ExpiryKind.QUESTION_LATE not in list_expiring(policed.broker, OFFICER, day).counts, "another holder's"
    policed.mark("mum", ProtectionMarker.PROTECTED)
    policed.step()
    assert list_expiring(policed.broker, police, day).counts == {}, "no more than the inbox shows"


def test_what_would_not_go_even_then_is_said(policed: Office) -> None:
    policed.record("essex-sexual-health", "sexual-health", ["child"], CLINIC)
    asked = ask(policed, "child", controller="essex-sexual-health", category="sexual-health")
    shown = show_question(policed.broker, CLIN, asked.question_id)
    assert shown.goes.detail is None
    assert shown.goes.reasons == ("nobody has asked them yet",)
    assert not shown.may_tell


def test_what_is_restricted_is_let_through_by_no_answer(policed: Office) -> None:
    policed.enrol_one("pim", "Pim Moss", "essex-police", "ig-officer")
    policed.step()
    new = NewRestriction(
        policed.people["mum"], frozenset({"police-incidents"}), RestrictionGround.UNLAWFUL, "taken by mistake"
    )
    restrict(policed.broker, Acting("pim", "ig-officer"), new)
    asked = ask(policed)
    with pytest.raises(CallWrong, match="is restricted"):
        answer(policed, asked.question_id, HolderRuling.RELEASE)
    answer(policed, asked.question_id, HolderRuling.WITHHOLD)


# Who may


def test_nobody_answers_what_they_asked(policed: Office) -> None:
    both = frozenset({"lead-practitioner", "safeguarding-lead"})
    enrol_staff(policed.broker, [StaffMember(Staff("duo", "ecc", both), "Duo Kerr")])
    policed.step()
    join_team(policed.broker, KIM, policed.cases["team"], "duo")
    asked = ask(policed, by=Acting("duo", "lead-practitioner"), controller="ecc", category="early-help")
    with pytest.raises(NotAllowed, match="a colleague decides it"):
        answer(policed, asked.question_id, HolderRuling.RELEASE, Acting("duo", "safeguarding-lead"))
    with pytest.raises(CallWrong, match="cannot take this one"):
        hand_over(policed.broker, Acting("ola", "ig-officer"), asked.question_id, "duo")
    answer(policed, asked.question_id, HolderRuling.RELEASE, Acting("ola", "ig-officer"))


def test_another_organisations_question_is_as_one_never_asked(policed: Office) -> None:
    asked = ask(policed)
    with pytest.raises(NotAllowed) as theirs:
        show_question(policed.broker, SCHOOL_LEAD, asked.question_id)
    with pytest.raises(NotAllowed) as never:
        show_question(policed.broker, SCHOOL_LEAD, "q-never")
    assert str(theirs.value).replace(asked.question_id, "q-never") == str(never.value)
    with pytest.raises(NotAllowed):
        list_inbox(policed.broker, KIM)


def test_whoever_knows_the_person_does_not_see_the_question_and_somebody_is_told(policed: Office) -> None:
    friend = Staff(
        "pia", "essex-police", frozenset({"safeguarding-lead"}), links=frozenset({policed.people["mum"]})
    )
    enrol_staff(policed.broker, [StaffMember(friend, "Pia Lane")])
    asked = ask(policed)
    assert inbox(policed, PIA) == []
    with pytest.raises(NotAllowed, match="not in your organisation's inbox"):
        answer(policed, asked.question_id, HolderRuling.RELEASE, PIA)
    assert [one.notice.recipient for one in policed.notices("alert-conflict-of-interest")] == ["essex-police"]
    with pytest.raises(CallWrong, match="cannot take this one"):
        hand_over(policed.broker, POL, asked.question_id, "pia")


def test_a_question_is_handed_to_whoever_covers_and_its_clock_runs_on(policed: Office) -> None:
    asked = ask(policed)
    for wrong in ("pat", "kim", "nobody"):
        with pytest.raises(CallWrong, match="cannot take this one"):
            hand_over(policed.broker, POL, asked.question_id, wrong)
    policed.step()
    handed = hand_over(policed.broker, POL, asked.question_id, "pia")
    assert (handed.handed_to, handed.due.at) == ("pia", asked.due_at)
    (row,) = list_inbox(policed.broker, PIA).rows
    assert row.question.handed_to == "pia"
    (notice,) = policed.notices("holder-handed-over")
    assert notice.notice.body["to"] == "pia"
    policed.step()
    assert topics(policed, PIA) == ["holder-handed-over"]
    assert topics(policed, POL) == [], "it is for the one it was handed to"
    answer(policed, asked.question_id, HolderRuling.WITHHOLD, PIA)


def test_a_question_ends_with_its_case_and_with_being_taken_back(policed: Office) -> None:
    asked = ask(policed)
    with pytest.raises(NotAllowed, match="none that you asked"):
        drop_question(policed.broker, TRIAGE, asked.question_id)
    drop_question(policed.broker, KIM, asked.question_id)
    assert (inbox(policed), list_asked(policed.broker, KIM)) == ([], ())
    with pytest.raises(CallWrong, match="taken back already"):
        drop_question(policed.broker, KIM, asked.question_id)
    ask(policed)
    assert len(inbox(policed)) == 1
    policed.step()
    close_case(policed.broker, KIM, policed.cases["team"])
    assert inbox(policed) == []


def test_what_a_holder_cannot_change_is_not_asked(policed: Office) -> None:
    with pytest.raises(CallWrong, match="would change nothing"):
        ask(policed, controller="dwp", category="police-incidents")
    with pytest.raises(CallWrong, match="has no inbox"):
        ask(policed, purpose="domestic-abuse-marac")
    with pytest.raises(CallWrong, match="never shared"):
        ask(policed, controller="ecc", category="adoption-link")
    ask(policed)
    with pytest.raises(CallWrong, match="asked already"):
        ask(policed)


def test_whoever_may_not_have_the_profile_may_not_ask(policed: Office) -> None:
    with pytest.raises(NotAllowed, match="not-authorised"):
        ask(policed, by=TRIAGE)
    with pytest.raises(NotAllowed, match="not-available") as outside:
        ask(policed, "p-neverissuedneverissued22")
    assert "p-never" not in str(outside.value)


# Nothing is found out


@pytest.mark.parametrize("acts", ["asked", "answered", "overdue"])
def test_asking_tells_nothing_of_what_is_held_or_decided(tmp_path: Path, database: str, acts: str) -> None:
    """Two offices that differ in what the clinic and the police hold and did: whoever asked cannot tell which."""
    told: list[list[bytes]] = []
    counts: list[list[str]] = []
    with (
        open_office(tmp_path / "one", database=database) as one,
        open_office(tmp_path / "two", keys_of=one, database=database) as two,
    ):
        for office, who in ((one, "child"), (two, "partner")):
            staffed(working(office))
            office.record("essex-sexual-health", "sexual-health", [who], CLINIC)
            office.reseed("asking")
            transcript = []
            asked = ask(office, "child", controller="essex-sexual-health", category="sexual-health")
            transcript.append(canonical_json(repr(asdict(asked))))
            before = len(office.entries())
            if office is one and acts == "answered":
                answer(office, asked.question_id, HolderRuling.WITHHOLD, CLIN)
                assert inbox(office, CLIN) == []
            elif office is one:
                assert inbox(office, CLIN) == [asked.question_id]
            else:
                assert inbox(office, CLIN) == []
            if acts == "overdue":
                office.step(60 * 24 * 30)
            office.clock.at = max(office.clock.at, asked.due_at - timedelta(hours=1))
            office.reseed("looking")
            transcript.append(canonical_json(repr([asdict(row) for row in list_asked(office.broker, KIM)])))
            transcript.append(canonical_json(as_mapping(office.ask())))
            told.append(transcript)
            counts.append([entry.event for entry in office.entries()[:before]])
    assert told[0] == told[1]
    assert counts[0] == counts[1]


def test_a_silent_referral_lands_and_changes_no_byte(tmp_path: Path, database: str) -> None:
    """In one office the drug service holds something about mum, whose own yes is not safe to rely on: it is asked.
    In the other it holds something about somebody else, and hears nothing."""
    told, events, landed = [], [], []
    with (
        open_office(tmp_path / "one", database=database) as one,
        open_office(tmp_path / "two", keys_of=one, database=database) as two,
    ):
        for office, who in ((one, "mum"), (two, "partner")):
            working(office)
            office.enrol_one("dru", "Dru Holt", "essex-drug-service", "safeguarding-lead")
            scope = {"categories": frozenset({"substance-misuse"}), "kind": ConsentKind.DATA_PROTECTION}
            office.consent("mum", "mum", unsafe=True, **scope)
            office.record("essex-drug-service", "substance-misuse", [who], {"in_service": "yes"})
            office.reseed("asking")
            before = len(office.entries())
            told.append([canonical_json(as_mapping(office.ask())) for _ in range(2)])
            events.append([entry.event for entry in office.entries()[before:]])
            landed.append(len(inbox(office, Acting("dru", "safeguarding-lead"))))
    assert landed == [1, 0]
    assert told[0][0] == told[1][0]
    assert events[0] == events[1] == ["profile.released"] * 2


def test_a_protected_person_and_one_never_known_are_asked_about_alike(tmp_path: Path, database: str) -> None:
    told, events = [], []
    with (
        open_office(tmp_path / "one", database=database) as one,
        open_office(tmp_path / "two", keys_of=one, database=database) as two,
    ):
        for office in (one, two):
            staffed(working(office))
            office.enrol_one("att", "Att Cole", "ecc", "attendance-officer")
            if office is one:
                office.step()
                office.mark("partner", ProtectionMarker.PROTECTED)
            who = office.people["partner"] if office is one else "p-neverissuedneverissued22"
            office.clock.at = one.clock.at
            before = len(office.entries())
            try:
                said = str(ask(office, who).state)
            except NotAllowed as refused:
                said = str(refused)
            told.append(said)
            events.append([entry.event for entry in office.entries()[before:]])
            assert bool(office.notices("alert-protected-person")) == (office is one)
    assert told[0] == told[1]
    assert events[0] == events[1]


def test_where_no_case_is_needed_everybody_is_asked_about_alike(office: Office) -> None:
    """Known to the holder, unknown to it, protected, never issued: one answer, one entry, one line in the list."""
    office.enrol_one("att", "Att Cole", "ecc", "attendance-officer")
    officer = Acting("att", "attendance-officer")
    office.step()
    office.mark("mum", ProtectionMarker.PROTECTED)
    said, events, listed = [], [], []
    for who in ("child", "partner", "mum", "p-neverissuedneverissued22"):
        before = len(office.entries())
        how = {"category": "attendance", "purpose": "school-attendance", "case": None}
        office.clock.at = START_AT + timedelta(days=1)
        asked = ask(office, who, officer, controller="oakdale-primary", **how)
        shown = asdict(asked) | {"question_id": "", "asked_at": None, "matter": None}
        said.append((shown, len(asked.question_id)))
        entries = office.entries()[before:]
        events.append([(one.event, sorted(one.details), len(one.about)) for one in entries])
        (row,) = list_asked(office.broker, officer)
        listed.append((row.state, row.matter.controller))
        drop_question(office.broker, officer, asked.question_id)
    assert all(one == said[0] for one in said)
    assert all(one == events[0] for one in events)
    assert events[0] == [(Event.HOLDER_ASKED, sorted(_ASKED), 1)]
    assert all(one == listed[0] for one in listed)
    told = [one.notice.recipient for one in office.notices("alert-protected-person")]
    assert sorted(told) == ["ecc", "essex-police"], "her custodians hear of it, and nobody else"


_ASKED = ("category", "controller", "due_at", "purpose", "question", "urgent")


def test_of_those_asked_about_alike_the_holder_sees_whom_it_knows(office: Office) -> None:
    office.enrol_one("att", "Att Cole", "ecc", "attendance-officer")
    for who in ("child", "partner", "p-neverissuedneverissued22"):
        ask(
            office,
            who,
            Acting("att", "attendance-officer"),
            controller="oakdale-primary",
            category="attendance",
            purpose="school-attendance",
            case=None,
        )
    (row,) = list_inbox(office.broker, SCHOOL_LEAD).rows
    assert row.question.matter.about == office.people["child"]


def test_what_may_be_told_is_told_only_where_the_holder_says_so(policed: Office) -> None:
    policed.record("oakdale-primary", "exclusions", ["child"], {"kind": "fixed-term", "days": 2})
    asked = ask(policed, "child", controller="oakdale-primary", category="exclusions")
    answer(policed, asked.question_id, HolderRuling.WITHHOLD, SCHOOL_LEAD)
    assert [one.state for one in list_asked(policed.broker, KIM)] == [AskerState.WAITING]
    drop_question(policed.broker, KIM, asked.question_id)
    again = ask(policed, "child", controller="oakdale-primary", category="exclusions")
    answer(policed, again.question_id, HolderRuling.WITHHOLD, SCHOOL_LEAD, tell=True)
    assert [one.state for one in list_asked(policed.broker, KIM)] == [AskerState.WITHHELD]
    policed.record("essex-sexual-health", "sexual-health", ["child"], CLINIC)
    clinic = ask(policed, "child", controller="essex-sexual-health", category="sexual-health")
    with pytest.raises(CallWrong, match="may itself not be told"):
        answer(policed, clinic.question_id, HolderRuling.WITHHOLD, CLIN, tell=True)
    answer(policed, clinic.question_id, HolderRuling.RELEASE, CLIN)
    states = {one.question_id: one.state for one in list_asked(policed.broker, KIM)}
    assert states[clinic.question_id] is AskerState.WAITING, (
        "a release of what is never explained is not told either"
    )


# As typed


def test_the_inbox_as_it_is_typed(policed: Office) -> None:
    folder = policed.broker.settings.data_dir
    me = ("--by", "kim", "--as", "lead-practitioner")
    words = ["holder", "ask", *me, "--about", policed.people["mum"], "--from", "essex-police"]
    words += ["--category", "police-incidents", "--purpose", "family-support", "--case", policed.cases["team"]]
    made = run(folder, *words, "--reason", WHY, "--urgent", "--json")
    assert made.returncode == 0, made.stderr
    question = json.loads(made.stdout)["question"]
    holder = ("--by", "pol", "--as", "safeguarding-lead")
    listed = run(folder, "holder", "inbox", *holder)
    assert question in listed.stdout
    assert "urgent" in listed.stdout
    page = " ".join(run(folder, "holder", "show", question, *holder).stdout.split())
    parts = ["May Essex County", "Answer by", "Who asks: Kim Ward", "Why: “canary", "What would go"]
    parts += ["In summary detail", "What the law allows", "What the person has said"]
    places = [page.find(part) for part in parts]
    assert -1 not in places
    assert places == sorted(places)
    done = run(folder, "holder", "release", question, *holder, "--reason", "it bears on the plan", "--json")
    assert json.loads(done.stdout)["answers"] == [question]
    asked = json.loads(run(folder, "holder", "asked", *me, "--json").stdout)["asked"]
    assert [one["state"] for one in asked] == ["released"]
    assert run(folder, "holder", "show", question, *holder).returncode == 1
