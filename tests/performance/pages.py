"""How long pages take in the demo county of 2,000 families, the family summary first.

Run: `python -m tests.performance.pages`. Prints one JSON line a page and one for all the others together. Each
is asked for by somebody signed in, through the whole site and the whole of its use case on SQLite, with what is
written down for it; every look at a summary is a release, decided and logged anew. The others are every page at
which some work begins, opened by the first reader whose post it is for, and a contact, a team and an agreement.
What the network and the browser add is not in it. `value` is the 95th percentile in milliseconds; the peer of the
same run is the page that touches no family at all.
"""

from __future__ import annotations

import json
import re
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from rich.console import Console
from starlette.testclient import TestClient

from broker.cli.demo.cast import AUDITOR, COUNCIL_LEAD, DECIDER, LEAD, PUBLISHER, TRIAGE
from broker.cli.demo.open_house import open_house
from broker.cli.demo.play import Run, play
from broker.cli.demo.stage import Stage, raised, settings_in
from broker.cli.demo.telling import Teller
from broker.settings import Settings
from broker.usecases.acting import Acting
from broker.usecases.signing_in.sessions import start_session
from broker.web.app import make_web
from broker.web.forms import csrf_of
from tests.functional.web.matrix import opens, rows
from tests.performance.machine import machine

FAMILIES: Final = 2_000
NAME: Final = "pages.example"
SUMMARY_MS: Final = 150
PAGE_MS: Final = 100
READERS: Final = (LEAD, TRIAGE, COUNCIL_LEAD, DECIDER, PUBLISHER, AUDITOR)
"""Who looks; a page is opened by the first whose post it is for."""
NO_PAGE: Final = frozenset({"/sign-in/start", "/sign-in/done", "/sign-out", "/prove"})
"""Where somebody is only led on."""


@dataclass
class Reader:
    """Somebody signed in before the pages."""

    client: TestClient
    secret: str

    def get(self, path: str) -> str:
        """The page. Raises AssertionError where it is not answered."""
        answer = self.client.get(path, headers=self._cookie)
        if answer.status_code != 200:
            raise AssertionError(f"{path}: {answer.status_code}")
        return answer.text

    def opens(self, path: str) -> bool:
        """Whether there is a page for them, and not another one that they are led to."""
        return self.client.get(path, headers=self._cookie, follow_redirects=False).status_code == 200

    def post(self, path: str, fields: dict[str, Any]) -> str:
        """Sends a form; the address it leads to."""
        sent = {"token": csrf_of(self.secret), **fields}
        headers = {**self._cookie, "origin": f"https://{NAME}"}
        answer = self.client.post(path, data=sent, headers=headers, follow_redirects=False)
        where: str = answer.headers["location"]
        return where

    @property
    def _cookie(self) -> dict[str, str]:
        return {"cookie": f"__Host-broker={self.secret}"}


@contextmanager
def county(families: int) -> Iterator[Stage]:
    """The demo county with its stories told, and work at each desk."""
    with tempfile.TemporaryDirectory(prefix="broker-bench-") as folder:
        settings = settings_in(Path(folder) / "data", Settings.read())
        with raised(Path(folder), settings, 1) as stage:
            played = play(stage, Teller(Console(quiet=True), silent=True), Run(), families, 1)
            open_house(stage, played)
            yield stage


def summaries_of(reader: Reader) -> list[str]:
    """A summary of everybody in each of their cases."""
    found = []
    for case in dict.fromkeys(re.findall(r"/summary/new\?case=(k-[a-z0-9]+)", reader.get("/summary/new"))):
        page = reader.get(f"/summary/new?case={case}")
        people = re.findall(r'name="about"[^>]*value="(p-[^"]+)"', page)
        fields = {"purpose": "family-support", "reason": "Measuring", "about": people, "case": case}
        found.append(reader.post("/summary/new", fields))
    return found


def timed(reader: Reader, path: str, count: int) -> list[float]:
    """Milliseconds of each, after three that are not counted."""
    taken = []
    for number in range(count + 3):
        began = time.perf_counter()
        reader.get(path)
        if number >= 3:
            taken.append((time.perf_counter() - began) * 1000)
    return taken


def signed_in(stage: Stage, acting: Acting) -> str:
    """What the browser of somebody shows who has just proved who they are."""
    now = stage.broker.clock.now()
    return start_session(stage.broker, acting.by, acting.role, "local", proved_at=now)[0]


def begun(stage: Stage, readers: Mapping[Acting, Reader]) -> dict[str, tuple[Reader, str]]:
    """The pages at which some work begins, each with its reader: those without a place in their address."""
    found = {}
    for row in rows():
        if row.method != "GET" or "{" in row.address or row.address in NO_PAGE or row.address.endswith(".csv"):
            continue
        for acting, reader in readers.items():
            if opens(stage.broker.access, acting.role, row) and reader.opens(row.address):
                found[row.address] = (reader, row.address)
                break
    return found


def p95(taken: list[float]) -> float:
    """The 95th percentile."""
    return statistics.quantiles(taken, n=20)[-1]


def measure(*, quick: bool = False) -> list[dict[str, Any]]:
    """The lines."""
    count = 20 if quick else 100
    with county(200 if quick else FAMILIES) as stage:
        client = TestClient(make_web(stage.broker, NAME), base_url=f"https://{NAME}")
        with client:
            readers = {acting: Reader(client, signed_in(stage, acting)) for acting in READERS}
            worker, door, officer = readers[LEAD], readers[TRIAGE], readers[PUBLISHER]
            shown = summaries_of(worker)
            summary = [one for where in shown for one in timed(worker, where, max(count // len(shown), 10))]
            case = re.findall(r"/summary/new\?case=(k-[a-z0-9]+)", worker.get("/summary/new"))[0]
            contact = re.findall(r'href="(/contacts/k-[a-z0-9]+)"', door.get("/queue"))[0]
            pages = {
                "/summary/new?case": (worker, f"/summary/new?case={case}"),
                "/teams/{case_id}": (worker, f"/teams/{case}"),
                "/contacts/{case_id}": (door, contact),
                "/agreements/{reference}": (officer, "/agreements/family-support/1"),
                **begun(stage, readers),
            }
            others = {name: timed(who, path, count) for name, (who, path) in pages.items()}
    together = [one for taken in others.values() for one in taken]
    start = statistics.median(others["/"])
    lines = [_line("family_summary", summary, SUMMARY_MS, start)]
    lines.append(_line("other_pages", together, PAGE_MS, start))
    return [*lines, *(_line(f"page {name}", taken, PAGE_MS, start) for name, taken in others.items())]


def _line(name: str, taken: list[float], target: int, start: float) -> dict[str, Any]:
    return {
        "name": name,
        "value": round(p95(taken), 1),
        "unit": "ms, 95th percentile",
        "target": f"<= {target}",
        "p50": round(statistics.median(taken), 1),
        "peers": {"the start page, median": round(start, 1)},
        "machine": machine(),
    }


def main() -> None:
    """Prints the lines."""
    for line in measure(quick="--quick" in sys.argv):
        print(json.dumps(line))


if __name__ == "__main__":
    main()
