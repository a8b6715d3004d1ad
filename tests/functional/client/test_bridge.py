"""A case system stands in for a partner's own: it opens a profile by its case number and has it filed, over real
HTTP, once, and nothing stays anywhere else."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from broker.client import BrokerClient, Retries
from broker.client.bridge import Asked, KnownCase, open_case, read_cases
from broker.client.bridge_filing import FolderFile, NotFiled, WebhookFile
from broker.client.bridge_page import page_of
from broker.errors import CallWrong
from broker.http_signatures import RequestHead, read_claim, require_in_time, verify_claim
from tests.functional.api.door import Partner
from tests.functional.usecases.office import REASON, ROOT

NUMBER = "2026/1234"
WHY = Asked("kim", "lead-practitioner", "family-support", REASON)


@dataclass
class CaseSystem:
    """A stand-in: it verifies who sends, answers by `answers` and then 204, and keeps what it took by its key."""

    council: Partner
    answers: list[int] = field(default_factory=list)
    came: int = 0
    files: dict[str, dict[str, Any]] = field(default_factory=dict)
    authority: str = ""

    def take(self, head: RequestHead, body: bytes) -> int:
        self.came += 1
        claim = read_claim(head, self.authority)
        require_in_time(claim, self.council.office.clock.now())
        assert claim.key_id == self.council.key_id
        request = verify_claim(claim, self.council.private.public_key(), body)
        status = self.answers.pop(0) if self.answers else 204
        if status < 300:
            assert request.idempotency_key is not None
            self.files[request.idempotency_key] = json.loads(body)
        return status


@pytest.fixture
def case_system(council: Partner) -> Iterator[CaseSystem]:
    """Over real HTTP, on this machine."""
    found = CaseSystem(council)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            headers = tuple((name.lower().encode(), value.encode()) for name, value in self.headers.items())
            status = found.take(RequestHead("POST", self.path.encode(), b"", headers), body)
            self.send_response(status)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            return None

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        found.authority = f"127.0.0.1:{server.server_port}"
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield found
        server.shutdown()


@pytest.fixture
def known(council: Partner, tmp_path: Path) -> KnownCase:
    """What the partner's number stands for, read from its own file."""
    office = council.office
    people = [office.people["mum"], office.people["child"]]
    path = tmp_path / "cases.json"
    path.write_text(json.dumps({NUMBER: {"case": office.cases["team"], "people": people}}), "utf-8")
    return read_cases(path, NUMBER)


def webhook(council: Partner, case_system: CaseSystem, most: int = 4) -> WebhookFile:
    return WebhookFile(
        f"http://{case_system.authority}/profiles", council.key_id, council.private,
        retries=Retries(most=most), now=council.office.clock.now, sleep=lambda _seconds: None,
    )  # fmt: skip


def test_a_profile_is_filed_as_a_document_and_a_page_and_nowhere_else(
    client: BrokerClient, known: KnownCase, tmp_path: Path
) -> None:
    folder = tmp_path / "filed"
    folder.mkdir()
    before = {path for path in tmp_path.rglob("*") if path.is_file() and "office" not in path.parts}
    profile, where = open_case(client, known, WHY, FolderFile(folder), organisation="ecc")
    made = {path for path in tmp_path.rglob("*") if path.is_file() and "office" not in path.parts} - before
    assert {path.parent for path in made} == {folder}
    assert {path.suffix for path in made} == {".json", ".html"}
    assert all(path.stat().st_mode & 0o077 == 0 for path in made)
    assert where is not None
    document = json.loads(Path(where).read_text("utf-8"))
    assert (document["case_number"], document["disclosure"]) == (NUMBER, profile.disclosure)
    assert (document["asked_by"], document["purpose"], document["reason"]) == ("kim", "family-support", REASON)
    assert document["profile"] == profile.document
    page = Path(where).with_suffix(".html").read_text("utf-8")
    for said in (NUMBER, "Kim Ward", REASON, "2 March 2026", profile.disclosure, "Nothing released about this."):
        assert said in page
    assert "Often late on Mondays" in page
    assert not re.search(r"<script|https?://|src=|nothing held", page)
    receipts = (tmp_path / "receipts.jsonl").read_text("utf-8")
    assert REASON not in receipts


