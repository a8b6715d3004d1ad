"""Everything that is refused before meaning is looked at: each attack on the syntax, with its place and words."""

from __future__ import annotations

import pytest

from broker.documents.files import documents_of, single_document
from broker.documents.findings import Findings
from broker.documents.limits import MAX_BYTES, MAX_DEPTH
from broker.errors import DocumentsRefused

REFUSED: dict[str, tuple[bytes, list[str]]] = {
    "duplicate key": (
        b"effect: deny\nwhy: x\neffect: allow\n",
        ["f.yaml:3: `effect` is written twice, first on line 1: keep one of them"],
    ),
    "duplicate key, once quoted": (
        b"a: 1\n'a': 2\n",
        ["f.yaml:2: `a` is written twice, first on line 1: keep one of them"],
    ),
    "duplicate key three times": (
        b"a: 1\na: 2\na: 3\n",
        [
            "f.yaml:2: `a` is written twice, first on line 1: keep one of them",
            "f.yaml:3: `a` is written twice, first on line 1: keep one of them",
        ],
    ),
    "duplicate key in a flow mapping": (
        b"x:\n  {a: 1, a: 2}\n",
        ["f.yaml:2: `a` is written twice, first on line 2: keep one of them"],
    ),
    "duplicate key in json": (
        b'{"a": 1,\n "a": 2}',
        ["f.yaml:2: `a` is written twice, first on line 1: keep one of them"],
    ),
    "anchor and alias": (
        b"a: &x [1]\nb: *x\n",
        ["f.yaml:1: sets the anchor `&x`: take it out", "f.yaml:2: uses the alias `*x`: write the value out"],
    ),
    "anchor on a mapping": (b"a: &x\n  b: 1\n", ["f.yaml:1: sets the anchor `&x`: take it out"]),
    "alias as a key": (b"*x : 1\n", ["f.yaml:1: uses the alias `*x`: write the value out"]),
    "alias of nothing": (b"- *gone\n", ["f.yaml:1: uses the alias `*gone`: write the value out"]),
    "tag of a known type": (
        b"a: !!str 1\n",
        ["f.yaml:1: has the tag `!!str`: take it out; quote a value to make it text"],
    ),
    "tag that would run code": (
        b"- !!python/object/apply:os.system [id]\n",
        [
            "f.yaml:1: has the tag `!!python/object/apply:os.system`: take it out; quote a value to make it text",
        ],
    ),
    "local tag": (b"a: !mine b\n", ["f.yaml:1: has the tag `!mine`: take it out; quote a value to make it text"]),
    "non-specific tag": (b"a: ! 12\n", ["f.yaml:1: has the tag `!`: take it out; quote a value to make it text"]),
    "merge key": (b"a: 1\n<<: {b: 2}\n", ["f.yaml:2: uses the merge key `<<`: write the keys out"]),
    "number as a key": (b"x: 1\n2: a\n", ["f.yaml:2: the key `2` is not text: put it in quotes"]),
    "true as a key": (b"true: a\n", ["f.yaml:1: the key `true` is not text: put it in quotes"]),
    "null as a key": (b"~: a\n", ["f.yaml:1: the key `~` is not text: put it in quotes"]),
    "empty key": (b": a\n", ["f.yaml:1: the key `` is not text: put it in quotes"]),
    "list as a key": (
        b"? [a, b]\n: c\n",
        ["f.yaml:1: a list or mapping stands where a key must be: use a word as the key"],
    ),
    "mapping as a key": (
        b"{a: 1}: c\n",
        ["f.yaml:1: a list or mapping stands where a key must be: use a word as the key"],
    ),
    "not a number": (
        b"a: .nan\n",
        ["f.yaml:1: `.nan` is not a number that can be compared: write a finite number"],
    ),
    "infinity": (
        b"a:\n- -.Inf\n",
        ["f.yaml:2: `-.Inf` is not a number that can be compared: write a finite number"],
    ),
    "float too large": (
        b"a: 1e999\n",
        ["f.yaml:1: `1e999` is too large a number: write a smaller one, or quote it as text"],
    ),
    "integer too large": (
        b"a: 9223372036854775808\n",
        ["f.yaml:1: `9223372036854775808` is too large a whole number: put it in quotes if it is a reference"],
    ),
    "integer of five thousand digits": (
        b"a: " + b"9" * 5000 + b"\n",
        [
            f"f.yaml:1: `{'9' * 59}…` is too large a whole number: put it in quotes if it is a reference",
        ],
    ),
    "hexadecimal too large": (
        b"a: 0xfffffffffffffffff\n",
        [
            "f.yaml:1: `0xfffffffffffffffff` is too large a whole number: put it in quotes if it is a reference",
        ],
    ),
    "integer too large in json": (
        b'{"a":\n 9223372036854775808}',
        ["f.yaml:2: `9223372036854775808` is too large a whole number: put it in quotes if it is a reference"],
    ),
    "too deep": (
        b"[" * (MAX_DEPTH + 1) + b"]" * (MAX_DEPTH + 1),
        ["f.yaml:1: deeper than 32 lists and mappings: make it flatter"],
    ),
    "very much too deep": (b"- " * 100_000, ["f.yaml:1: deeper than 32 lists and mappings: make it flatter"]),
    "too deep by indentation": (
        b"".join(b" " * depth + b"a:\n" for depth in range(MAX_DEPTH + 1)),
        ["f.yaml:33: deeper than 32 lists and mappings: make it flatter"],
    ),
    "too large": (
        b"#" * (MAX_BYTES + 1),
        ["f.yaml:1: larger than 1 MiB (1048576 bytes): split it into several files"],
    ),
    "not utf-8": (b"a: b\nc: \xe9\n", ["f.yaml:2: byte 0xe9 is not UTF-8: save it as UTF-8"]),
    "utf-16": ("a: b".encode("utf-16"), ["f.yaml:1: written in UTF-16 or UTF-32: save it as UTF-8"]),
    "utf-32": ("a: b".encode("utf-32"), ["f.yaml:1: written in UTF-16 or UTF-32: save it as UTF-8"]),
    "overlong utf-8": (b"a: \xc0\xaf", ["f.yaml:1: byte 0xc0 is not UTF-8: save it as UTF-8"]),
    "encoded surrogate": (b"a: \xed\xa0\x80", ["f.yaml:1: byte 0xed is not UTF-8: save it as UTF-8"]),
    "control characters": (
        b"a: \x07\nb: \x1b[31m\n",
        [
            "f.yaml:1: holds the character U+0007, which cannot be seen: take it out",
            "f.yaml:2: holds the character U+001B, which cannot be seen: take it out",
        ],
    ),
    "zero byte": (b"a: b\x00", ["f.yaml:1: holds the character U+0000, which cannot be seen: take it out"]),
    "byte order mark inside": (
        "a: \ufeffb".encode(),
        ["f.yaml:1: holds the character U+FEFF, which cannot be seen: take it out"],
    ),
    "line separator that editors do not show": (
        "a: b\u2028c".encode(),
        ["f.yaml:1: holds the character U+2028, which cannot be seen: take it out"],
    ),
    "text that reads backwards": (
        "a: \u202eevihcra\n".encode(),
        ["f.yaml:1: holds the character U+202E, which cannot be seen: take it out"],
    ),
    "escaped control character": (
        b'a: "x\\0y"\n',
        ["f.yaml:1: escapes the character U+0000, which cannot be seen: take it out"],
    ),
    "escaped carriage return": (
        b'a: "x\\ry"\n',
        ["f.yaml:1: escapes the character U+000D, which cannot be seen: take it out"],
    ),
    "escaped lone surrogate": (
        b'a: "\\ud800"\n',
        ["f.yaml:1: escapes the character U+D800, which cannot be seen: take it out"],
    ),
    "escaped lone surrogate in json": (
        b'{"a": "\\ud800"}',
        ["f.yaml:1: escapes the character U+D800, which cannot be seen: take it out"],
    ),
    "escaped control character in a json key": (
        b'{"a\\u0007": 1}',
        ["f.yaml:1: escapes the character U+0007, which cannot be seen: take it out"],
    ),
    "directive of another version": (
        b"%YAML 1.1\n---\na: no\n",
        ["f.yaml:1: has a `%` directive: take it out; every file is YAML 1.2"],
    ),
    "directive of a tag": (
        b"%TAG ! tag:x,2000:\n---\na: 1\n",
        ["f.yaml:1: has a `%` directive: take it out; every file is YAML 1.2"],
    ),
    "nothing": (b"", ["f.yaml:1: is empty: write the document, or delete the file"]),
    "only a comment": (b"# later\n", ["f.yaml:1: is empty: write the document, or delete the file"]),
    "only a separator": (b"---\n", ["f.yaml:1: an empty document: take out the `---` or write the document"]),
    "an empty document at the end": (
        b"a: 1\n---\n",
        ["f.yaml:2: an empty document: take out the `---` or write the document"],
    ),
    "a character beyond unicode": (
        b'"\\UFFFFFFFF"',
        ["f.yaml:1: not YAML: cannot be read: correct the text here or just below"],
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused_with_its_place(name: str) -> None:
    data, expected = REFUSED[name]
    findings = Findings()
    documents_of(data, "f.yaml", findings)
    assert [str(finding) for finding in findings.errors] == expected
    with pytest.raises(DocumentsRefused):
        findings.refuse_if_errors()


@pytest.mark.parametrize("text", ["a: [1, 2", "a: b: c", "{a: 1", "- a\nb: c", 'a: "b', "a: @b", "\ta: b", "%"])
def test_broken_syntax_is_refused_with_a_line(text: str) -> None:
    findings = Findings()
    documents_of(text.encode(), "f.yaml", findings)
    (error,) = findings.errors
    assert error.where == f"f.yaml:{1 if text != '- a' + chr(10) + 'b: c' else 2}"
    assert error.message.startswith("not YAML: ")


def test_everything_wrong_is_said_at_once() -> None:
    findings = Findings()
    documents_of(b"a: &x 1\na: 2\n---\nb: !!str c\n3: d\n---\ne: [", "f.yaml", findings)
    assert [finding.where for finding in findings.errors] == [
        "f.yaml:1",
        "f.yaml:2",
        "f.yaml:4",
        "f.yaml:5",
        "f.yaml:7",
    ]


def test_a_file_for_one_document_holds_one() -> None:
    findings = Findings()
    single_document(b"a: 1\n---\nb: 2\n", "f.yaml", findings)
    assert [str(finding) for finding in findings.errors] == [
        "f.yaml:2: a second document begins here: keep one document in this file"
    ]


def test_a_hostile_file_is_not_told_everything_that_is_wrong_with_it() -> None:
    findings = Findings()
    documents_of(b"a:\n" * 5000, "f.yaml", findings)
    assert len(findings.errors) == 1001
    assert str(findings.errors[-1]) == "f.yaml:1001: 1000 problems up to here: mend these first"


def test_aliases_cost_nothing() -> None:
    bomb = "a0: &a0 [x]\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 9))
    findings = Findings()
    documents_of(bomb.encode(), "f.yaml", findings)
    assert len(findings.errors) == 9 + 8 * 9
