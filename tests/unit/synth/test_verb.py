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
    assert 12 < len(told["files"]) + 2 <= synth.FILES


def test_people_get_a_table_and_no_progress_bar(app: typer.Typer, tmp_path: Path) -> None:
    ran = CliRunner().invoke(app, [str(tmp_path / "out"), "--families", "6"])
    assert "ecc/child-index.csv" in ran.stdout
    assert "\x1b" not in ran.stdout
    assert ran.stderr == ""


@pytest.mark.parametrize("others", [(), ("--force",)])
@pytest.mark.parametrize("manifest", [None, "", "{}", '{"files": []}', "[1]"])
def test_a_folder_that_no_earlier_run_made_is_never_written_to(
    app: typer.Typer, tmp_path: Path, others: tuple[str, ...], manifest: str | None
) -> None:
    (tmp_path / "mine.txt").write_text("keep")
    if manifest is not None:
        (tmp_path / "manifest.json").write_text(manifest)
    before = {path: path.read_text() for path in tmp_path.iterdir()}
    full = CliRunner().invoke(app, [str(tmp_path), "--families", "2", *others])
    assert isinstance(full.exception, CallWrong)
    assert "no earlier run of synth made it" in str(full.exception)
    assert {path: path.read_text() for path in tmp_path.iterdir()} == before


def test_a_county_of_an_earlier_run_is_replaced_with_force_only(app: typer.Typer, tmp_path: Path) -> None:
    words = [str(tmp_path / "out"), "--families", "2", "--seed"]
    assert CliRunner().invoke(app, [*words, "1"]).exit_code == 0
    (tmp_path / "out/essex-police").mkdir(exist_ok=True)
    (tmp_path / "out/essex-police/incidents.rejects.csv").write_text("what an ingest leaves beside a file")
    again = CliRunner().invoke(app, [*words, "2"])
    assert isinstance(again.exception, CallWrong)
    assert "--force" in str(again.exception)
    assert json.loads((tmp_path / "out/manifest.json").read_text())["seed"] == 1
    assert CliRunner().invoke(app, [*words, "2", "--force"]).exit_code == 0
    assert json.loads((tmp_path / "out/manifest.json").read_text())["seed"] == 2


def test_a_wrong_day_is_refused(app: typer.Typer, tmp_path: Path) -> None:
    wrong = CliRunner().invoke(app, [str(tmp_path / "out"), "--as-of", "02/03/2026"])
    assert isinstance(wrong.exception, CallWrong)


def test_help_has_an_example(app: typer.Typer) -> None:
    assert "Example: broker synth county" in CliRunner().invoke(app, ["--help"]).stdout
