"""`broker demo` as a newcomer runs it: a process of its own, in a folder of its own."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx2
import pytest

ROOT = Path(__file__).resolve().parents[3]
STORIES = {"ordinary team", "the partner says no", "the silent one", "withdrawal", "the log"}


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "broker", "demo", *arguments]


def environment(**more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("BROKER_")}
    return {
        **kept,
        "PYTHONPATH": str(ROOT),
        "BROKER_POLICIES_DIR": str(ROOT / "policies"),
        "BROKER_AGREEMENTS_DIR": str(ROOT / "agreements"),
        **more,
    }


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command(*arguments),
        cwd=folder,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


def look_around(folder: Path, told: str) -> subprocess.CompletedProcess[str]:
    """A command that the demo printed, as a shell runs it there."""
    return subprocess.run(
        ["/bin/sh", "-c", told],
        cwd=folder,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    folder = tmp_path_factory.mktemp("demo")
    done = run(folder, "--no-serve", "--json", "--families", "30")
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return folder, json.loads(done.stdout)


def test_every_claim_of_every_story_holds(played: tuple[Path, dict[str, Any]]) -> None:
    _, summary = played
    assert summary["ok"] is True
    assert {claim["story"] for claim in summary["assertions"]} == STORIES
    assert [claim for claim in summary["assertions"] if not claim["holds"]] == []
    assert len(summary["assertions"]) > 20


def test_the_silent_answers_are_one(played: tuple[Path, dict[str, Any]]) -> None:
    _, summary = played
    assert summary["silence"]["with"] == summary["silence"]["without"]
    assert re.fullmatch("sha256:[0-9a-f]{64}", summary["silence"]["with"])


def test_the_counts_add_up_and_the_log_is_sound(played: tuple[Path, dict[str, Any]]) -> None:
    folder, summary = played
    counts = summary["counts"]
    assert summary["log"]["verdict"] == "sound"
    assert 0 < counts["rows_rejected"] < counts["rows_read"]
    assert 0 < counts["people_known"] <= counts["synthetic_people"]
    assert counts["agreements"] == len(list((ROOT / "agreements").glob("*/v*/agreement.yaml")))
    assert counts["notices_waiting"] == 2
    assert (folder / ".broker" / "demo" / "log" / "checkpoint").is_file()


def test_the_same_seed_tells_the_same_story_and_replaces_the_last(played: tuple[Path, dict[str, Any]]) -> None:
    folder, summary = played
    stale = folder / ".broker" / "demo" / "left-over"
    stale.write_text("from last time", "utf-8")
    done = run(folder, "--no-serve", "--json", "--families", "30")
    again = json.loads(done.stdout)
    assert not stale.exists()
    for part in ("counts", "assertions", "clock_from", "clock_until"):
        assert again[part] == summary[part], part


def test_a_folder_that_no_demo_made_is_left_alone(tmp_path: Path) -> None:
    precious = tmp_path / "data" / "precious.txt"
    precious.parent.mkdir()
    precious.write_text("not yours", "utf-8")
    done = run(tmp_path, "--no-serve", "--keep", "data")
    assert done.returncode == 2
    assert done.stderr.startswith("data: ")
    assert precious.read_text("utf-8") == "not yours"


def test_it_tells_people_what_it_did_then_serves_until_it_is_stopped(tmp_path: Path) -> None:
    with subprocess.Popen(
        command("--families", "30"), cwd=tmp_path, env=environment(PYTHONUNBUFFERED="1"),
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        try:
            assert process.stdout is not None
            told = []
            for line in process.stdout:
                told.append(line)
                if line.startswith("Serving at "):
                    break
            address = told[-1].split()[2]
            ready = httpx2.get(address + "readyz")
            page = httpx2.get(address)
            process.send_signal(signal.SIGINT)
            assert process.wait(timeout=60) == 0
            assert process.stderr is not None
            assert process.stderr.read() == ""
        finally:
            process.kill()
    assert ready.json() == {"status": "ready", "checks": {"database": True, "standing_rules_adopted": True}}
    assert "No personal information" in page.text
    text = "".join(told)
    for words in ("front-door morning", "her partner does not", "The silent one", "Withdrawal bites", "The log"):
        assert words in text, words
    assert "✗" not in text
    assert "items held" not in text
    assert "nothing held" not in text.lower()
    assert "The log is sound: nothing was changed, added or taken away." in text
    assert not re.search(r"\b[a-z-]+@[0-9]+#|\b[0-9]{2}/[0-9]{2}/[0-9]{4}\b", text), "codes or bare dates"
    commands = [line.strip() for line in told if line.startswith("  BROKER_DATA_DIR=.broker/demo/data ")]
    profile, search, verified = (look_around(tmp_path, one) for one in commands)
    assert verified.returncode == 0, verified.stdout
    assert verified.stdout.rstrip().endswith("of `broker.demo/log`.")
    # They go by today's date: an answer, yes or no, and never a wrong call.
    for ended in (profile, search):
        assert ended.returncode in (0, 1), ended.stderr
        assert ended.stdout
        assert ended.stderr == ""
    assert "What silence means" in text


def test_stopped_half_way_it_says_what_to_do(tmp_path: Path) -> None:
    with subprocess.Popen(
        command("--no-serve", "--families", "200"), cwd=tmp_path, env=environment(PYTHONUNBUFFERED="1"),
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        try:
            assert process.stdout is not None
            assert any("A county of" in line for line in process.stdout)
            process.send_signal(signal.SIGINT)
            _, complaint = process.communicate(timeout=60)
        finally:
            process.kill()
    assert (process.returncode, complaint) == (130, "stopped; run it again, the folder is replaced\n")
