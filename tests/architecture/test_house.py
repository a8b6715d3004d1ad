"""The rules of the house that no other tool holds. Layers are import-linter's (`make check`)."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MODULES = sorted((ROOT / "broker").rglob("*.py"))
VERBS = ("demo", "check", "test", "decide", "profile", "ingest", "serve", "synth", "migrate")
"""Those that are one verb; the others are groups, whose verbs are asked for their own help below."""
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


def help_of(*verb: str) -> str:
    """What `broker VERB --help` prints."""
    done = subprocess.run(
        [sys.executable, "-m", "broker", *verb, "--help"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        env={"PATH": "/usr/bin:/bin", "COLUMNS": "120", "TERM": "dumb"},
    )
    return done.stdout


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_has_help_with_an_example_and_json(verb: str) -> None:
    told = help_of(verb)
    assert "Example" in told
    assert "--json" in told


def test_every_verb_of_every_group_has_help_with_an_example_and_json() -> None:
    from broker.cli.application import VERBS as REGISTERED

    groups = [verb for verb in REGISTERED if verb not in VERBS]
    assert groups
    for group in groups:
        told = help_of(group)
        inner = re.findall(r"^│ ([a-z-]+) ", told.partition("Commands")[2], re.MULTILINE)
        assert inner, f"`{group}` lists no verbs: {told}"
        for verb in inner:
            words = help_of(group, verb)
            assert "Example" in words, f"{group} {verb}"
            assert "--json" in words, f"{group} {verb}"
