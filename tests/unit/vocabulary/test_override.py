"""What a partnership says of emergency access, and what holds where it says nothing."""

from __future__ import annotations

from pathlib import Path

from broker.agreements.partnership import load_partnership
from tests.unit.agreements.small_partnership import POLICIES, spoil, write_partnership


def test_how_long_after_the_review_people_are_told_is_the_partnerships(tmp_path: Path) -> None:
    silent = load_partnership(write_partnership(tmp_path / "silent")).vocabulary
    says = spoil(POLICIES["override.yaml"], "minutes: 60", "tell: P10D\nminutes: 60")
    spoken = load_partnership(write_partnership(tmp_path / "spoken", {"override.yaml": says})).vocabulary
    assert silent.override.tell == "P5D"
    assert spoken.override.tell == "P10D"
    assert silent.digest != spoken.digest
