"""`broker synth` on the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from broker.cli import synth
from broker.errors import CallWrong


@pytest.fixture
def app() -> typer.Typer:
    made = typer.Typer()
    synth.register(made)
    return made


def test_json_lists_what_was_written_and_nothing_else_is_printed(app: typer.Typer, tmp_path: Path) -> None:
    ran = CliRunner().invoke(app, [str(tmp_path / "out"), "--families", "6", "--seed", "4", "--json"])
    told = json.loads(ran.stdout)
    assert (ran.exit_code, ran.stderr) == (0, "")
    assert (told["families"], told["seed"]) == (6, 4)
    assert all((tmp_path / "out" / file["path"]).is_file() for file in told["files"])
    assert len(told["files"]) + 2 == synth.FILES


def test_people_get_a_table_and_no_progress_bar(app: typer.Typer, tmp_path: Path) -> None:
    ran = CliRunner().invoke(app, [str(tmp_path / "out"), "--families", "6"])
    assert "ecc/child-index.csv" in ran.stdout
    assert "\x1b" not in ran.stdout
    assert ran.stderr == ""


def test_a_full_folder_and_a_wrong_day_are_refused(app: typer.Typer, tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("keep")
    full = CliRunner().invoke(app, [str(tmp_path), "--families", "2"])
    assert isinstance(full.exception, CallWrong)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]
    wrong = CliRunner().invoke(app, [str(tmp_path / "out"), "--as-of", "02/03/2026"])
    assert isinstance(wrong.exception, CallWrong)


def test_help_has_an_example(app: typer.Typer) -> None:
    assert "Example: broker synth county" in CliRunner().invoke(app, ["--help"]).stdout
