"""No text and no bytes do anything but become documents or findings, and JSON is read as YAML would read it."""

from __future__ import annotations

import json
import re

from hypothesis import example, given, settings
from hypothesis import strategies as st

from broker.documents.files import documents_of
from broker.documents.findings import Findings
from broker.documents.json_text import NotJson, read_json_documents
from broker.documents.limits import UNREADABLE
from broker.documents.nodes import Node, plain
from broker.documents.plain_data import document_from_plain
from broker.documents.strict_yaml import compose_yaml
from broker.errors import DocumentsRefused

_WHERE = re.compile(r"f\.yaml:[1-9][0-9]*")

YAML_PIECES = st.sampled_from(
    (
        "a",
        ": ",
        "- ",
        "\n",
        "  ",
        "{",
        "}",
        "[",
        "]",
        ",",
        '"',
        "'",
        "&x ",
        "*x",
        "!!str ",
        "!<",
        "<<",
        "? ",
        "|",
        ">",
        "%YAML 1.2\n",
        "---\n",
        "...\n",
        "#",
        "\\",
        "\\ud800",
        "\t",
        "\r",
        "~",
        "0x",
        "1e9",
        ".nan",
        "@",
        "`",
        "\x00",
    )
)


def load(data: bytes) -> None:
    findings = Findings()
    documents = documents_of(data, "f.yaml", findings)
    for finding in findings.errors:
        assert _WHERE.fullmatch(finding.where)
        assert "\n" not in finding.message
        str(finding).encode("utf-8")
    try:
        findings.refuse_if_errors()
    except DocumentsRefused:
        return
    for document in documents:
        json.dumps(plain(document.root), allow_nan=False).encode("utf-8")


@given(st.binary(max_size=200))
@example(b"\xff\xfe\x00")
def test_any_bytes(data: bytes) -> None:
    load(data)


@given(st.text(max_size=200))
@example('"\\UFFFFFFFF"')
@example("%YAML 9.9\n---\na")
def test_any_text(text: str) -> None:
    load(text.encode("utf-8", "surrogatepass"))


@settings(max_examples=400)
@given(st.lists(YAML_PIECES, max_size=40).map("".join))
@example("? &x\n: *x\n<<")
@example("- |\n \t\n-")
def test_anything_made_of_yaml(text: str) -> None:
    load(text.encode())


READABLE = st.text(max_size=20).filter(lambda text: not UNREADABLE.search(text) and "\r" not in text)
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63) + 1, 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    # YAML allows a key no more than 1024 characters; JSON keys here are short.
    | READABLE,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(READABLE, inner, max_size=4),
    max_leaves=20,
)
ROOTS = st.lists(VALUES, max_size=4) | st.dictionaries(READABLE, VALUES, max_size=4)


def yaml_roots(text: str) -> list[Node]:
    problems: list[tuple[int, str]] = []
    documents = compose_yaml(text, "f.yaml", lambda line, message: problems.append((line, message)))
    assert problems == []
    return [document.root for document in documents]


@given(ROOTS, st.sampled_from([None, 1, 2]))
def test_json_is_read_as_yaml_reads_it(value: object, indent: int | None) -> None:
    text = json.dumps(value, indent=indent, ensure_ascii=False)
    roots, problems = read_json_documents(text)
    assert problems == []
    assert [plain(root) for root in roots] == [value]
    assert roots == yaml_roots(text)


@given(ROOTS)
def test_values_in_memory_have_the_lines_of_their_print(value: object) -> None:
    findings = Findings()
    document = document_from_plain(value, "f.yaml", findings)
    assert findings.errors == ()
    assert [document.root] == read_json_documents(json.dumps(value, indent=1, ensure_ascii=False))[0]


@settings(max_examples=300)
@given(st.lists(YAML_PIECES, max_size=20).map(lambda pieces: "{" + "".join(pieces) + "}"))
def test_what_is_not_json_is_left_to_yaml(text: str) -> None:
    try:
        roots, problems = read_json_documents(text)
    except NotJson:
        return
    if not problems:
        assert roots == yaml_roots(text)
