"""`broker serve` over real HTTP: which port has what, what every answer carries, how it ends."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx2
import pytest

from tests.functional.ingest.loading import POLICIES, broker_in, load, make_county

ROOT = Path(__file__).resolve().parents[3]
PRIVATE = ("/", "/healthz", "/readyz", "/style.css", "/metrics")
UNKNOWN = ("/nope", "/docs", "/../etc/passwd", "/%2e%2e/", "/healthz/", "/v1")
PARTNERS = "/v1/profiles"
HEADERS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cache-control": "no-store, no-transform",
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
}


http = httpx2.Client(timeout=60, limits=httpx2.Limits(max_keepalive_connections=0))
"""Patient, and with a connection for each request, so that no worker answers them all."""


def start(data: Path, *arguments: str) -> subprocess.Popen[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("BROKER_")}
    environment = {
        **kept,
        "BROKER_DATA_DIR": str(data),
        "BROKER_POLICIES_DIR": str(POLICIES),
        "PYTHONUNBUFFERED": "1",
    }
    return subprocess.Popen(
        [sys.executable, "-m", "broker", "serve", *arguments],
        cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


@dataclass
class Served:
    """A server of three workers: what it says of itself, and its process."""

    public: str
    private: str
    process: subprocess.Popen[str]

    def workers(self) -> dict[int, str]:
        """The processes below it, each with its command's name."""
        text = subprocess.run(
            ["ps", "--ppid", str(self.process.pid), "-o", "pid=,stat="],
            check=False,
            capture_output=True,
            text=True,
        ).stdout
        rows = (line.split() for line in text.splitlines())
        return {int(number): state for number, state in rows if not state.startswith("Z")}

    def counted(self) -> dict[str, float]:
        """Every number on the private port."""
        lines = http.get(self.private + "metrics").text.splitlines()
        rows = (line.rsplit(" ", 1) for line in lines if not line.startswith("#"))
        return {name: float(value) for name, value in rows}


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    data = tmp_path_factory.mktemp("data")
    with broker_in(data) as broker:
        load(broker, make_county(tmp_path_factory.mktemp("county"), families=20))
    with start(data, "--workers", "3", "--port", "0", "--private-port", "0", "--json") as process:
        try:
            assert process.stdout is not None
            text = ""
            while not text.rstrip().endswith("}"):
                text += process.stdout.readline()
            said = json.loads(text)
            assert said["authority"] == said["address"].removeprefix("http://").rstrip("/")
            yield Served(said["address"], said["private_address"], process)
            process.send_signal(signal.SIGTERM)
            assert process.wait(timeout=60) == 0
            assert process.stderr is not None
            lines = [json.loads(line) for line in process.stderr.read().splitlines()]
            assert {line["event"] for line in lines} <= {"request.answered", "request.refused", "process.died"}
        finally:
            process.kill()


def until(true: Callable[[], bool]) -> None:
    """Waits for something another process does, a minute at most."""
    for _ in range(600):
        if true():
            return
        time.sleep(0.1)
    raise AssertionError("it did not come about within a minute")


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "OPTIONS", "TRACE"])
@pytest.mark.parametrize("path", [*PRIVATE, *UNKNOWN, PARTNERS])
def test_every_answer_of_either_port_carries_the_headers(served: Served, method: str, path: str) -> None:
    for address in (served.public, served.private):
        answer = http.request(method, address.rstrip("/") + path)
        page = address == served.public and path != PARTNERS
        for name, value in {**HEADERS, **({"referrer-policy": "same-origin"} if page else {})}.items():
            assert answer.headers.get_list(name) == [value]
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert answer.headers["strict-transport-security"].startswith("max-age=")
        assert "server" not in answer.headers
        if path == PARTNERS and address == served.public:
            assert answer.status_code == 401
        elif path in PRIVATE and address == served.private:
            known = method == "GET" or (method == "HEAD" and path != "/metrics")
            assert answer.status_code in ((200, 503) if known else (405,))
        elif path == "/" and page and method == "GET":
            assert answer.status_code == 200
        else:
            assert answer.status_code in ((404, 405) if page else (404,))


def test_health_metrics_and_the_page_are_on_the_private_port_alone(served: Served) -> None:
    elsewhere = [path for path in PRIVATE if path != "/"]
    assert {http.get(served.public.rstrip("/") + path).status_code for path in elsewhere} == {404}
    assert "fewer than 100" not in http.get(served.public).text
    assert http.get(served.private + "v1/profiles").status_code == 404


