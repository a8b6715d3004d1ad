"""The rules of the house that no other tool holds. Layers, and that every package stands in one, are
import-linter's (`make check`)."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pathlib import Path

import click
import pytest
import typer
from click.testing import CliRunner

from broker.cli.application import VERBS as REGISTERED
from broker.cli.application import module_of

ROOT = Path(__file__).resolve().parents[2]
MODULES = sorted((ROOT / "broker").rglob("*.py"))
OUTSIDE = frozenset(
    {
        "__init__",
        "__main__",
        "access",
        "agencies",
        "api",
        "app",
        "cli",
        "client",
        "serving",
        "clock",
        "keyring",
        "logs",
        "openid",
        "settings",
    }
    | {"store", "synth", "usecases", "web", "wiring"}
)
"""What touches the world; everything else is inside and pure. Whoever adds to it says why."""
IMPURE = frozenset({"http", "logging", "random", "secrets", "socket", "subprocess", "time", "urllib", "uuid"})
NAMELESS = re.compile(r"(utils?|helpers?|common|misc|core|managers?|services?)(\.py)?")


def imports_of(path: Path) -> set[str]:
    """Every module a file imports, by its full name."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module is not None and node.level == 0:
            found.add(node.module)
    return found


def test_the_reference_shares_nothing_with_what_it_checks() -> None:
    files = sorted((ROOT / "tests" / "reference").glob("*.py"))
    assert len(files) > 8
    for path in files:
        foreign = {
            name
            for name in imports_of(path)
            if name.split(".")[0] not in sys.stdlib_module_names
            and not name.startswith(("tests.reference", "tests.generative.worlds"))
            and name not in {"pytest", "hypothesis"}
        }
        assert not foreign, f"{path.name} imports {sorted(foreign)}"


def inside() -> frozenset[str]:
    """The packages that the contract calls pure."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = settings["tool"]["importlinter"]["contracts"]
    [pure] = [one["source_modules"] for one in contracts if one["name"].startswith("The inside is pure")]
    return frozenset(name.removeprefix("broker.") for name in pure)


def test_every_package_is_pure_unless_it_is_known_to_touch_the_world() -> None:
    everything = {path.relative_to(ROOT / "broker").parts[0].removesuffix(".py") for path in MODULES}
    assert inside() == everything - OUTSIDE


def test_the_inside_takes_no_time_no_chance_and_no_network_from_the_standard_library() -> None:
    files = [
        path for path in MODULES if path.relative_to(ROOT / "broker").parts[0].removesuffix(".py") in inside()
    ]
    assert len(files) > 200
    for path in files:
        assert not {name.split(".")[0] for name in imports_of(path)} & IMPURE, path.name
        asked = re.findall(
            r"\.(?:now|today|utcnow)\(|os\.(?:environ|getenv|urandom)", path.read_text(encoding="utf-8")
        )
        assert not asked, f"{path.name}: {asked}"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_says_what_it_decides_and_stays_small(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not text.strip() or ast.get_docstring(ast.parse(text)), "no docstring"
    assert len(text.encode()) <= 15 * 1024, "past 15 KB: two nouns or one?"


def test_every_folder_and_module_has_a_noun() -> None:
    nameless = [part for path in MODULES for part in path.relative_to(ROOT).parts if NAMELESS.fullmatch(part)]
    assert nameless == []


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-bench.lock"])
def test_locks_carry_hashes_and_no_addresses(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    assert "://" not in text
    pinned = re.findall(r"^[a-zA-Z0-9][^\n]*==[^\n]*", text, re.MULTILINE)
    assert len(pinned) > 50
    assert all(line.endswith("\\") for line in pinned), "a requirement without hashes"


@cache
def command_line() -> click.Command:
    """The whole command line, every verb registered, as `broker --help` sees it."""
    app = typer.Typer(name="broker")
    for verb in REGISTERED:
        import_module(module_of(verb)).register(app)
    return typer.main.get_command(app)


def verbs_of(command: click.Command, *path: str) -> Iterator[tuple[str, ...]]:
    """Every verb that does something, as it is typed after `broker`."""
    inner = getattr(command, "commands", None)
    if inner is None:
        yield path
        return
    for name, one in inner.items():
        yield from verbs_of(one, *path, name)


@pytest.mark.parametrize("verb", sorted(verbs_of(command_line())), ids=" ".join)
def test_every_verb_has_help_with_an_example_and_json(verb: tuple[str, ...]) -> None:
    told = CliRunner().invoke(command_line(), [*verb, "--help"], env={"COLUMNS": "120", "TERM": "dumb"})
    assert told.exit_code == 0, told.output
    assert "Example" in told.output
    assert "--json" in told.output


def test_help_is_printed_by_the_command_itself() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "broker", "--help"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        env={"PATH": "/usr/bin:/bin", "COLUMNS": "120", "TERM": "dumb"},
    )
    assert all(f" {verb} " in done.stdout for verb in REGISTERED)
