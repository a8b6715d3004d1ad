"""What a format would tell beyond its kind of record is left out, and a row in error is taken back whole."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path

import pytest

from broker.agencies import ADAPTERS, IncomingRecord, Rejection, Row, get_adapter
from broker.agencies.contract import Sender
from broker.agreements.partnership import load_partnership
from broker.people import ProtectionMarker
from tests.agencies.reading import RECEIVED_ON, SAMPLES

ROOT = Path(__file__).parents[3]


def read(code: str, text: str) -> list[IncomingRecord | Rejection]:
    adapter = get_adapter(code)
    stream = io.BytesIO(text.encode(adapter.encoding))
    found: list[IncomingRecord | Rejection] = []
    for item in adapter.read(stream, Sender("sender", RECEIVED_ON, "sample.csv")):
        if isinstance(item, Row):
            found += item.records
        elif isinstance(item, Rejection):
            found.append(item)
    return found


def good(code: str) -> list[IncomingRecord]:
    text = (SAMPLES / code / "good.csv").read_text(get_adapter(code).encoding)
    return [one for one in read(code, text) if isinstance(one, IncomingRecord)]


def with_column(code: str, cells: Callable[[int, list[str]], str | None]) -> list[IncomingRecord | Rejection]:
    """The good sample with a `Withdrawn` column; rows whose cell is None are left out."""
    with (SAMPLES / code / "good.csv").open(encoding=get_adapter(code).encoding, newline="") as file:
        heading, *rows = csv.reader(file)
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow([*heading, "Withdrawn"])
    for number, row in enumerate(rows):
        cell = cells(number, row)
        if cell is not None:
            writer.writerow([*row, cell])
    return read(code, text.getvalue())


def test_nobody_in_a_refuge_has_an_address_taken() -> None:
    (in_refuge,) = [one for one in good("housing-options") if one.persons[0].marker_claims]
    assert in_refuge.persons[0].marker_claims == {ProtectionMarker.ADDRESS_PROTECTED}
    assert in_refuge.fields == {"duty_owed": "main"}
    assert "Secret" not in str(in_refuge.fields) + str(in_refuge.persons[0].claims.address)


def test_nothing_of_a_placement_for_adoption_is_taken() -> None:
    fields = [one.fields for one in good("annex-a-looked-after")]
    assert "placed_at" in fields[0]
    assert fields[2].keys() == {"legal_status", "worker", "from"}


def test_a_referral_to_a_drug_team_is_nothing_in_mental_health() -> None:
    drug = [one for one in good("mental-health-referrals") if one.category_code == "substance-misuse"]
    assert [one.fields for one in drug] == [{"in_service": "open"}]


def test_a_benefit_for_illness_is_not_named_and_stays_an_entry_of_its_own() -> None:
    credit, illness = good("benefit-status")[:2]
    assert (credit.fields["benefit"], illness.fields["benefit"]) == ("universal-credit", "other")
    assert credit.source_key != illness.source_key


def test_a_reason_that_tells_of_sexual_life_is_not_named() -> None:
    assert good("school-exclusions")[2].fields["reason"] == "other"


def test_joint_tenants_have_a_record_each_and_are_named_in_the_others() -> None:
    one, other = good("tenancies")[1:3]
    assert one.group_key == other.group_key
    assert one.source_key != other.source_key
    assert one.refs(one.persons[0].involvement) == ("tenant",)
    assert (one.fields["joint_tenant"], other.fields["joint_tenant"]) == ("joint-tenant", "tenant")


def test_no_condition_names_whom_it_protects() -> None:
    conditions = " ".join(str(one.fields.get("licence_condition", "")) for one in good("probation-caseload"))
    assert "No contact with a named person" in conditions


@pytest.mark.parametrize("code", [code for code in ADAPTERS if code != "police-incidents"])
def test_every_format_may_take_an_entry_back(code: str) -> None:
    records = with_column(code, lambda _number, _row: "Y")
    assert records
    for record, before in zip(records, good(code), strict=True):
        assert isinstance(record, IncomingRecord)
        assert record.withdrawn
        assert record.source_key == before.source_key


def test_an_incident_is_taken_back_whole_or_not_at_all() -> None:
    first = "42/0000001/26"
    whole = with_column("police-incidents", lambda _number, row: "Y" if row[0] == first else None)
    assert len(whole) == 3
    assert all(isinstance(one, IncomingRecord) and one.withdrawn for one in whole)
    torn = with_column(
        "police-incidents", lambda number, row: ("Y" if number == 0 else "N") if row[0] == first else None
    )
    assert [one.column for one in torn if isinstance(one, Rejection)] == ["Withdrawn"] * 3


def test_every_field_of_every_sample_is_declared_by_its_category() -> None:
    vocabulary = load_partnership(ROOT / "policies").vocabulary
    for code in ADAPTERS:
        for record in good(code):
            assert record.category_code in get_adapter(code).category_codes
            declared = {spec.name for spec in vocabulary.categories[record.category_code].fields}
            assert record.fields.keys() <= declared, code
