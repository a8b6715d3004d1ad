"""Police incidents: who gets a record, in which category, mentioning whom; whole or not at all."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from datetime import date

from broker.agencies import Rejection, RejectionReason, Row, Sender, get_adapter
from broker.agencies.adapters.police_incidents import MOST_PERSONS
from broker.agencies.incoming import Involvement

ADAPTER = get_adapter("police-incidents")
HEADINGS = [column.heading for column in ADAPTER.columns]
USUAL = {
    "Incident Number": "42/1/26",
    "Incident Date/Time": "03/09/2026 21:40",
    "Incident Type": "Assault",
    "Linked Persons": "2",
    "Surname": "SMITH",
    "DOB": "01-Jan-1990",
    "Sex": "F",
    "Summary Names Only Linked Persons": "Y",
}
VICTIM = {"Nominal Ref": "N1", "Role": "Victim", "Forename 1": "Ann"}
SUSPECT = {"Nominal Ref": "N2", "Role": "Suspect", "Forename 1": "Bob"}
WITNESS = {"Nominal Ref": "N3", "Role": "Witness", "Forename 1": "Cat"}


def read(*rows: Mapping[str, str]) -> list[Row | Rejection]:
    text = io.StringIO()
    writer = csv.DictWriter(text, HEADINGS, restval="", lineterminator="\r\n")
    writer.writeheader()
    writer.writerows({**USUAL, **row} for row in rows)
    sender = Sender("essex-police", date(2026, 11, 2), "incidents.csv")
    items = ADAPTER.read(io.BytesIO(text.getvalue().encode("cp1252")), sender)
    return [item for item in items if isinstance(item, Row | Rejection)]


def only_row(*rows: Mapping[str, str]) -> Row:
    (row,) = read(*rows)
    assert isinstance(row, Row)
    return row


def test_each_person_it_is_about_has_a_record_that_mentions_the_others() -> None:
    row = only_row(
        *({**part, "Linked Persons": "3", "Location": "High Street"} for part in (VICTIM, SUSPECT, WITNESS))
    )
    assert row.row_numbers == (2, 3, 4)
    victim, suspect = row.records
    assert victim.refs(Involvement.ABOUT) == ("N1",)
    assert victim.refs(Involvement.MENTIONS) == ("N2", "N3")
    assert suspect.refs(Involvement.ABOUT) == ("N2",)
    assert victim.group_key == suspect.group_key
    assert victim.source_key != suspect.source_key
    assert dict(victim.fields) == {
        "kind": "assault",
        "part_played": "victim",
        "other_person": "N2",
        "place": "High Street",
    }
    assert (suspect.fields["part_played"], suspect.fields["other_person"]) == ("suspect", "N1")


def test_with_two_suspects_no_person_is_singled_out() -> None:
    another = {**SUSPECT, "Nominal Ref": "N4"}
    row = only_row(*({**part, "Linked Persons": "3", "DASH Risk": "High"} for part in (VICTIM, SUSPECT, another)))
    assert all("alleged_perpetrator" not in record.fields for record in row.records)
    row = only_row(*({**part, "Linked Persons": "3"} for part in (VICTIM, SUSPECT, another)))
    assert "other_person" not in row.records[0].fields


def test_a_dash_grade_or_score_makes_any_incident_a_domestic_one() -> None:
    for mark in ({"DASH Risk": "Standard"}, {"DASH Score": "0"}, {"Incident Type": "Domestic Incident"}):
        row = only_row({**VICTIM, **mark}, {**SUSPECT, **mark})
        assert {record.category_code for record in row.records} == {"domestic-abuse"}
        assert all("kind" not in record.fields for record in row.records)
        assert {record.fields["alleged_perpetrator"] for record in row.records} == {"N2"}


def test_without_the_senders_word_mentions_are_not_stated() -> None:
    row = only_row(
        *({**part, "Summary Names Only Linked Persons": "N", "Summary": "x"} for part in (VICTIM, SUSPECT))
    )
    assert [record.mentions_stated for record in row.records] == [False, False]


def test_one_bad_row_costs_the_whole_incident_and_no_other() -> None:
    bad = {**SUSPECT, "DOB": "soon"}
    alone = {**VICTIM, "Incident Number": "42/2/26", "Linked Persons": "1"}
    items = read(VICTIM, bad, alone)
    assert [(item.row_number, item.reason) for item in items if isinstance(item, Rejection)] == [
        (2, RejectionReason.INCOMPLETE_GROUP),
        (3, RejectionReason.BAD_DATE),
    ]
    assert [item.row_numbers for item in items if isinstance(item, Row)] == [(4,)]


def test_an_incident_torn_apart_is_not_taken_in_parts() -> None:
    other = {**VICTIM, "Incident Number": "42/2/26", "Linked Persons": "1"}
    items = read(VICTIM, other, SUSPECT)
    assert [item.row_number for item in items if isinstance(item, Rejection)] == [2, 4]


def test_more_people_than_an_incident_can_have_are_not_gathered() -> None:
    crowd = [{**VICTIM, "Nominal Ref": f"N{number}", "Linked Persons": "9"} for number in range(MOST_PERSONS + 2)]
    items = read(*crowd)
    assert all(isinstance(item, Rejection) for item in items)
    assert sorted(item.row_number for item in items if isinstance(item, Rejection)) == list(
        range(2, MOST_PERSONS + 4)
    )


def test_sending_the_incident_again_with_one_more_person_keeps_the_keys() -> None:
    before = only_row(VICTIM, SUSPECT)
    after = only_row(*({**part, "Linked Persons": "3"} for part in (VICTIM, SUSPECT, WITNESS)))
    assert [record.source_key for record in before.records] == [record.source_key for record in after.records]
