"""Who has looked: for an officer what is their organisation's business, for a family what somebody decided."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from broker.audit.events import Event
from broker.errors import CallWrong, NotAllowed
from broker.people import ProtectionMarker
from broker.rights.exemptions import NEUTRAL_SENTENCE
from broker.rights.looks import KeptBack
from broker.usecases.acting import Acting
from broker.usecases.oversight.who_has_looked import decide_look, family_copy, show_looks
from broker.usecases.rights.access_answer import draft_answer, release_answer
from tests.functional.usecases.office import KIM, OFFICER, REASON, SIRO, TOM, Office, at_rest
from tests.functional.usecases.test_rights import asked

SCHOOL_OFFICER = Acting("iso", "ig-officer")
WHY = "She opens her own post"


def decided(office: Office, matter_id: str, because: KeptBack | None = None) -> None:
    """Every look at mum that could be told."""
    office.step()
    for one in show_looks(office.broker, OFFICER, office.people["mum"]).looks:
        if one.may_be_told:
            decide_look(office.broker, OFFICER, matter_id, one.disclosure_id, because, WHY)


def test_an_officer_sees_who_when_for_what_and_how_much(office: Office) -> None:
    office.ask(KIM)
    office.ask(TOM)
    shown = show_looks(office.broker, OFFICER, office.people["mum"])
    assert shown.name == "Mum Testing"
    first, second = shown.looks
    assert (first.by_name, first.recipient, first.purpose, first.reason) == (
        "Kim Ward",
        "ecc",
        "family-support",
        REASON,
    )
    assert first.kinds == 2
    assert (second.by_name, second.kinds, second.may_be_told) == ("Tom Reed", 0, False), "Tom is not in the team"
    assert not shown.is_decided


def test_another_organisation_sees_what_it_gave_and_neither_name_nor_reason(office: Office) -> None:
    office.enrol_one("iso", "Iso Ray", "oakdale-primary", "ig-officer")
    assert show_looks(office.broker, SCHOOL_OFFICER, office.people["mum"]).looks == ()
    office.ask(KIM)
    (look,) = show_looks(office.broker, SCHOOL_OFFICER, office.people["child"]).looks
    assert (look.by_name, look.reason, look.recipient, look.kinds) == ("", "", "ecc", 1)
    assert show_looks(office.broker, SCHOOL_OFFICER, office.people["mum"]).looks == ()


def test_the_familys_copy_waits_for_every_decision_and_names_no_staff(office: Office) -> None:
    office.ask(KIM)
    with pytest.raises(CallWrong, match="write down first"):
        family_copy(office.broker, OFFICER, office.people["mum"])
    matter_id = asked(office)
    with pytest.raises(CallWrong, match="not all decided"):
        family_copy(office.broker, OFFICER, office.people["mum"])
    decided(office, matter_id)
    copy = family_copy(office.broker, OFFICER, office.people["mum"])
    (look,) = copy.looks
    assert (look.organisation, look.role, look.purpose, look.kinds) == (
        "Essex County Council", "Lead practitioner", "Supporting a family", 2,
    )  # fmt: skip
    assert copy.left_out == NEUTRAL_SENTENCE
    assert "Kim" not in repr(copy.looks)
    assert REASON not in repr(copy.looks)


def test_what_is_kept_back_is_in_neither_the_copy_nor_the_answer(office: Office) -> None:
    office.ask(KIM)
    matter_id = asked(office)
    decided(office, matter_id, KeptBack.COULD_HARM)
    assert family_copy(office.broker, OFFICER, office.people["mum"]).looks == ()
    draft_answer(office.broker, OFFICER, matter_id)
    office.step()
    pack = release_answer(office.broker, SIRO, matter_id)
    assert pack["who_received_it"] == []
    entry = next(one for one in office.entries() if one.details.get("change") == "look-kept-back")
    assert entry.details["reason"] == "could-harm"
    assert WHY not in json.dumps([dict(one.details) for one in office.entries()])
    assert WHY.encode() not in at_rest(office)


def test_a_look_is_decided_in_words_and_only_where_it_could_be_told(office: Office) -> None:
    office.ask(TOM)
    office.ask(KIM, override=office.emergency(KIM))
    matter_id = asked(office)
    refused, emergency = show_looks(office.broker, OFFICER, office.people["mum"]).looks
    assert (refused.may_be_told, emergency.may_be_told, emergency.emergency) == (False, False, True)
    for one in (refused, emergency):
        with pytest.raises(CallWrong, match="never told"):
            decide_look(office.broker, OFFICER, matter_id, one.disclosure_id, None, WHY)
    with pytest.raises(CallWrong, match="in a sentence"):
        decide_look(office.broker, OFFICER, matter_id, emergency.disclosure_id, None, " ")
    with pytest.raises(CallWrong, match="none at this person"):
        decide_look(office.broker, OFFICER, matter_id, "d-never", None, WHY)


def test_a_case_shows_what_was_asked_for_it(office: Office) -> None:
    office.ask(KIM)
    shown = show_looks(office.broker, OFFICER, office.cases["team"])
    assert {one.about for one in shown.looks} == {office.people["mum"], office.people["child"]}
    assert shown.request_id is None
    with pytest.raises(CallWrong, match="write down first"):
        family_copy(office.broker, OFFICER, office.cases["team"])


def test_somebody_protected_unknown_or_never_looked_at_is_one_answer(office: Office) -> None:
    office.ask(KIM)
    office.ask(KIM, about=["p-neverissuedneverissued22"])
    office.mark("mum", ProtectionMarker.PROTECTED)
    subjects = (office.people["mum"], "p-neverissuedneverissued22", office.people["partner"], "k-never")
    shown = [show_looks(office.broker, OFFICER, one) for one in subjects]
    assert all(replace(one, at=shown[0].at) == shown[0] for one in shown)
    assert shown[0].looks == ()
    assert shown[0].name == ""


def test_the_familys_copy_of_somebody_protected_since_is_that_of_somebody_who_never_asked(office: Office) -> None:
    office.ask(KIM)
    asked(office)
    office.mark("mum", ProtectionMarker.PROTECTED)
    told = []
    for subject in (office.people["mum"], "p-neverissuedneverissued22"):
        with pytest.raises(CallWrong) as refused:
            family_copy(office.broker, OFFICER, subject)
        told.append((refused.value.where, refused.value.message))
    assert told[0] == told[1]


def test_it_is_for_officers_who_do_not_know_them_and_every_look_is_logged(office: Office) -> None:
    office.ask(KIM)
    friend = office.befriend("fay", "mum", "ecc", "ig-officer")
    for acting in (KIM, SIRO, friend):
        with pytest.raises(NotAllowed):
            show_looks(office.broker, acting, office.people["mum"])
    show_looks(office.broker, OFFICER, office.people["mum"])
    entry = office.entries()[-1]
    assert (entry.event, entry.details) == (Event.REPORT_PRODUCED, {"report": "who-has-looked", "rows": 1})
    assert len(entry.about) == 1
