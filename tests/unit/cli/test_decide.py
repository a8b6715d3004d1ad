"""`broker decide`: one line for a wrong file, codes for the officer, words for the requester."""

from __future__ import annotations

from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from broker.cli import decide, test
from broker.cli.decide_page import TOLD_WORDS
from broker.decision.reasons import Told
from broker.errors import CallWrong

ROOT = Path(__file__).parents[3]
FOLDER = ROOT / "agreements/family-support/v1"
STEPFATHER = [str(FOLDER / "scenarios.yaml"), "--scenario", "Mother agrees and stepfather declines"]


def app_of(verb: object) -> typer.Typer:
    made = typer.Typer()
    verb.register(made)  # type: ignore[attr-defined]  # a module of broker.cli
    return made


def said(*words: str) -> str:
    """What `broker decide` prints, its lines joined."""
    ran = CliRunner().invoke(
        app_of(decide), [*words, "--policies", str(ROOT / "policies")], env={"COLUMNS": "200"}
    )
    assert ran.exit_code == 0, ran.output
    return " ".join(ran.stdout.split())


@pytest.mark.parametrize("verb", [decide, test])
@pytest.mark.parametrize(
    ("file", "is_what"),
    [
        (FOLDER / "agreement.yaml", f"is an agreement; .*did you mean `{FOLDER}/scenarios.yaml`"),
        (ROOT / "policies/roles.yaml", "is one of the standing rules; name a file of scenarios"),
        (FOLDER / "nowhere.yaml", "no such file"),
    ],
)
def test_a_wrong_file_is_said_in_one_line(verb: object, file: Path, is_what: str) -> None:
    ran = CliRunner().invoke(app_of(verb), [str(file)])
    assert isinstance(ran.exception, CallWrong)
    with pytest.raises(CallWrong, match=is_what):
        raise ran.exception
    assert str(ran.exception).startswith(f"{file}: ")
    assert "\n" not in str(ran.exception)


def test_a_folder_is_said_without_a_line(tmp_path: Path) -> None:
    ran = CliRunner().invoke(app_of(decide), [str(tmp_path)])
    assert str(ran.exception) == f"{tmp_path}: is a folder; name a file of scenarios"
    assert isinstance(ran.exception, CallWrong)


def test_a_file_of_no_known_kind_is_read_and_its_problems_told(tmp_path: Path) -> None:
    file = tmp_path / "notes.yaml"
    file.write_text("why: nobody knows\n", encoding="utf-8")
    ran = CliRunner().invoke(app_of(decide), [str(file), "--policies", str(ROOT / "policies")])
    assert f"{file}:1: a scenario lacks `scenario`: add it" in str(ran.exception)


def test_the_officer_sees_codes_and_the_requester_words() -> None:
    officer, requester = said(*STEPFATHER), said(*STEPFATHER, "--view", "requester")
    for text in (officer, requester):
        assert "15 June 2026 · Supporting a family · asked by kim, Lead practitioner" in text
    assert "consent-refused" in officer
    assert "cells that no clause names" in officer
    assert "agreement has not been given" in requester
    assert "School attendance" in requester
    assert "Chelmsford Academy" in requester
    for code in ("consent-not-given", "tenancy-arrears", "chelmsford-housing", "rent-joint", "covered"):
        assert code not in requester


@pytest.mark.parametrize("view", ["officer", "requester"])
def test_dates_are_uk_dates(view: str) -> None:
    words = [
        str(FOLDER / "scenarios.yaml"),
        "--view",
        view,
        "--scenario",
        "The trust decides in her best interests",
    ]
    text = said(*words)
    assert "since: 3 March 2026" in text
    assert "2026-" not in text


def test_the_officer_reads_organisation_by_organisation_in_sentences_however_narrow_the_screen() -> None:
    words = [str(FOLDER / "scenarios.yaml"), "--scenario", "Nobody has been asked yet"]
    ran = CliRunner().invoke(app_of(decide), [*words, "--policies", str(ROOT / "policies")], env={"COLUMNS": "40"})
    assert all(len(line) <= 40 for line in ran.output.splitlines())
    text = " ".join(ran.output.split())
    assert text.count("Chelmsford Academy (chelmsford-academy)") == 1
    assert "It may be shared once mum gives agreement to early help, naming the kind of information." in text
    assert text.count("covert-intelligence") == 1, "what is barred everywhere is said once"
    assert not any(line.startswith("consent engagement") for line in ran.output.splitlines())


@pytest.mark.parametrize("view", ["officer", "requester"])
def test_the_page_says_that_it_is_not_legal_advice(view: str) -> None:
    assert said(*STEPFATHER, "--view", view).endswith(
        "This supports your professional judgement. It is not legal advice."
    )


def test_everything_a_requester_may_be_told_has_words() -> None:
    assert set(TOLD_WORDS) == {told.value for told in Told}
