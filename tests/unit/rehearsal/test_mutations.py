"""Any small edit of any file is understood or refused with its place: never an exception of another kind."""

from __future__ import annotations

import random
import re
from pathlib import Path

import pytest

from broker.errors import DocumentsRefused, Finding
from broker.rehearsal.parse import load_scenarios
from tests.unit.agreements.small_partnership import AGREEMENT, POLICIES, SCENARIO, write_partnership

FILES = {**POLICIES, "family-support.yaml": AGREEMENT, "scenario.yaml": SCENARIO}
_TOKEN = re.compile(r"[A-Za-z0-9_.-]+|[\[\]{}:,]")
_WHERE = re.compile(r".+\.yaml:[1-9][0-9]*|.+:1")
OTHERS = (
    "",
    "null",
    "[]",
    "{}",
    "all",
    "true",
    "-1",
    "1.5",
    "'x'",
    "[[",
    "}",
    "2026-02-30",
    "{a: 1}",
    "[1]",
    "&a",
    "!!x",
)


def edited(text: str, dice: random.Random) -> str:
    """The text with one token replaced, dropped or doubled, or one line dropped or doubled."""
    if dice.random() < 0.3:
        lines = text.splitlines(keepends=True)
        at = dice.randrange(len(lines))
        return "".join([*lines[:at], *([lines[at]] * dice.choice((0, 2))), *lines[at + 1 :]])
    match = dice.choice(list(_TOKEN.finditer(text)))
    other = dice.choice((*OTHERS, match.group() * 2, match.group()[:-1], match.group().upper()))
    return text[: match.start()] + other + text[match.end() :]


def findings_in(path: Path) -> tuple[Finding, ...]:
    """What refuses the scenarios of a file; nothing when they load."""
    try:
        load_scenarios(path)
    except DocumentsRefused as refused:
        return refused.findings
    return ()


@pytest.mark.parametrize("seed", range(8))
def test_any_edit_is_understood_or_refused(seed: int, tmp_path: Path) -> None:
    dice = random.Random(seed)
    refused = 0
    for _ in range(40):
        name = dice.choice(("scenario.yaml", "family-support.yaml", dice.choice(list(POLICIES))))
        texts = {**FILES, name: edited(FILES[name], dice)}
        write_partnership(tmp_path, {file: texts[file] for file in POLICIES})
        for file in ("family-support.yaml", "scenario.yaml"):
            (tmp_path / file).write_text(texts[file], encoding="utf-8")
        wheres = [finding.where for finding in findings_in(tmp_path / "scenario.yaml")]
        assert all(_WHERE.fullmatch(where) for where in wheres), wheres
        refused += bool(wheres)
    assert 10 < refused < 40