def test_up_and_not_ready_until_rules_are_adopted(served: Served) -> None:
    assert http.get(served.private + "healthz").json() == {"status": "ok"}
    ready = http.get(served.private + "readyz")
    assert ready.status_code == 503
    assert ready.json()["checks"] == {"database": True, "standing_rules_adopted": False}


def test_the_page_says_what_it_is_and_rounds_what_it_counts(served: Served) -> None:
    page = http.get(served.private)
    assert page.headers["content-type"].startswith("text/html")
    for words in ('<html lang="en-GB">', "<h1>", "It is not legal advice.", "fewer than 100", "about 200"):
        assert words in page.text, words
    assert "<script" not in page.text


def test_what_every_worker_answered_is_added_up(served: Served) -> None:
    name = 'broker_requests_total{method="DELETE",route="none",status="4xx"}'
    before = served.counted().get(name, 0)
    for _ in range(20):
        http.delete(served.public + "nope")
    until(lambda: served.counted()[name] == before + 20)


def test_no_label_holds_what_somebody_sent(served: Served) -> None:
    """A label is one of a closed list, whatever the address, the method or the key that was named."""
    canary = "smith9990000018"
    for path in (canary, f"v1/{canary}", f"v1/consents/{canary}/withdrawal", f"?{canary}"):
        http.request(canary.upper(), served.public + path, headers={"idempotency-key": canary})
    found = served.counted()
    assert found["broker_database_up"] == 1
    assert {"broker_log_entries_waiting", "broker_notices_waiting"} <= found.keys()
    labels = {label for name in found for label in re.findall(r'(\w+)="', name)}
    assert labels <= {"route", "method", "status", "step", "le"}
    assert canary not in "".join(found).lower()


def test_a_worker_that_died_is_replaced(served: Served) -> None:
    until(lambda: len(served.workers()) == 4)
    gone = max(served.workers())
    os.kill(gone, signal.SIGKILL)
    until(lambda: gone not in served.workers() and len(served.workers()) == 4)
    assert http.get(served.public + PARTNERS[1:]).status_code == 401
    assert http.get(served.private + "healthz").status_code == 200


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "localhost@evil.example", ""])
def test_another_name_is_not_answered(served: Served, host: str) -> None:
    for address in (served.public, served.private):
        answer = http.get(address, headers={"host": host})
        assert answer.status_code in (400, 421)
        assert "broker" not in answer.text.lower()


def test_an_unknown_route_repeats_nothing_of_the_request(served: Served) -> None:
    for address, kind in (
        (served.public, "text/html; charset=utf-8"),
        (served.private, "application/problem+json"),
    ):
        answer = http.get(address + "9990000018?name=Smith")
        assert answer.status_code == 404
        assert answer.headers["content-type"] == kind
        assert "9990000018" not in str(answer.headers) + answer.text
        assert "Smith" not in answer.text


def test_it_listens_on_this_machine_only(served: Served) -> None:
    assert served.public.startswith("http://127.0.0.1:")
    assert served.private.startswith("http://127.0.0.1:")


def test_processes_end_with_whoever_started_them(tmp_path: Path) -> None:
    """Killed beyond any care, as when memory runs out: a worker left over would answer by what nobody runs."""
    with broker_in(tmp_path):
        pass
    with start(tmp_path, "--workers", "1", "--port", "0", "--private-port", "0", "--json") as process:
        until(lambda: len(Served("", "", process).workers()) == 2)
        below = set(Served("", "", process).workers())
        process.kill()
        process.wait()
        until(lambda: not any(Path(f"/proc/{one}").exists() for one in below))


@pytest.mark.parametrize("name", ["Broker.Example", "a b", "x" * 300, ""])
def test_a_name_that_is_none_is_refused(tmp_path: Path, name: str) -> None:
    with start(tmp_path, "--authority", name) as process:
        _, error = process.communicate(timeout=60)
    assert process.returncode == 2
    assert error.startswith("--authority: ")


def test_a_taken_port_is_the_callers_mistake(tmp_path: Path) -> None:
    with broker_in(tmp_path):
        pass
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen(1)
        with start(tmp_path, "--port", str(taken.getsockname()[1]), "--private-port", "0") as process:
            _, error = process.communicate(timeout=60)
    assert process.returncode == 2
    assert error.startswith("--port: ")


def test_without_a_database_it_says_what_to_do(tmp_path: Path) -> None:
    with start(tmp_path / "nothing", "--port", "0", "--private-port", "0") as process:
        _, error = process.communicate(timeout=60)
    assert process.returncode == 2
    assert "broker migrate" in error
