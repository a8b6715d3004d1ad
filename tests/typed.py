"""A verb as it is typed, without starting a Python for it: the command line itself runs, in this process.

What only a process of its own shows (how one ends, what it does to a pipe, what is found from another folder) is
tested with one: `tests/unit/cli/test_ends.py`, `tests/functional/test_elsewhere.py`, the runbook, the demo.
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Mapping
from contextlib import chdir, redirect_stderr, redirect_stdout
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from broker.cli import main


def typed(words: list[str], environment: Mapping[str, str], folder: Path) -> CompletedProcess[str]:
    """What `broker` with these words prints and exits with, in this environment and folder."""
    out, told = (_Printed(io.BytesIO(), encoding="utf-8", newline="") for _ in range(2))
    code: object = 0
    with pytest.MonkeyPatch.context() as patched, chdir(folder), redirect_stdout(out), redirect_stderr(told):
        patched.setattr(sys, "argv", ["broker", *words])
        patched.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO()))
        patched.setattr(sys, "excepthook", sys.excepthook)
        for name in os.environ.keys() - environment.keys():
            patched.delenv(name)
        for name, value in environment.items():
            patched.setenv(name, value)
        try:
            main()
        except SystemExit as ended:
            code = ended.code
    assert code is None or isinstance(code, int), code
    return CompletedProcess(["broker", *words], code or 0, out.text(), told.text())


class _Printed(io.TextIOWrapper):
    """A stream that is no terminal and keeps what is printed, as a pipe would have passed it on."""

    def text(self) -> str:
        self.flush()
        kept = self.buffer
        assert isinstance(kept, io.BytesIO)
        return kept.getvalue().decode("utf-8")
