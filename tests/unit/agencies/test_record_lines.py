"""Records as lines of JSON: every line comes out once, whatever it is, and what is taken is what was sent."""

from __future__ import annotations

import io
import json
from datetime import date
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broker.agencies.contract import BlankRow, Extent, HeadingRow, Row, Sender
from broker.agencies.findings import Rejection, RejectionReason
from broker.agencies.incoming import IncomingRecord, Involvement
from broker.agencies.record_lines import RecordLines, sent_categories
from broker.agreements.partnership import load_partnership
from broker.errors import CallWrong
from broker.people import ProtectionMarker
from broker.vocabulary.codes import Organisation

VOCABULARY: Final = load_partnership(Path(__file__).parents[3] / "policies").vocabulary
SENDER: Final = Sender("oakdale-primary", date(2026, 3, 2), "records")
PUPIL: Final = {"ref": "pupil", "number": "P1", "given_name": "Ann", "family_name": "Lee", "born_on": "2015-06-01"}
LINE: Final = {
    "source": "a-1",
    "category": "attendance",
    "occurred_on": "2026-02-20",
    "about": [PUPIL],
    "fields": {"percentage": 81.5, "note": "Often late"},
}


def school() -> Organisation:
    return VOCABULARY.organisations["oakdale-primary"]


def read(*lines: bytes, name: str = "attendance") -> list[Any]:
    adapter = RecordLines(name, Extent.INCREMENTS, school(), VOCABULARY)
    return list(adapter.read(io.BytesIO(b"\n".join(lines)), SENDER))[1:]


def record(**more: Any) -> IncomingRecord:
    (row,) = read(json.dumps({**LINE, **more}).encode())
    assert isinstance(row, Row), row
    return row.records[0]


def refused(**more: Any) -> tuple[RejectionReason, str | None]:
    (item,) = read(json.dumps({**LINE, **more}).encode())
    assert isinstance(item, Rejection)
    return item.reason, item.column


_TEXT = st.text("aZ1 -\n\x00\u00e9\u202e\ud800", max_size=6)
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | _TEXT,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(_TEXT, inner, max_size=2),
    max_leaves=4,
)
_MUTATED = st.fixed_dictionaries(
    {}, optional=dict.fromkeys((*LINE, "mentions", "mentions_stated", "withdrawn"), _JSON)
).map(lambda more: json.dumps({**LINE, **more}).encode())


@given(st.lists(st.binary(max_size=60).filter(lambda data: b"\n" not in data) | _MUTATED, max_size=5))
def test_every_line_comes_out_exactly_once(lines: list[bytes]) -> None:
    data = b"\n".join(lines)
    adapter = RecordLines("attendance", Extent.INCREMENTS, school(), VOCABULARY)
    heading, *items = adapter.read(io.BytesIO(data), SENDER)
    assert heading == HeadingRow(())
    numbers = [one.row_numbers[0] if isinstance(one, Row) else one.row_number for one in items]
    assert numbers == list(range(1, len(io.BytesIO(data).readlines()) + 1))
    assert all(isinstance(one, Row | Rejection | BlankRow) for one in items)


def test_what_is_taken_is_what_was_sent() -> None:
    found = record()
    assert (found.category_code, found.occurred_on) == ("attendance", date(2026, 2, 20))
    assert dict(found.fields) == {"percentage": 81.5, "note": "Often late"}
    (pupil,) = found.persons
    assert (pupil.ref, pupil.involvement, pupil.claims.agency_id) == ("pupil", Involvement.ABOUT, "P1")
    assert pupil.claims.born_on == date(2015, 6, 1)
    assert found.controller_code == "oakdale-primary"


def test_free_text_names_nobody_unsaid_only_where_that_is_stated() -> None:
    assert not record().mentions_stated
    assert record(mentions_stated=True).mentions_stated
    assert record(fields={"percentage": 81}).mentions_stated


def test_one_list_and_source_are_one_entry_whatever_else_is_sent() -> None:
    assert record().source_key == record(fields={"percentage": 1}).source_key
    assert record().source_key != record(source="a-2").source_key
    (other,) = read(json.dumps(LINE).encode(), name="other")
    assert other.records[0].source_key != record().source_key


def test_a_restricted_address_asks_for_its_marker() -> None:
    (pupil,) = record(about=[{**PUPIL, "address_restricted": True}]).persons
    assert pupil.marker_claims == {ProtectionMarker.ADDRESS_PROTECTED}


def test_a_number_that_is_not_well_formed_is_kept_with_a_doubt() -> None:
    (row,) = read(json.dumps({**LINE, "about": [{**PUPIL, "nhs_number": "123"}]}).encode())
    assert [flag.column for flag in row.flags] == ["about.0.nhs_number"]


def test_of_an_entry_that_is_taken_back_nothing_else_is_read() -> None:
    (row,) = read(b'{"source": "a-1", "withdrawn": true}')
    (found,) = row.records
    assert (found.withdrawn, found.persons, found.source_key) == (True, (), record().source_key)
    assert refused(withdrawn=True) == (RejectionReason.UNKNOWN_CODE, None)


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        (
            {"about": [{**PUPIL, "address_restricted": "no"}]},
            (RejectionReason.BAD_VALUE, "about.0.address_restricted"),
        ),
        ({"about": [PUPIL, PUPIL]}, (RejectionReason.INCONSISTENT, "ref")),
        ({"about": PUPIL}, (RejectionReason.BAD_VALUE, "about")),
        ({"about": [{**PUPIL, "sex": "F"}]}, (RejectionReason.UNKNOWN_CODE, "about.0.sex")),
        ({"occurred_on": "2014-01-01"}, (RejectionReason.INCONSISTENT, "occurred_on")),
        ({"source": "x" * 201}, (RejectionReason.TOO_LONG, "source")),
        ({"source": "a\nb"}, (RejectionReason.LINE_BREAK, "source")),
        ({"source": "a\u202eb"}, (RejectionReason.CONTROL_CHARACTER, "source")),
        ({"source": 5}, (RejectionReason.BAD_VALUE, "source")),
        ({"fields": {"percentage": True}}, (RejectionReason.BAD_NUMBER, "fields.percentage")),
        ({"fields": {"note": " "}}, (RejectionReason.MISSING, "fields.note")),
        ({"fields": []}, (RejectionReason.BAD_VALUE, "fields")),
    ],
)
def test_a_line_of_another_shape_is_rejected(more: dict[str, Any], expected: tuple[RejectionReason, str]) -> None:
    assert refused(**more) == expected


def test_an_organisation_sends_what_the_formats_of_its_type_become() -> None:
    assert sent_categories(school()) == {"attendance", "exclusions"}
    assert refused(category="police-incidents") == (RejectionReason.UNKNOWN_CODE, "category")


@pytest.mark.parametrize("name", ["", "A", "1a", "a" * 33, "a b", "a:b"])
def test_a_list_has_a_plain_name(name: str) -> None:
    with pytest.raises(CallWrong):
        RecordLines(name, Extent.WHOLE_LIST, school(), VOCABULARY)
