"""What the tests of pages were answered, kept for whoever judges pages: states that no morning of the demo holds.

The tests run in processes of their own, with this module as a plug-in of pytest that writes down every answer that
shows anything new; `answers` reads them again.
"""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from starlette.testclient import TestClient

from tests.browser.walked import Addresses, Answer, PageReader
from tests.functional.web.crawler import pattern
from tests.functional.web.matrix import rows

ROOT: Final = Path(__file__).resolve().parents[2]
TESTS: Final = "tests/functional/web"
FOLDER: Final = "BROKER_KEPT_ANSWERS"
"""Names the folder that answers are written to, one file a process."""
MOST_ALIKE: Final = 8
"""Of one address and status, that one process keeps."""


def keep_answers(folder: Path, tests: str = TESTS) -> bool:
    """Runs these tests on SQLite and keeps what they were answered; whether there were any and all passed."""
    # A test may be what asks: the run is none of that test's own.
    own = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    named = {**own, FOLDER: str(folder), "PYTHONPATH": str(ROOT)}
    asked = ["-q", "-n", str(os.cpu_count() or 1), "--database", "sqlite", "-p", "tests.browser.kept", tests]
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", *asked], cwd=ROOT, env=named, capture_output=True, text=True, check=False
    )
    if ran.returncode != 0:
        print(ran.stdout[-4000:], file=sys.stderr)
    return ran.returncode == 0


def answers(folder: Path) -> Iterator[Answer]:
    """Everything that was kept."""
    addresses = Addresses(rows())
    for file in sorted(folder.iterdir()):
        for line in file.read_text("utf-8").splitlines():
            found = json.loads(line)
            row = addresses.find(found["method"], found["path"])
            body = base64.b64decode(found.pop("body"))
            yield Answer(row=row, body=body, secret=None, **found)


class Keeper:
    """Looks over the shoulder of a test's client."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self._addresses = Addresses(rows())
        self._kept: Counter[str] = Counter()
        self._shown: dict[str, set[str]] = {}

    def keep(self, method: str, path: str, got: Any) -> None:
        """Writes an answer down where it shows what none of its address has shown."""
        row = self._addresses.find(method, path)
        head = dict(got.headers)
        answer = Answer(method, path, row, got.status_code, head, got.content, None)
        # What reached its address is counted apart: an answer that is no page shows nothing by which it is new.
        where = f"{method} {row.address if row else pattern(path)} {got.status_code} {answer.reached}"
        reader = PageReader(path)
        if answer.is_page:
            reader.feed(got.content.decode())
        news = reader.shape - self._shown.get(where, set())
        if self._kept[where] and (not news or self._kept[where] >= MOST_ALIKE):
            return
        self._kept[where] += 1
        self._shown.setdefault(where, set()).update(news)
        body = base64.b64encode(got.content if answer.is_page else b"").decode()
        told = {"method": method, "path": path, "status": got.status_code, "headers": head, "body": body}
        with self.file.open("a", encoding="utf-8") as out:
            out.write(json.dumps(told) + "\n")


def pytest_configure(config: pytest.Config) -> None:
    """Stands between the tests and their client, in each process that runs some."""
    del config
    keeper = Keeper(Path(os.environ[FOLDER]) / f"{os.getpid()}.jsonl")
    ask = TestClient.request

    def request(self: TestClient, method: str, url: Any, **how: Any) -> Any:
        got = ask(self, method, url, **how)
        # Where it was asked to go, as the application has it; a redirect that was followed is another question.
        if not got.history:
            keeper.keep(method, got.request.url.raw_path.decode("latin-1"), got)
        return got

    TestClient.request = request  # type: ignore[method-assign]
