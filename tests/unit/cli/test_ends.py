"""How the command line ends: a reader who went away is no error, and no trace is printed of it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from broker import __version__

ROOT = Path(__file__).resolve().parents[3]


def run(*words: str, stdout: int = subprocess.PIPE) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "broker", *words],
        cwd=ROOT,
        stdout=stdout,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
        timeout=120,
    )


@pytest.mark.parametrize("words", [("--help",), ("--version",), ("check", "policies", "--json")])
def test_a_closed_pipe_is_a_quiet_end(words: tuple[str, ...]) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    try:
        ended = run(*words, stdout=writing)
    finally:
        os.close(writing)
    assert (ended.returncode, ended.stderr) == (141, "")


def test_the_version_is_told() -> None:
    told = run("--version")
    assert (told.returncode, told.stdout, told.stderr) == (0, f"broker {__version__}\n", "")


def test_a_folder_that_is_not_there_is_named_and_the_call_is_wrong(tmp_path: Path) -> None:
    missing = tmp_path / "no-log"
    told = run("audit", "verify", str(missing))
    assert (told.returncode, told.stdout) == (2, "")
    assert told.stderr.startswith(f"{missing}: there is no such folder")
