"""What a plain scalar means: YAML 1.2, core schema, and nothing of YAML 1.1."""

from __future__ import annotations

import pytest

from broker.documents.files import documents_of
from broker.documents.findings import Findings
from broker.documents.limits import MAX_INTEGER
from broker.documents.nodes import Document, Scalar, Table, plain


def read(data: bytes) -> tuple[Document, ...]:
    findings = Findings()
    documents = documents_of(data, "f.yaml", findings)
    assert findings.errors == ()
    return documents


@pytest.mark.parametrize(
    ("written", "means"),
    [
        ("no", "no"),
        ("on", "on"),
        ("yes", "yes"),
        ("y", "y"),
        ("12:30:45", "12:30:45"),
        ("2026-03-02", "2026-03-02"),
        ("2026-03-02T09:30:00Z", "2026-03-02T09:30:00Z"),
        ("1_000", "1_000"),
        ("0o17", 15),
        ("017", 17),
        ("0x1F", 31),
        ("0b1", "0b1"),
        ("-0x1", "-0x1"),
        ("+12", 12),
        ("-12", -12),
        ("-0", 0),
        ("1.", 1.0),
        (".5", 0.5),
        ("-1.5e3", -1500.0),
        ("1e3", 1000.0),
        ("1.2.3", "1.2.3"),
        ("4.1", 4.1),
        ('"4.1"', "4.1"),
        ("'no'", "no"),
        ("true", True),
        ("TRUE", True),
        ("False", False),
        ("tRUE", "tRUE"),
        ("null", None),
        ("~", None),
        ("", None),
        ("nULL", "nULL"),
        ("nan", "nan"),
        ("inf", "inf"),
        ("P2Y", "P2Y"),
        (str(MAX_INTEGER), MAX_INTEGER),
        (str(-MAX_INTEGER), -MAX_INTEGER),
        ("0000000000000000000000000000001", 1),
        ("|\n  two\n  lines\n", "two\nlines\n"),
        (">-\n  one\n  line", "one line"),
        ('"tab\\there"', "tab\there"),
    ],
)
def test_core_schema(written: str, means: object) -> None:
    (document,) = read(f"key: {written}\n".encode())
    assert isinstance(document.root, Table)
    value = document.root.find("key")
    assert isinstance(value, Scalar)
    assert value.value == means
    assert type(value.value) is type(means)


def test_a_byte_order_mark_at_the_start_is_what_some_editors_write() -> None:
    (document,) = read(b"\xef\xbb\xbfa: 1\n")
    assert plain(document.root) == {"a": 1}


def test_every_document_knows_its_lines() -> None:
    first, second = read(b"# comment\n\na: 1\nb:\n  - c\n  - d: e\n---\n\nf: >\n  g\n\n  h\ni: {j: [k,\n  l]}\n")
    assert isinstance(first.root, Table)
    assert {key: (entry.line, entry.value.line) for key, entry in first.root.entries.items()} == {
        "a": (3, 3),
        "b": (4, 5),
    }
    assert isinstance(second.root, Table)
    assert {key: entry.line for key, entry in second.root.entries.items()} == {"f": 9, "i": 13}
    assert second.index == 1
    assert plain(second.root) == {"f": "g\nh\n", "i": {"j": ["k", "l"]}}


def test_windows_line_ends_count_once() -> None:
    (document,) = read(b"a: 1\r\nb: 2\r\n")
    assert isinstance(document.root, Table)
    assert document.root.entries["b"].line == 2


@pytest.mark.parametrize(
    "text",
    [
        '{"a": "\\ud83d\\ude00"}',
        '{\n\t"a": "\U0001f600"\n}',
        '---\n{"a": "\U0001f600"}\n',
        '{"a":"\\ud83d\\ude00"}',
    ],
)
def test_json_as_programs_write_it(text: str) -> None:
    (document,) = read(text.encode())
    assert plain(document.root) == {"a": "\U0001f600"}