def test_what_a_page_shows_is_text_and_never_markup(client: BrokerClient, known: KnownCase) -> None:
    seen: list[str] = []

    class Page:
        def file(self, filing: Any) -> str:
            nasty = "<img src=x onerror=alert(1)>"
            profile = json.loads(json.dumps(filing.profile.document).replace("Often late", nasty))
            told = replace(filing.profile, document=profile)
            seen.append(page_of(replace(filing, profile=told, known=replace(known, number=nasty))))
            return "page"

    open_case(client, known, WHY, Page(), organisation="ecc")
    assert "<img" not in seen[0]
    assert seen[0].count("&lt;img") >= 3


def test_the_case_system_is_told_until_it_has_it_and_files_it_once(
    council: Partner, client: BrokerClient, known: KnownCase, case_system: CaseSystem
) -> None:
    case_system.answers = [503, 200]
    into = webhook(council, case_system)
    profile, where = open_case(client, known, WHY, into, organisation="ecc", idempotency_key="opened")
    assert where == f"http://{case_system.authority}/profiles"
    assert case_system.came == 2
    assert list(case_system.files) == [profile.disclosure]
    filed = case_system.files[profile.disclosure]
    assert filed["profile"] == profile.document
    assert filed["page"].startswith("<!doctype html>")
    again, _ = open_case(client, known, WHY, into, organisation="ecc", idempotency_key="opened")
    assert again.disclosure == profile.disclosure
    assert len(case_system.files) == 1


@pytest.mark.parametrize("answers", [[500] * 9, [422], [301]])
def test_what_is_not_taken_is_told_and_can_be_filed_later(
    council: Partner, client: BrokerClient, known: KnownCase, case_system: CaseSystem, answers: list[int]
) -> None:
    case_system.answers = list(answers)
    into = webhook(council, case_system)
    with pytest.raises(NotFiled, match="is released and not filed"):
        open_case(client, known, WHY, into, organisation="ecc", idempotency_key="later")
    assert case_system.files == {}
    assert case_system.came == (4 if len(answers) > 1 else 1), "only what may pass by itself is tried again"
    case_system.answers = []
    profile, _ = open_case(client, known, WHY, into, organisation="ecc", idempotency_key="later")
    assert list(case_system.files) == [profile.disclosure]
    assert len(list(client.disclosures(by="kim", role="lead-practitioner"))) == 1, "released once"


def test_what_is_refused_is_told_and_not_filed(client: BrokerClient, known: KnownCase, tmp_path: Path) -> None:
    folder = tmp_path / "filed"
    folder.mkdir()
    other = replace(WHY, by="tri", role="triage")
    profile, where = open_case(client, known, other, FolderFile(folder), organisation="ecc")
    assert (profile.answered, where) == (False, None)
    assert profile.refused_because
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[]", "has no case"),
        ("{}", "has no case"),
        ("not json", "is no JSON"),
        ('{"2026/1234": {"case": "k-1", "people": []}}', "needs `case`"),
        ('{"2026/1234": {"case": "k-1", "people": [1]}}', "are ids"),
        ('{"2026/9999": {"case": "k-1", "people": ["p-1"]}}', "has no case"),
    ],
)
def test_a_number_that_stands_for_nothing_opens_nothing(tmp_path: Path, text: str, says: str) -> None:
    path = tmp_path / "cases.json"
    path.write_text(text, "utf-8")
    with pytest.raises(CallWrong, match=says) as wrong:
        read_cases(path, NUMBER)
    assert "9999" not in str(wrong.value), "another case's number is nobody's business"


@pytest.mark.parametrize(
    "url",
    ["http://cases.example.org/x", "https://cases.example.org", "ftp://127.0.0.1/x", "https://a/x?key=secret"],
)
def test_a_profile_goes_to_no_address_that_anybody_can_read(council: Partner, url: str) -> None:
    with pytest.raises(CallWrong, match="https"):
        WebhookFile(url, council.key_id, council.private)


def test_the_guide_shows_the_document_that_is_filed() -> None:
    text = (ROOT / "docs/how-to-bridge.md").read_text("utf-8")
    [example] = re.findall(r"```json\n(.*?)```", text, re.DOTALL)
    assert list(json.loads(example)) == [NUMBER]
