"""How wide the results are: as COLUMNS says, and 120 where neither it nor a terminal says anything of use."""

from __future__ import annotations

import pytest

from broker.cli.screen import console


@pytest.mark.parametrize(
    ("columns", "width"),
    [("72", 72), ("200", 200), ("", 120), ("wide", 120), ("0", 120), ("-5", 120), ("99999", 120)],
)
def test_columns_is_honoured_where_it_is_a_width(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], columns: str, width: int
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    console().print("x" * 300)
    assert len(capsys.readouterr().out.splitlines()[0]) == width
