"""The documents keep their word: links lead somewhere, commands can be typed, no setting is missing."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any, Final

import pytest
import typer
from typer.core import TyperGroup as Group

from broker.agencies import ADAPTERS
from broker.agreements.partnership import load_partnership
from broker.cli.application import VERBS, module_of
from broker.settings import Settings

ROOT: Final = Path(__file__).parents[2]
README: Final = ROOT / "README.md"
DOCUMENTS: Final = sorted(
    [
        README,
        ROOT / "CONTRIBUTING.md",
        ROOT / "CHANGELOG.md",
        ROOT / "broker/README.md",
        ROOT / "agreements/README.md",
        *(ROOT / "docs").rglob("*.md"),
    ]
)
GENERATED: Final = {"docs/benchmarks.jsonl", "docs/scorecard.jsonl"}
"""Written by `make bench` and `make scorecard`; they may not have run yet."""
FOLLOWED: Final = "docs/how-to-start.md"

_LINK = re.compile(r"\]\(([^)\s]+)\)")
_BLOCK = re.compile(r"^```(?:sh|console|bash)?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_ROW = re.compile(r"^\|.*`(broker [^`]*)`.*$", re.MULTILINE)
_QUOTED = re.compile(r"`([^`\n]+)`")
_PATH = re.compile(r"(?<![\w/.-])(?:broker|policies|agreements|tests|deploy|docs)/[\w./<>*-]*[\w*>/]")
_JOB = re.compile(r"^\*\*(.+)\*\*$\n\n((?:^\|.*\n)+)", re.MULTILINE)
WRITTEN: Final = "agreements/family-support-north/"
"""What the guide to agreements has its reader write."""


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def committed() -> set[str] | None:
    """Every committed file and each folder that holds one; None where this is no checkout."""
    git = shutil.which("git")
    if git is None or not (ROOT / ".git").exists():
        return None
    listed = subprocess.run([git, "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    files = {name for name in listed.split("\0") if name}
    return files | {parent.as_posix() for name in files for parent in Path(name).parents}


def anchors(text: str) -> set[str]:
    """The names by which headings are linked to."""
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
def test_every_link_leads_to_a_committed_file(document: Path) -> None:
    known = committed()
    for link in _LINK.findall(document.read_text(encoding="utf-8")):
        if "://" in link:
            continue
        path, _, anchor = link.partition("#")
        target = document if not path else Path(os.path.normpath(document.parent / path))
        name = name_of(target)
        if name in GENERATED:
            assert name in (ROOT / "Makefile").read_text(encoding="utf-8"), f"nothing writes {name}"
            continue
        assert target.exists(), f"{name_of(document)} links to {link}"
        assert known is None or name in known, f"{name_of(document)} links to {name}, which is not committed"
        if anchor:
            assert anchor in anchors(target.read_text(encoding="utf-8")), f"{name} has no heading for #{anchor}"


@cache
def application() -> Group:
    """All of the command line."""
    app = typer.Typer()
    app.callback()(lambda: None)
    for verb in VERBS:
        import_module(module_of(verb)).register(app)
    found = typer.main.get_command(app)
    assert isinstance(found, Group)
    return found


def spoken(command: Any) -> str:
    """Everything the help of a verb, and of the verbs in it, says."""
    own = [command.help or "", *(getattr(parameter, "help", "") or "" for parameter in command.params)]
    inner = command.commands.values() if isinstance(command, Group) else ()
    return "\n".join([*own, *map(spoken, inner)])


@pytest.mark.parametrize("verb", VERBS)
def test_every_document_that_help_names_is_there(verb: str) -> None:
    named = set(re.findall(r"\bdocs/[\w./-]*\w", spoken(application().commands[verb])))
    assert named, f"`broker {verb} --help` says nowhere what its JSON looks like"
    missing = [name for name in named if not (ROOT / name).is_file()]
    assert missing == []


def typed(document: Path) -> list[str]:
    """Every command of a document: what begins with `broker` in its blocks, and in the README's tables."""
    text = document.read_text(encoding="utf-8")
    lines = [line for block in _BLOCK.findall(text) for line in block.replace("\\\n", " ").splitlines()]
    inner = [line.partition("$(")[2].partition(" | ")[0] if "=$(" in line else line for line in lines]
    rows = [found for found in _ROW.findall(text) if len(found.split()) > 2] if document == README else []
    return [line for line in [*inner, *rows] if line.startswith("broker ")]


