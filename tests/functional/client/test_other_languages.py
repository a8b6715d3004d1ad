"""The examples of the documents, run as they are printed against `broker serve`: bash with curl and OpenSSL, and
Node. None of them uses anything of this project."""

from __future__ import annotations

import base64
import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from tests.functional.api.door import Partner, asked, partner
from tests.functional.client.serving import serve_process
from tests.functional.usecases.office import ROOT, Office, environment_of

pytestmark = pytest.mark.only_on("sqlite")  # the examples are the same on both; the door is tried on each

API = (ROOT / "docs/api.md").read_text("utf-8")
EXAMPLE = ROOT / "docs/examples/ask.mjs"


def require_commands(*names: str) -> None:
    """Skips, saying which command is not here."""
    missing = [name for name in names if shutil.which(name) is None]
    if missing:
        pytest.skip(f"not on this machine: {', '.join(missing)}")


@dataclass
class Outside:
    """Somebody with a key of their own and an empty folder."""

    council: Partner
    authority: str
    folder: Path

    def block(self, name: str) -> str:
        """A block of docs/api.md, with the values of here."""
        [found] = re.findall(rf"^```bash {name}\n(.*?)^```$", API, re.MULTILINE | re.DOTALL)
        council = self.council
        names = {
            "https://broker.example.org": f"http://{self.authority}",
            "AUTHORITY=broker.example.org": f"AUTHORITY={self.authority}",
            "ecc/case-system-2027": council.key_id,
            "broker/0123456789abcdef": council.signer.key_id,
            "CASE": council.office.cases["team"],
            "CHILD": council.office.people["child"],
        }
        for one, value in names.items() if name == "settings" else ():
            found = found.replace(one, value)
        return str(found)

    def bash(self, script: str) -> subprocess.CompletedProcess[str]:
        """Runs it with nothing of the environment but where commands are."""
        kept = {"PATH": os.environ["PATH"]}
        return subprocess.run(
            ["bash", "-c", script],
            cwd=self.folder,
            env=kept,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )


@pytest.fixture
def outside(office: Office, tmp_path: Path) -> Iterator[Outside]:
    """A partner in front of `broker serve`, with its keys in files."""
    # The server goes by this machine's clock, and enrolling takes some minutes of the office's.
    office.clock.at = datetime.now(UTC) - timedelta(minutes=30)
    council = partner(office)
    private = council.private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    public = council.signer.private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    folder = tmp_path / "outside"
    folder.mkdir()
    (folder / "case-system-2027.pem").write_bytes(private)
    (folder / "broker-answers.pem").write_bytes(public)
    with serve_process(environment_of(office.broker.settings.data_dir)) as authority:
        yield Outside(council, authority, folder)


def test_the_lines_for_a_shell_ask_and_verify(outside: Outside) -> None:
    require_commands("bash", "curl", "openssl")
    asking = outside.block("settings") + outside.block("request")
    done = outside.bash(asking + outside.block("answer"))
    assert done.returncode == 0, (done.stdout, done.stderr)
    assert "Signature Verified Successfully" in done.stdout
    found = json.loads((outside.folder / "answer.body").read_bytes())
    assert found["outcome"] == "answered"
    # A body that was changed on the way, and another status, are not believed.
    for spoilt in ("printf ' ' >> answer.body\n", "sed -i '1s/200/201/' answer.head\n"):
        assert outside.bash(asking + spoilt + outside.block("answer")).returncode != 0, spoilt


def test_an_answer_by_a_key_that_was_not_pinned_is_not_believed_by_the_shell(outside: Outside) -> None:
    require_commands("bash", "curl", "openssl")
    other = (
        "openssl genpkey -algorithm ed25519 -out other.pem\nopenssl pkey -in other.pem -pubout -out $BROKER_KEY\n"
    )
    done = outside.bash(outside.block("settings") + other + outside.block("request") + outside.block("answer"))
    assert done.returncode != 0
    assert "first visit" not in done.stdout


def test_a_client_in_another_language_asks_verifies_and_keeps_the_receipt(outside: Outside) -> None:
    require_commands("node")
    folder, council = outside.folder, outside.council
    settings = {
        "url": f"http://{outside.authority}",
        "authority": outside.authority,
        "key_id": council.key_id,
        "private_key": "case-system-2027.pem",
        "receipts": "receipts.jsonl",
        "broker_keys": {council.signer.key_id: base64.b64encode(council.signer.public).decode()},
    }
    (folder / "settings.json").write_text(json.dumps(settings), "utf-8")
    (folder / "body.json").write_text(json.dumps(asked(council)), "utf-8")

    def node(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["node", str(EXAMPLE), *words], cwd=folder, capture_output=True, text=True, check=False, timeout=60
        )

    profile = node("settings.json", "POST", "/v1/profiles", "body.json", "visit-7")
    assert profile.returncode == 0, profile.stderr
    found = json.loads(profile.stdout)
    assert found["outcome"] == "answered"
    listed = node("settings.json", "GET", "/v1/disclosures?by=kim&role=lead-practitioner")
    assert [one["disclosure"] for one in json.loads(listed.stdout)["disclosures"]] == [found["disclosure"]]
    absent = node("settings.json", "GET", "/v1/disclosures/d-nothing?by=kim&role=lead-practitioner")
    assert (absent.returncode, json.loads(absent.stdout)["status"]) == (1, 404)
    kept = [json.loads(line) for line in (folder / "receipts.jsonl").read_text("utf-8").splitlines()]
    assert kept[0] == found["receipt"]
    assert len(kept) == 3
    unpinned = {**settings, "broker_keys": {council.signer.key_id: base64.b64encode(bytes(range(32))).decode()}}
    (folder / "unpinned.json").write_text(json.dumps(unpinned), "utf-8")
    refused = node("unpinned.json", "GET", "/v1/disclosures?by=kim&role=lead-practitioner")
    assert (refused.returncode, refused.stdout) == (3, "")
    assert "not the broker's" in refused.stderr
