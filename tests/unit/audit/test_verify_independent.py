"""The verifier shares no code with what writes the log."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import broker.audit.verify as verifier

FOLDER = Path(verifier.__file__).parent
MAY_LOAD = {"broker", "broker.audit"}


def imported(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.name}: write imports out in full"
            found.add(node.module or "")
    return found


def test_no_file_of_the_verifier_imports_anything_else_of_the_broker() -> None:
    files = sorted(FOLDER.glob("**/*.py"))
    assert len(files) > 5
    for path in files:
        for name in imported(path):
            top = name.partition(".")[0]
            assert (
                name.startswith("broker.audit.verify") or top == "cryptography" or top in sys.stdlib_module_names
            ), f"{path.name} imports `{name}`"


def test_loading_the_verifier_loads_no_writer() -> None:
    code = "import broker.audit.verify, sys; print(*(name for name in sys.modules if name.startswith('broker')))"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=FOLDER.parents[2], capture_output=True, text=True, check=True
    )
    loaded = {name for name in done.stdout.split() if not name.startswith("broker.audit.verify")}
    assert loaded == MAY_LOAD


def test_nothing_that_writes_the_log_imports_the_verifier() -> None:
    for path in FOLDER.parent.glob("*.py"):
        assert not any(name.startswith("broker.audit.verify") for name in imported(path)), path.name