@pytest.mark.parametrize("line", sorted({line for document in DOCUMENTS for line in typed(document)}))
def test_every_command_is_understood_as_it_stands(line: str) -> None:
    words = shlex.split(line, comments=True)[1:]
    command: Any = application()
    name = "broker"
    while isinstance(command, Group):
        name = words.pop(0)
        assert name in command.commands
        command = command.commands[name]
    command.make_context(name, words)  # parses and runs nothing; raises where a word is not understood


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
def test_every_path_in_backquotes_is_there(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    named = {path for quoted in _QUOTED.findall(text) for path in _PATH.findall(quoted) if "<" not in path}
    found = {path for path in named if path.startswith(WRITTEN) or path in GENERATED or any(ROOT.glob(path))}
    assert named - found == set()


@pytest.mark.parametrize("document", DOCUMENTS, ids=name_of)
def test_every_verb_in_backquotes_is_there(document: Path) -> None:
    missing = []
    for quoted in _QUOTED.findall(document.read_text(encoding="utf-8")):
        command: Any = application()
        words = quoted.split()[1:] if quoted.startswith("broker ") else []
        while words and isinstance(command, Group) and re.fullmatch(r"[a-z][a-z-]*", words[0]):
            command = command.commands.get(words.pop(0))
            if command is None:
                missing.append(quoted)
    assert missing == []


JOBS: Final = (
    "Front door and triage",
    "Team around the family",
    "Holders of information",
    "IG officers",
    "Privacy officers",
    "Operators",
    "Partner systems",
)


def test_the_readme_says_whose_job_each_verb_is() -> None:
    """Each verb that works on a database stands with one job; those of the first table need none, or make the one
    of the demo."""
    text = README.read_text(encoding="utf-8")
    jobs = dict(_JOB.findall(text))
    assert tuple(jobs) == JOBS
    verbs = {job: set(re.findall(r"`broker ([a-z-]+)`", rows)) for job, rows in jobs.items()}
    assert all(verbs.values()), "a job without a verb"
    said = [verb for found in verbs.values() for verb in found]
    assert len(said) == len(set(said)), "a verb that is the job of two"
    assert set(VERBS) - set(said) == {"demo", "check", "test", "decide", "synth"}
    assert set(said) <= set(VERBS)
    guides = {path.name for path in (ROOT / "docs").glob("how-to-*.md")}
    assert {name for name in guides if f"docs/{name}" not in text} == set(), "a guide that README does not name"


REGISTERS: Final = {
    "audit events": "broker/audit/events.py",
    "verbs of access": "broker/access/verbs.py",
    "adapters": "broker/agencies/register.py",
    "messages": "broker/release/messages/keys.py",
    "reasons": "broker/decision/reasons.py",
    "access checks": "broker/oversight/register.py",
    "hazards, and controls against them": "docs/safety/hazard-log.yaml",
    "migrations": "broker/store/migrations/versions/",
}


def test_contributing_says_where_each_register_lives() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| ([^|`]+) \| `([^`]+)` \| [^|]+ \|$", text, re.MULTILINE))
    assert {name: rows.get(name) for name in REGISTERS} == REGISTERS


def test_what_is_counted_in_words_is_counted_right() -> None:
    """The change log's numbers, against the registers; the six formats of the first version were there before."""
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    text = " ".join(text.split())
    assert len(ADAPTERS) == 6 + 13
    assert "Thirteen new formats, nineteen in all" in text
    known = load_partnership(ROOT / "policies").vocabulary
    counted = {"categories": known.categories, "purposes": known.purposes, "organisations": known.organisations}
    assert [what for what, rows in counted.items() if f"{len(rows)} {what}" not in text] == []


def test_the_readme_names_every_verb() -> None:
    text = README.read_text(encoding="utf-8")
    assert [verb for verb in VERBS if f"`broker {verb}" not in text and f"make {verb}" not in text] == []
    rows = _ROW.findall(text)
    assert len(rows) >= len(VERBS) - 1
    assert [row for row in rows if "…" in row] == [], "a row of the README cannot be typed"


def test_every_setting_is_in_the_table_and_no_other() -> None:
    text = (ROOT / "docs/settings.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| `BROKER_(\w+)` \| ([^|]*) \|", text, re.MULTILINE))
    assert {name.lower() for name in rows} == set(Settings.model_fields)
    for name, found in Settings.model_fields.items():
        if found.default not in (None, frozenset()) and found.default_factory is None:
            default = str(found.default).lower() if isinstance(found.default, bool) else found.default
            assert rows[name.upper()] == f"`{default}`"


@pytest.fixture(scope="module")
def followed(tmp_path_factory: pytest.TempPathFactory) -> subprocess.CompletedProcess[str]:
    """The guide's own lines in a shell of their own, in a folder that has what a newcomer's has."""
    folder = tmp_path_factory.mktemp("newcomer")
    for name in ("agreements", "policies"):
        shutil.copytree(ROOT / name, folder / name)
    (folder / "bin").mkdir()
    (folder / "bin/broker").write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m broker "$@"\n')
    (folder / "bin/broker").chmod(0o755)
    kept = {name: value for name, value in os.environ.items() if not name.startswith("BROKER_")}
    path = f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}"
    lines = "".join(_BLOCK.findall((ROOT / FOLLOWED).read_text(encoding="utf-8")))
    return subprocess.run(
        ["sh", "-e", "-c", lines],
        cwd=folder,
        env={**kept, "PATH": path, "PYTHONPATH": str(ROOT), "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )


def test_the_guide_leads_from_nothing_to_a_profile(followed: subprocess.CompletedProcess[str]) -> None:
    assert (followed.returncode, followed.stderr) == (0, "")
    assert "Magdalena Johnson, Harry Johnson" in followed.stdout, "no profile was printed"
    assert followed.stdout.rstrip().splitlines()[-1].startswith("Sound: ")
