"""`broker serve` as it is run, in front of an office, and a partner system that asks it over real connections.

The processes are the product's own command; only its clock is another: it begins where the office's stood, so that
nothing here depends on the day on which it is run. Each request is a connection of its own, which whichever worker
is free takes.
"""

from __future__ import annotations

import itertools
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from tests.functional.api.door import AUTHORITY, Got, Pairs, Partner, partner
from tests.functional.usecases.office import ROOT, environment_of, open_office, working

WORKERS: Final = 4
PATIENCE: Final = 120.0
"""Seconds after which a connection is given up."""
NO_LIMITS: Final = {
    "BROKER_ANSWER_TICK_MS": "0",
    "BROKER_REQUESTS_PER_MINUTE": "1000000",
    "BROKER_REQUESTS_AT_ONCE": "10000",
    "BROKER_LOG_LEVEL": "error",
}
_SERVE: Final = """
import sys, time
from datetime import datetime, timedelta
from broker.clock import SystemClock
at, began = datetime.fromisoformat(sys.argv.pop(1)), float(sys.argv.pop(1))
SystemClock.now = lambda _: at + timedelta(seconds=time.monotonic() - began)
from broker.cli import main
exec(sys.argv.pop(1))
main()
"""
_SLOWLY: Final = """
import random
from psycopg import Cursor
from sqlalchemy import Engine, event
dice = random.Random()
def wait():
    if dice.random() < {chance}:
        time.sleep(dice.random() * {at_most_s})
def slowly(asked):
    def execute(*given, **named):
        wait()
        return asked(*given, **named)
    return execute
Cursor.execute = slowly(Cursor.execute)
@event.listens_for(Engine, "before_cursor_execute")
def wait_on_sqlite(connection, *_):
    if connection.dialect.name == "sqlite":
        wait()
"""


def slow_statements(chance: float, at_most_s: float) -> str:
    """A program for a server's processes by which statements come when they come: as many of them as `chance` says
    wait for at most so many seconds."""
    return _SLOWLY.format(chance=chance, at_most_s=at_most_s)


@dataclass(frozen=True, slots=True)
class RunningClock:
    """Stood at `start` when the machine's own count of seconds, one for all its processes, was `began`."""

    start: datetime
    began: float

    def now(self) -> datetime:
        """The instant it shows."""
        return self.start + timedelta(seconds=time.monotonic() - self.began)

    @property
    def at(self) -> datetime:
        """The same, for those who ask a clock that stands."""
        return self.now()


class NoAnswer(Exception):
    """The connection ended without an answer."""


@dataclass(frozen=True)
class Request:
    """A request as it goes over the wire, as often as one likes; `nonce` and `covered` are for its answer."""

    method: str
    path: str
    headers: Pairs
    body: bytes
    covered: Mapping[str, str]
    nonce: bytes


@dataclass
class Served:
    """A server and the partner system that asks it; `process` is the one that started the workers."""

    partner: Partner
    port: int
    process: subprocess.Popen[str]
    count: Iterator[int] = field(default_factory=itertools.count)

    def request(self, method: str, path: str, value: Any = None, key: str | None = None) -> Request:
        """A signed request, with a nonce of its own."""
        body = b"" if value is None else json.dumps(value).encode()
        covered = self.partner.components(method, path, body, "", key)
        nonce = os.urandom(16)
        return Request(method, path, self.partner.headers(covered, nonce), body, covered, nonce)

    def send(self, request: Request, *, verify: bool = True) -> Got:
        """Sends it and verifies the answer's signature. Raises NoAnswer, MessageRefused."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            connection.putrequest(request.method, request.path, skip_host=True, skip_accept_encoding=True)
            for name, sent in request.headers:
                connection.putheader(name, sent)
            connection.putheader("content-length", str(len(request.body)))
            connection.putheader("connection", "close")
            connection.endheaders(request.body)
            answer = connection.getresponse()
            body = answer.read()
        except (OSError, HTTPException) as error:
            raise NoAnswer(repr(error)) from None
        finally:
            connection.close()
        found = tuple((name.lower().encode(), one.encode("latin-1")) for name, one in answer.getheaders())
        got = Got(answer.status, found, body)
        if verify:
            self.partner.verify(got, request.covered, request.nonce)
        return got

    def ask(self, method: str, path: str, value: Any = None, key: str | None = None) -> Got:
        """Signs and sends."""
        return self.send(self.request(method, path, value, key))

    def workers(self) -> list[int]:
        """The processes that run below it now: the workers and the keeper."""
        found = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text("ascii").split()
        return [int(one) for one in found]

    def worked(self) -> dict[int, int]:
        """How long each of them has worked, in ticks of the processor."""
        rows = {number: Path(f"/proc/{number}/stat").read_text("ascii") for number in self.workers()}
        return {number: sum(map(int, row.rpartition(")")[2].split()[11:13])) for number, row in rows.items()}


@contextmanager
def serving(
    one: Partner, workers: int = WORKERS, spoiled: str = "", more: Mapping[str, str] = MappingProxyType({})
) -> Iterator[Served]:
    """A server before the partner's office, whose clock runs from now on. `spoiled` is a program that takes
    something away from it first: what a search must find out. `more` are settings beside those of `NO_LIMITS`."""
    office = one.office
    office.step()
    clock = RunningClock(office.clock.at, time.monotonic())
    office.clock = clock  # type: ignore[assignment]  # one that runs instead of one that stands
    office.broker = replace(office.broker, clock=clock)
    settings = {**environment_of(office.broker.settings.data_dir), "BROKER_POLICIES_DIR": str(ROOT / "policies")}
    ports = ("--port", "0", "--private-port", "0", "--authority", AUTHORITY, "--json")
    said = office.broker.settings.data_dir / "served.log"
    with said.open("w", encoding="utf-8") as log, subprocess.Popen(
        [sys.executable, "-c", _SERVE, clock.start.isoformat(), str(clock.began), spoiled,
         "serve", "--workers", str(workers), *ports],
        cwd=ROOT, stdout=subprocess.PIPE, stderr=log, text=True, env={**settings, **NO_LIMITS, **more},
    ) as process:  # fmt: skip
        try:
            assert process.stdout is not None
            text = ""
            while not text.rstrip().endswith("}"):
                line = process.stdout.readline()
                if not line:
                    raise AssertionError(f"the server did not start: {said.read_text('utf-8')[-2000:]}")
                text += line
            served = Served(one, int(json.loads(text)["address"].rstrip("/").rpartition(":")[2]), process)
            _wait_until_heard(served, workers)
            yield served
        finally:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(PATIENCE)
            finally:
                process.kill()


def _wait_until_heard(served: Served, workers: int) -> None:
    """Until every process is there and one answers: requests wait in the socket until then."""
    while len(served.workers()) <= workers:
        time.sleep(0.05)
    served.ask("GET", "/v1/nothing")


@contextmanager
def council(database: str) -> Iterator[Partner]:
    """A partner before an office at work."""
    with (
        tempfile.TemporaryDirectory(prefix="broker-served-") as name,
        open_office(Path(name) / "office", database=database) as office,
    ):
        yield partner(working(office))
