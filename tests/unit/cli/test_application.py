"""Help and completion know every verb without loading one, and say of each what it says of itself."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest
import typer

from broker.cli.application import VERBS, module_of

ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.parametrize("verb", VERBS)
def test_help_says_of_a_verb_what_it_says_of_itself(verb: str) -> None:
    app = typer.Typer()
    app.callback()(lambda: None)
    import_module(module_of(verb)).register(app)
    (command,) = getattr(typer.main.get_command(app), "commands").values()  # noqa: B009 - a group's
    assert command.name == verb
    assert " ".join((command.help or "").split("\n\n")[0].split()) == VERBS[verb]


def completed(shell: str, line: str) -> str:
    """What a shell is offered after this line."""
    asked = {"_BROKER_COMPLETE": f"complete_{shell}", "COMP_WORDS": line, "_TYPER_COMPLETE_ARGS": line}
    if shell == "bash":
        del asked["_TYPER_COMPLETE_ARGS"]
        asked["COMP_CWORD"] = str(len(line.split(" ")) - 1)
    as_installed = "import sys; sys.argv = ['broker']; from broker.cli import main; main()"
    command = [sys.executable, "-c", as_installed]
    return subprocess.run(
        command, cwd=ROOT, env={**os.environ, **asked}, capture_output=True, text=True, check=False
    ).stdout


@pytest.mark.parametrize("shell", ["bash", "zsh"])
def test_completion_offers_verbs_and_what_they_take(shell: str) -> None:
    verbs, within = completed(shell, "broker te"), completed(shell, "broker team o")
    assert ("test" in verbs, "team" in verbs, "demo" in verbs) == (True, True, False)
    assert ("open" in within, "join" in within) == (True, False)


@pytest.mark.parametrize(
    ("words", "loaded"),
    [
        (["--help"], {"typer": True, "sqlalchemy": False, "numpy": False, "broker.documents": False}),
        (["check", "--help"], {"broker.documents": True, "sqlalchemy": False, "numpy": False}),
    ],
)
def test_nothing_is_loaded_that_the_call_does_not_need(words: list[str], loaded: dict[str, bool]) -> None:
    code = "import sys; from broker.cli import main\ntry:\n main()\nfinally:\n print('|', *sys.modules, sep='\\n')"
    done = subprocess.run(
        [sys.executable, "-c", code, *words], cwd=ROOT, capture_output=True, text=True, check=False
    )
    there = set(done.stdout.partition("|")[2].split())
    assert {name: name in there for name in loaded} == loaded


def test_a_word_that_is_no_verb_is_answered_with_one_that_is() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "broker", "tema"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "team" in done.stderr
