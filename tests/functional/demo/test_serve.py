"""`broker serve` over real HTTP: what every answer carries, what is never told, how it ends."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from tests.functional.ingest.loading import POLICIES, broker_in, load, make_county

ROOT = Path(__file__).resolve().parents[3]
ROUTES = ("/", "/healthz", "/readyz", "/style.css")
UNKNOWN = ("/nope", "/docs", "/openapi.json", "/../etc/passwd", "/%2e%2e/", "/healthz/")
HEADERS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cache-control": "no-store",
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
}


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


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    data = tmp_path_factory.mktemp("data")
    with broker_in(data) as broker:
        load(broker, make_county(tmp_path_factory.mktemp("county"), families=20))
    with start(data, "--port", "0", "--json") as process:
        try:
            assert process.stdout is not None
            text = ""
            while not text.rstrip().endswith("}"):
                text += process.stdout.readline()
            yield json.loads(text)["address"]
            process.send_signal(signal.SIGTERM)
            assert process.wait(timeout=60) == 0
            assert process.stderr is not None
            assert process.stderr.read() == ""
        finally:
            process.kill()


@pytest.mark.parametrize("path", [*ROUTES, *UNKNOWN])
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "OPTIONS", "TRACE"])
def test_every_answer_carries_the_headers(address: str, method: str, path: str) -> None:
    answer = httpx2.request(method, address.rstrip("/") + path)
    for name, value in HEADERS.items():
        assert answer.headers.get_list(name) == [value]
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "server" not in answer.headers
    if path in ROUTES:
        assert answer.status_code in ((200, 503) if method in ("GET", "HEAD") else (405,))
    else:
        assert answer.status_code in (404, 405)


def test_up_and_not_ready_until_rules_are_adopted(address: str) -> None:
    assert httpx2.get(address + "healthz").json() == {"status": "ok"}
    ready = httpx2.get(address + "readyz")
    assert ready.status_code == 503
    assert ready.json()["checks"] == {"database": True, "standing_rules_adopted": False}


def test_the_page_says_what_it_is_and_rounds_what_it_counts(address: str) -> None:
    page = httpx2.get(address)
    assert page.headers["content-type"].startswith("text/html")
    for words in ('<html lang="en-GB">', "<h1>", "It is not legal advice.", "fewer than 100", "about 200"):
        assert words in page.text, words
    assert "<script" not in page.text


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example", "localhost@evil.example", ""])
def test_another_name_is_not_answered(address: str, host: str) -> None:
    answer = httpx2.get(address, headers={"host": host})
    assert answer.status_code in (400, 421)
    assert "broker" not in answer.text.lower()


def test_an_unknown_route_repeats_nothing_of_the_request(address: str) -> None:
    answer = httpx2.get(address + "9990000018?name=Smith")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json() == {"title": "not found", "status": 404}


def test_it_listens_on_this_machine_only(address: str) -> None:
    assert address.startswith("http://127.0.0.1:")


def test_a_taken_port_is_the_callers_mistake(tmp_path: Path) -> None:
    with broker_in(tmp_path):
        pass
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen(1)
        with start(tmp_path, "--port", str(taken.getsockname()[1])) as process:
            _, error = process.communicate(timeout=60)
    assert process.returncode == 2
    assert error.startswith("--port: ")


def test_without_a_database_it_says_what_to_do(tmp_path: Path) -> None:
    with start(tmp_path / "nothing", "--port", "0") as process:
        _, error = process.communicate(timeout=60)
    assert process.returncode == 2
    assert "broker migrate" in error
