"""Everything that is refused in the standing rules, with its place and its words: see refusals.yaml."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.agreements.mistakes import Mistake, findings_of, mistakes_in

MISTAKES = mistakes_in(Path(__file__).with_name("refusals.yaml"), "duties.yaml")


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: f"{mistake.change} > {mistake.to}")
def test_refused_with_its_place(mistake: Mistake, tmp_path: Path) -> None:
    assert findings_of(mistake, tmp_path) == list(mistake.says)
