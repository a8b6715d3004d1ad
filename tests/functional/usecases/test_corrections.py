"""A record is corrected by its holder and whoever received it is told; a refusal keeps the person's own words."""

from __future__ import annotations

import json

import pytest

from broker.errors import CallWrong, NotAllowed
from broker.store.records import find_headers, open_contents
from broker.usecases.acting import Acting
from broker.usecases.rights.corrections import (
    DisputeState,
    correct_record,
    list_disputes,
    open_dispute,
    refuse_dispute,
)
from tests.functional.usecases.office import KIM, OFFICER, SCHOOL_LEAD, Office
from tests.functional.usecases.test_notices import topics
from tests.functional.usecases.test_verbs import run

ISA = Acting("isa", "ig-officer")
FIELDS = {"percentage": 81, "note": "Often late on Mondays"}


@pytest.fixture(autouse=True)
def _school_officer(office: Office) -> None:
    office.enrol_one("isa", "Isa Orr", "oakdale-primary", "ig-officer")
    office.step()


def record_of(office: Office) -> str:
    """The school's attendance record about the child."""
    with office.broker.store.look() as view:
        found = find_headers(view, [office.people["child"]])
        return next(one.header.id for one in found if one.header.category == "attendance")


def content_of(office: Office) -> dict[str, object]:
    with office.broker.store.look() as view:
        return open_contents(view, [record_of(office)])[record_of(office)]


def test_a_correction_reaches_everybody_who_received_the_record(office: Office) -> None:
    released = office.ask().id
    made = correct_record(office.broker, ISA, record_of(office), {"percentage": "96", "note": None})
    assert made.changed == ("note", "percentage")
    assert [one.disclosure_id for one in made.told] == [released]
    assert content_of(office) == {"percentage": 96}
    assert "correction" in topics(office, KIM)
    corrected = next(one for one in office.entries() if one.event == "record.corrected")
    assert corrected.details["record"] == record_of(office)


def test_a_list_that_says_what_it_said_does_not_undo_it_and_one_that_says_more_does(office: Office) -> None:
    correct_record(office.broker, ISA, record_of(office), {"percentage": "96"})
    office.record("oakdale-primary", "attendance", ["child"], FIELDS)
    assert content_of(office)["percentage"] == 96
    office.record("oakdale-primary", "attendance", ["child"], {**FIELDS, "percentage": 90})
    assert content_of(office)["percentage"] == 90


@pytest.mark.parametrize(
    "fields",
    [{}, {"percentge": "1"}, {"percentage": "many"}, {"note": "Never late"}],
)
def test_what_cannot_be_right_is_refused(office: Office, fields: dict[str, str | None]) -> None:
    with pytest.raises(CallWrong):
        correct_record(office.broker, ISA, record_of(office), fields)
    assert content_of(office) == FIELDS


def test_a_holder_corrects_its_own_records_alone(office: Office) -> None:
    for record_id in (record_of(office), "r-never"):
        with pytest.raises(CallWrong, match="none of your organisation's"):
            correct_record(office.broker, OFFICER, record_id, {"percentage": "1"})
        with pytest.raises(CallWrong, match="none that you hold"):
            open_dispute(office.broker, OFFICER, office.people["child"], record_id, "wrong")
    with pytest.raises(NotAllowed):
        correct_record(office.broker, KIM, record_of(office), {"percentage": "1"})


def test_a_dispute_is_answered_by_a_correction_or_a_refusal_with_their_own_words_kept(office: Office) -> None:
    child, record_id = office.people["child"], record_of(office)
    first = open_dispute(office.broker, ISA, child, record_id, "She was there").matter_id
    assert correct_record(office.broker, SCHOOL_LEAD, record_id, {"percentage": "96"}, first).changed
    with pytest.raises(CallWrong, match="already"):
        refuse_dispute(office.broker, ISA, first, "The register agrees")
    second = open_dispute(office.broker, ISA, child, record_id, "Every day").matter_id
    with pytest.raises(CallWrong, match="told why"):
        refuse_dispute(office.broker, ISA, second, " ")
    refuse_dispute(office.broker, ISA, second, "The register agrees", "I still say every day")
    found = {one.matter_id: one for one in list_disputes(office.broker, ISA, child)}
    assert found[first].state is DisputeState.CORRECTED
    assert (found[second].words, found[second].because) == ("Every day", "The register agrees")
    assert found[second].statement == "I still say every day"
    assert list_disputes(office.broker, ISA, office.people["mum"]) == ()
    assert list_disputes(office.broker, OFFICER) == ()
    assert all("every day" not in str(one).lower() for one in office.entries())


def test_nobody_corrects_a_record_of_somebody_they_know(office: Office) -> None:
    friend, record_id = office.befriend("fay", "child", "oakdale-primary", "ig-officer"), record_of(office)
    matter = open_dispute(office.broker, ISA, office.people["child"], record_id, "She was there").matter_id
    with pytest.raises(NotAllowed, match="another officer"):
        correct_record(office.broker, friend, record_id, {"percentage": "96"}, matter)
    with pytest.raises(NotAllowed, match="another officer"):
        refuse_dispute(office.broker, friend, matter, "The register agrees")
    told = [one.notice for one in office.notices("alert-conflict-of-interest")]
    assert [(one.recipient, one.body["by"]) for one in told] == [("oakdale-primary", "fay")] * 2


def test_an_answer_is_due_within_a_month(office: Office) -> None:
    open_dispute(office.broker, ISA, office.people["child"], record_of(office), "wrong")
    office.step(60 * 24 * 31)
    assert not list_disputes(office.broker, ISA)[0].overdue
    office.step(60 * 24)
    assert list_disputes(office.broker, ISA)[0].overdue


def test_the_verbs_as_typed(office: Office) -> None:
    office.ask()
    folder, who = office.broker.settings.data_dir, ("--by", "isa", "--as", "ig-officer")
    about = ("--about", office.people["child"], "--record", record_of(office))
    made = run(folder, "correct", "dispute", *who, *about, "--words", "wrong", "--json")
    assert made.returncode == 0, made.stderr
    key = json.loads(made.stdout)["dispute"]
    applied = run(
        folder, "correct", "apply", record_of(office), *who, "--field", "percentage=9", "--matter", key, "--json"
    )
    assert json.loads(applied.stdout)["told"][0]["recipient"] == "ecc"
    assert run(folder, "correct", "refuse", key, *who, "--because", "no").returncode == 2
    assert "corrected" in run(folder, "correct", "list", *who).stdout
