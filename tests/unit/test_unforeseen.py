"""A defect is told by its place and kind, never by its own words, and exits as a failed system."""

from __future__ import annotations

import sys

import pytest
import typer

from broker.cli import application
from broker.errors import NotAllowed


def run(monkeypatch: pytest.MonkeyPatch, error: Exception) -> int:
    app = typer.Typer(pretty_exceptions_enable=False)

    @app.command()
    def fail() -> None:
        raise error

    monkeypatch.setattr(application, "command_line", lambda _called: app)
    monkeypatch.setattr(sys, "argv", ["broker"])
    with pytest.raises(SystemExit) as ended:
        application.main()
    assert isinstance(ended.value.code, int)
    return ended.value.code


def test_a_defect_exits_with_three_and_quotes_nothing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, ValueError("9990000018 is Ada Example's")) == 3
    told = capsys.readouterr().err
    assert "ValueError" in told
    assert "test_unforeseen.py:" in told
    assert "9990000018" not in told
    assert "Traceback" not in told


def test_a_refusal_keeps_its_own_code(monkeypatch: pytest.MonkeyPatch) -> None:
    assert run(monkeypatch, NotAllowed("access", "no")) == 1
