"""The safety documents and docs/security.md name only places and tests that are there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.safety.hazards import PRINTED, ROOT
from tests.safety.named import is_there, places_in

DOCUMENTS = sorted([*(ROOT / "docs/safety").glob("*.md"), ROOT / "docs/security.md"])


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_place_and_test_that_a_document_names_is_there(document: Path) -> None:
    named = list(places_in(document.read_text(encoding="utf-8")))
    assert named, "it rests on nothing"
    assert [name for name in named if not is_there(ROOT, name)] == []


def test_a_place_that_is_not_there_is_found_out() -> None:
    assert not is_there(ROOT, "broker/nowhere.py")
    assert not is_there(ROOT, "tests/safety/test_safety_documents.py::test_nobody_wrote")
    assert list(places_in("`broker/a.py`, `mark` and\n```\n`tests/b.py`\n```\n")) == ["broker/a.py"]


def test_attacks_are_numbered_once_and_those_that_are_open_are_there() -> None:
    text = (ROOT / "docs/safety/threat-model.md").read_text(encoding="utf-8")
    numbers = re.findall(r"^\| (T-\d\d) \|", text, re.MULTILINE)
    assert numbers == [f"T-{number:02d}" for number in range(1, len(numbers) + 1)]
    assert set(re.findall(r"T-\d\d", text)) <= set(numbers)


def test_every_attack_names_what_would_fail() -> None:
    text = (ROOT / "docs/safety/threat-model.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| T-\d\d \|.*$", text, re.MULTILINE)
    assert [row[:8] for row in rows if "::" not in row] == []


def test_hazards_that_other_documents_name_are_in_the_log() -> None:
    known = set(re.findall(r"^## (H-\d\d) ", PRINTED.read_text(encoding="utf-8"), re.MULTILINE))
    for document in DOCUMENTS:
        named = set(re.findall(r"\bH-\d\d\b", document.read_text(encoding="utf-8")))
        assert named <= known, document.name
