"""`broker agreement new`: an agreement and its first scenarios from a template, accepted by check and test."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from broker.rehearsal.words_around import HEADINGS

ROOT = Path(__file__).parents[2]
BLANKS = (
    "council=ecc",
    "schools=oakdale-primary,chelmsford-academy",
    "police=essex-police",
    "hospitals=mse-nhs",
    "mental-health-trust=eput-nhs",
    "landlords=chelmsford-housing",
    "begins=2027-04-01",
    "dpia=DPIA-9",
    "policy-document=APD-7",
    "privacy-notice=families-first",
)


def run(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("BROKER_")}
    environment = {**kept, "PYTHONPATH": str(ROOT), "NO_COLOR": "1"}
    command = [sys.executable, "-m", "broker", *words]
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=120, check=False
    )


def new(folder: Path, *more: str, blanks: tuple[str, ...] = BLANKS) -> subprocess.CompletedProcess[str]:
    filled = [word for blank in blanks for word in ("--set", blank)]
    named = ("--template", "family-support", "--reference", "north", "--into", str(folder))
    return run(folder, "agreement", "new", *named, *filled, *more)


def test_a_new_agreement_is_accepted_and_its_scenarios_come_out(tmp_path: Path) -> None:
    done = new(tmp_path, "--json")
    assert (done.returncode, done.stderr) == (0, "")
    told = json.loads(done.stdout)
    assert told["agreement"] == "north@1"
    assert told["left_out"] == ["4.6", "4.8", "4.10", "4.17", "4.18", "4.19"]
    assert told["otherwise"] == []
    assert run(tmp_path, "check", "north", "--json").returncode == 0
    tested = run(tmp_path, "test", "north", "--json")
    assert tested.returncode == 0
    scenarios = json.loads(tested.stdout)["scenarios"]
    assert len(scenarios) == 26
    assert all(one["passed"] for one in scenarios)


def test_the_words_around_the_clauses_begin_with_their_headings(tmp_path: Path) -> None:
    assert new(tmp_path).returncode == 0
    words = (tmp_path / "north/v1/terms.md").read_text("utf-8")
    assert [line for line in words.splitlines() if line.startswith("## ")] == [
        f"## {number}. {heading}" for number, heading in enumerate(HEADINGS, 1)
    ]
    for said in ("Reference `north`, version 1.", "- Essex Police\n", "- Begins: 1 April 2027", "DPIA-9"):
        assert said in words, said
    assert words.count("To write: ") == len(HEADINGS) - 1
    assert run(tmp_path, "check", "north", "--json").returncode == 0


def test_nothing_is_written_over_and_nothing_is_written_in_part(tmp_path: Path) -> None:
    refused = new(tmp_path, blanks=BLANKS[1:])
    assert refused.returncode == 2
    assert "`council` is not given" in refused.stderr
    assert list(tmp_path.iterdir()) == []
    assert new(tmp_path).returncode == 0
    before = (tmp_path / "north/v1/agreement.yaml").read_bytes()
    again = new(tmp_path, "--version", "1")
    assert again.returncode == 2
    assert "is there already" in again.stderr
    assert (tmp_path / "north/v1/agreement.yaml").read_bytes() == before
    assert new(tmp_path, "--version", "2").returncode == 0
    assert b"\nversion: 2\n" in (tmp_path / "north/v2/agreement.yaml").read_bytes()
