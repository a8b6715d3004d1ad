"""What holds for every adapter: columns accounted for, counts that add up, nothing raised but `FileRefused`."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from broker.agencies import ADAPTERS, Adapter, FileRefused, Involvement, Rejection, Row, Sender
from broker.agencies.contract import BlankRow, HeadingRow, Item
from broker.agencies.findings import RejectionReason
from broker.agencies.limits import Limits

ROOT = Path(__file__).parents[3]
SAMPLES = ROOT / "tests" / "agencies"
SENDER = Sender("sender", date(2026, 11, 2), "file.csv")
CATEGORIES = YAML(typ="safe").load((ROOT / "policies" / "categories.yaml").read_text("utf-8"))["categories"]
FIELDS = {
    category["code"]: {field["name"]: field["kind"] for field in category["fields"]} for category in CATEGORIES
}
TYPES = {
    kind
    for row in YAML(typ="safe").load((ROOT / "policies" / "organisations.yaml").read_text("utf-8"))[
        "organisations"
    ]
    for kind in row["types"]
}
adapters = pytest.mark.parametrize("adapter", ADAPTERS.values(), ids=ADAPTERS)


def items(adapter: Adapter, data: bytes, limits: Limits | None = None) -> list[Item]:
    stream = io.BytesIO(data)
    return list(adapter.read(stream, SENDER, limits) if limits else adapter.read(stream, SENDER))


def row_numbers(read: list[Item]) -> list[int]:
    numbers: list[int] = []
    for item in read:
        match item:
            case Row():
                numbers.extend(item.row_numbers)
            case Rejection() | BlankRow():
                numbers.append(item.row_number)
    return sorted(numbers)


def samples(adapter: Adapter) -> Iterator[bytes]:
    for kind in ("good", "messy", "malformed"):
        yield (SAMPLES / adapter.code / f"{kind}.csv").read_bytes()


@adapters
def test_every_column_is_used_or_ignored_for_a_reason(adapter: Adapter) -> None:
    headings = [name for column in adapter.columns for name in (column.heading, *column.also)]
    assert len(headings) == len({heading.casefold() for heading in headings})
    assert all(column.used or len(column.ignored_because or "") > 15 for column in adapter.columns)


@adapters
def test_records_speak_the_partnerships_vocabulary(adapter: Adapter) -> None:
    assert adapter.controller_types <= TYPES
    seen = set()
    for data in samples(adapter):
        for row in items(adapter, data):
            if not isinstance(row, Row):
                continue
            for record in row.records:
                seen.add(record.category_code)
                refs = {person.ref for person in record.persons}
                kinds = FIELDS[record.category_code]
                assert set(record.fields) <= set(kinds)
                assert all(record.fields[name] in refs for name in record.fields if kinds[name] == "person")
                dates = [str(record.fields[name]) for name in record.fields if kinds[name] == "date"]
                assert all(date.fromisoformat(day) for day in dates)
                assert record.refs(Involvement.ABOUT)
                assert {link.from_ref for link in record.relationships} <= refs
    assert seen <= adapter.category_codes <= set(FIELDS)


@adapters
def test_a_missing_column_refuses_the_file_without_quoting_it(adapter: Adapter) -> None:
    with pytest.raises(FileRefused, match="the heading row lacks") as refused:
        items(adapter, b"Ava,Smith,01/06/2015\r\nLeo,Smith,02/06/2015\r\n")
    assert "Smith" not in str(refused.value)
    with pytest.raises(FileRefused, match="empty"):
        items(adapter, b"")


@adapters
def test_a_column_sent_twice_refuses_the_file(adapter: Adapter) -> None:
    headings = ",".join([column.heading for column in adapter.columns] + [adapter.columns[0].heading])
    with pytest.raises(FileRefused, match="appears twice"):
        items(adapter, headings.encode())


@adapters
def test_only_headings_are_a_file_with_no_rows(adapter: Adapter) -> None:
    headings = tuple(column.heading for column in adapter.columns)
    assert items(adapter, ",".join(headings).encode()) == [HeadingRow(headings)]


@adapters
def test_two_readings_give_the_same_keys_and_a_repeated_file_only_duplicates(adapter: Adapter) -> None:
    data = (SAMPLES / adapter.code / "good.csv").read_bytes()
    body = data.split(b"\n", 1)[1]
    once = [record.source_key for item in items(adapter, data) if isinstance(item, Row) for record in item.records]
    twice = items(adapter, data + body)
    assert len(once) == len(set(once))
    assert once == [r.source_key for item in twice if isinstance(item, Row) for r in item.records]
    assert {item.reason for item in twice if isinstance(item, Rejection)} == {RejectionReason.DUPLICATE}


@adapters
def test_nothing_personal_is_shown_when_results_are_printed(adapter: Adapter) -> None:
    shown = repr(items(adapter, (SAMPLES / adapter.code / "good.csv").read_bytes())[1:])
    assert not [name for name in ("Gemma", "O'Neill", "O’Neill", "Ava", "9990000018", "CM1") if name in shown]


@st.composite
def spoilt_samples(draw: st.DrawFn) -> tuple[Adapter, bytes]:
    """A sample with bytes changed, taken out or put in, or its headings over anything at all."""
    adapter = draw(st.sampled_from(list(ADAPTERS.values())))
    data = bytearray(draw(st.sampled_from(list(samples(adapter)))))
    if draw(st.booleans()):
        data = bytearray(data.split(b"\n", 1)[0] + b"\n" + draw(st.binary(max_size=300)))
    for _ in range(draw(st.integers(0, 6))):
        place = draw(st.integers(0, max(0, len(data) - 1)))
        insert = draw(
            st.sampled_from([b'"', b",", b"\n", b"\r\n", b"\x00", b"\x81", b"=", b"", b'""', b" ", b"\xe2"])
        )
        data[place : place + draw(st.integers(0, 3))] = insert
    return adapter, bytes(data)


@given(spoilt_samples())
def test_whatever_the_bytes_only_refusals_and_no_row_is_lost(case: tuple[Adapter, bytes]) -> None:
    adapter, data = case
    try:
        read = items(adapter, data)
    except FileRefused:
        return
    numbers = row_numbers(read)
    # The heading is row 1; every row below it comes out exactly once.
    assert numbers == list(range(2, len(numbers) + 2))


@given(st.sampled_from(list(ADAPTERS.values())), st.binary(max_size=400) | st.text(max_size=400).map(str.encode))
def test_anything_at_all_without_the_headings_is_refused(adapter: Adapter, data: bytes) -> None:
    with pytest.raises(FileRefused):
        items(adapter, data)
