"""`broker demo`: every claim of every story in a small county, told in plain English; and as a newcomer runs it, a
process of its own in a folder of its own."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any

import httpx2
import pytest
import typer
from rich.console import Console
from typer.testing import CliRunner

from broker.casework.emergency_access import AccessState
from broker.cli.demo import verb
from broker.cli.demo.afterwards import tell_afterwards
from broker.cli.demo.bars import bars
from broker.cli.demo.cast import COUNCIL_LEAD, POLICE_LEAD, TRIAGE
from broker.cli.demo.open_house import open_house
from broker.cli.demo.play import Run, play, summary_of
from broker.cli.demo.stage import Stage, prepare_folder, raised, settings_in
from broker.cli.demo.telling import Teller
from broker.settings import Settings
from broker.usecases.casework.front_door_queue import list_contacts
from broker.usecases.emergency.read_override import list_overrides
from broker.usecases.holders.holder_inbox import list_inbox
from broker.usecases.log.verify_log import verify_live
from broker.vocabulary.clocks import Rating

ROOT = Path(__file__).resolve().parents[3]
SMALL = 60
STORIES = {
    "the front door": 9,
    "the team": 14,
    "the silent one": 4,
    "withdrawal": 6,
    "the holder decides": 7,
    "the night": 8,
    "the mistake": 6,
    "papers and law": 12,
    "the log": 2,
}
"""Each story and how many claims it makes."""
TITLES = (
    "Story 1. A front-door morning",
    "Story 2. The team around the family",
    "Story 3. The silent one",
    "Story 4. Withdrawal bites at once",
    "Story 5. The holder decides",
    "Story 6. An emergency at night",
    "Story 7. When things go wrong",
    "Story 8. Papers and law",
    "To end with: the log",
)
JARGON = (
    r"\b(cells?|actors?|grants?|hard stops?|tiers?|T[0-5]|nothing held|not held|data subjects?|controllers?)\b"
)


@dataclass(frozen=True, slots=True)
class Desks:
    """What waits after the stories: the colours of contacts, questions for the police, emergency access."""

    ratings: list[Rating | None]
    questions: int
    accesses: list[AccessState]


@dataclass(frozen=True, slots=True)
class Told:
    """One demo, played here: where, what it told, and its summary."""

    folder: Path
    text: str
    summary: dict[str, Any]
    desks: Desks

    @property
    def stories(self) -> str:
        """What is read aloud."""
        return self.text[self.text.index(TITLES[0]) : self.text.index("The whole page of story 2")]


def settings() -> Settings:
    return Settings(policies_dir=ROOT / "policies", agreements_dir=ROOT / "agreements")


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Told:
    folder = prepare_folder(tmp_path_factory.mktemp("demo") / "here")
    out = StringIO()
    teller, run = Teller(Console(file=out, width=120), silent=False), Run()
    with raised(folder, settings_in(folder / "data", settings()), 1) as stage:
        played = play(stage, teller, run, SMALL, 1)
        summary = summary_of(stage, run, played, SMALL, 1)
        tell_afterwards(stage, teller, played.team)
        open_house(stage, played)
        desks = Desks(
            [row.contact.rating for row in list_contacts(stage.broker, TRIAGE).rows],
            len(list_inbox(stage.broker, POLICE_LEAD).rows),
            [one.access.state(stage.clock.now()) for one in list_overrides(stage.broker, COUNCIL_LEAD)],
        )
        assert verify_live(stage.broker).verdict.name == "SOUND"
    return Told(folder, out.getvalue(), summary, desks)


def test_whoever_opens_the_pages_finds_work_at_each_desk(told: Told) -> None:
    assert told.desks.ratings[0] is Rating.RED
    assert {*told.desks.ratings} == {Rating.RED, Rating.AMBER, Rating.GREEN, None}
    assert told.desks.questions == 1
    assert AccessState.WAITING in told.desks.accesses


def test_every_claim_of_every_story_holds(told: Told) -> None:
    made = [claim["story"] for claim in told.summary["assertions"]]
    assert [claim for claim in told.summary["assertions"] if not claim["holds"]] == []
    assert {story: made.count(story) for story in STORIES} == STORIES
    assert told.summary["ok"] is True
    assert "✗" not in told.text


def test_the_eight_stories_are_told_in_order_and_the_log_ends_them(told: Told) -> None:
    places = [told.text.index(title) for title in TITLES]
    assert places == sorted(places)


def test_the_stories_are_told_in_plain_english_with_days_as_england_writes_them(told: Told) -> None:
    assert re.findall(JARGON, told.stories) == []
    assert not re.search(r"\b[a-z-]+@[0-9]+#|\b[0-9]{2}/[0-9]{2}/[0-9]{4}\b|\b20[0-9]{2}-[0-9]{2}\b", told.stories)
    assert "nothing held" not in told.text.lower()
    assert "items held" not in told.text
    for title in TITLES[:-1]:
        story = told.text[told.text.index(title) :]
        assert "Why: " in story[: story.index("\nStory ") if "\nStory " in story else None], title
    assert "The log is sound: nothing was changed, added or taken away." in told.text
    assert "What silence means" in told.text


def test_the_silent_answers_are_one(told: Told) -> None:
    assert told.summary["silence"]["with"] == told.summary["silence"]["without"]
    assert re.fullmatch("sha256:[0-9a-f]{64}", told.summary["silence"]["with"])


def test_the_counts_add_up_and_the_log_is_sound(told: Told) -> None:
    counts = told.summary["counts"]
    agreements = list((ROOT / "agreements").glob("*/v*/agreement.yaml"))
    assert told.summary["log"]["verdict"] == "sound"
    assert 0 < counts["rows_rejected"] < counts["rows_read"]
    assert 0 < counts["people_known"] <= counts["synthetic_people"]
    assert counts["agreements"] == len(agreements)
    assert counts["notices_waiting"] > 0
    assert (told.folder / "log" / "checkpoint").is_file()
    assert (told.folder / "next-summer" / "broker.db").is_file()


def test_the_commands_it_ends_with_run(told: Told) -> None:
    commands = [line.strip() for line in told.text.splitlines() if line.startswith("  BROKER_DATA_DIR=")]
    answers = [in_shell(one) for one in commands]
    assert len(answers) == len([line for line in told.text.splitlines() if "BROKER_DATA_DIR=" in line]) > 4
    for one, command in zip(answers, commands, strict=True):
        # They go by today's date: an answer, yes or no, and never a wrong call.
        assert one.returncode in (0, 1), (command, one.stderr)
        assert one.stdout
        assert one.stderr == ""
    assert answers[-1].returncode == 0
    assert answers[-1].stdout.rstrip().endswith("of `broker.demo/log`.")


def test_the_same_seed_tells_the_same_story_replaces_the_last_and_serves_until_it_is_stopped(
    told: Told, tmp_path: Path
) -> None:
    stale = prepare_folder(tmp_path / ".broker" / "demo") / "left-over"
    stale.write_text("from last time", "utf-8")
    with started(tmp_path, "--families", str(SMALL), "--json") as process:
        try:
            assert process.stderr is not None
            address = process.stderr.readline().split()[2]
            ready = httpx2.get(address + "readyz", timeout=60)
            page = httpx2.get(address, timeout=60)
            process.send_signal(signal.SIGINT)
            printed, complaint = process.communicate(timeout=60)
        finally:
            process.kill()
    assert (process.returncode, complaint) == (0, "")
    assert not stale.exists()
    assert ready.json() == {"status": "ready", "checks": {"database": True, "standing_rules_adopted": True}}
    assert "You are looking at a demonstration" in page.text
    again = json.loads(printed)
    for part in ("counts", "assertions", "clock_from", "clock_until"):
        assert again[part] == told.summary[part], part


def test_a_claim_that_does_not_hold_is_named_and_fails_it_all(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def played(_stage: Stage, _teller: Teller, run: Run, _families: int, _seed: int) -> None:
        run.checks.claim("the log", "pigs fly", holds=False)

    monkeypatch.setattr(verb, "play", played)
    monkeypatch.setattr(verb, "summary_of", lambda *_: {"counts": {}})
    monkeypatch.setenv("BROKER_POLICIES_DIR", str(ROOT / "policies"))
    with pytest.raises(typer.Exit) as ended:
        verb.demo(families=SMALL, keep=tmp_path / "new")
    assert ended.value.exit_code == 1
    assert "Did not hold: the log: pigs fly" in capsys.readouterr().out


def test_a_folder_that_no_demo_made_is_left_alone(tmp_path: Path) -> None:
    precious = tmp_path / "data" / "precious.txt"
    precious.parent.mkdir()
    precious.write_text("not yours", "utf-8")
    done = run_in(tmp_path, "--no-serve", "--keep", "data")
    assert done.returncode == 2
    assert done.stderr.startswith("data: ")
    assert precious.read_text("utf-8") == "not yours"


@pytest.mark.parametrize("families", ["0", "59", "many"])
def test_a_number_of_families_that_is_none_is_a_wrong_call(
    families: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    app = typer.Typer()
    verb.register(app)
    done = CliRunner().invoke(app, ["--families", families])
    assert done.exit_code == 2
    assert "--families" in done.stderr
    assert not (tmp_path / ".broker").exists()


def test_progress_shows_on_a_terminal_and_nowhere_else(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for variable in ("FORCE_COLOR", "NO_COLOR", "TTY_COMPATIBLE"):
        monkeypatch.delenv(variable, raising=False)
    for terminal, silent, seen in (("1", False, True), ("1", True, False), ("0", False, False)):
        monkeypatch.setenv("TTY_COMPATIBLE", terminal)
        with bars(silent=silent) as moved:
            moved("making the county", 1, 2)
        shown = capsys.readouterr()
        assert ("making the county" in shown.err) is seen
        assert shown.out == ""


def test_stopped_half_way_it_says_what_to_do(tmp_path: Path) -> None:
    with started(tmp_path, "--no-serve") as process:
        try:
            assert process.stdout is not None
            assert any("A county of" in line for line in process.stdout)
            process.send_signal(signal.SIGINT)
            _, complaint = process.communicate(timeout=60)
        finally:
            process.kill()
    assert (process.returncode, complaint) == (130, "stopped; run it again, the folder is replaced\n")


def environment(**more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("BROKER_")}
    return {
        **kept,
        "PYTHONPATH": str(ROOT),
        "BROKER_POLICIES_DIR": str(ROOT / "policies"),
        "BROKER_AGREEMENTS_DIR": str(ROOT / "agreements"),
        **more,
    }


def started(folder: Path, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "broker", "demo", *arguments],
        cwd=folder,
        env=environment(PYTHONUNBUFFERED="1"),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # A shell starts what it puts in the background with SIGINT ignored, and that is inherited.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )


def run_in(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "broker", "demo", *arguments]
    return subprocess.run(
        command, cwd=folder, env=environment(), capture_output=True, text=True, check=False, timeout=60
    )


def in_shell(told: str) -> subprocess.CompletedProcess[str]:
    """A command that the demo printed, as a shell runs it where the demo was played."""
    return subprocess.run(
        ["/bin/sh", "-c", told],
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
