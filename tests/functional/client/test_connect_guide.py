"""The guide for partners, followed line by line against `broker serve`: what it tells to type is typed here."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from broker.settings import PUBLIC_FILE
from tests.functional.client.serving import serve_process
from tests.functional.usecases.office import ROOT, Office, environment_of

pytestmark = pytest.mark.only_on("sqlite")  # the guide is the same on both; the door is tried on each

GUIDE = (ROOT / "docs/how-to-connect.md").read_text("utf-8")
TRIES = 40


class Desk:
    """Two accounts: the broker's own, with its settings; and the partner's, with none, in an empty folder."""

    def __init__(self, office: Office, folder: Path) -> None:
        self.folder = folder
        (folder / "bin").mkdir(parents=True)
        for name, module in (("broker", " -m broker"), ("python", "")):
            (folder / "bin" / name).write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)}{module} "$@"\n')
            (folder / "bin" / name).chmod(0o755)
        kept = {name: value for name, value in os.environ.items() if not name.startswith("BROKER_")}
        path = f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}"
        self.outside = {**kept, "PATH": path, "PYTHONPATH": str(ROOT), "NO_COLOR": "1"}
        inner = environment_of(office.broker.settings.data_dir)
        self.inside = {**self.outside, **{name: one for name, one in inner.items() if name.startswith("BROKER_")}}

    def run(self, line: str, code: int = 0) -> str:
        """One line of the guide. Verbs of the client run as the partner, all others as the broker."""
        environment = self.outside if line.startswith(("broker client", "python")) else self.inside
        done = subprocess.run(
            ["sh", "-e", "-c", line], cwd=self.folder, env=environment,
            capture_output=True, text=True, check=False, timeout=120,
        )  # fmt: skip
        assert done.returncode == code, (line, done.stdout, done.stderr)
        return done.stdout


@pytest.fixture
def desk(office: Office, tmp_path: Path) -> Iterator[tuple[Desk, str]]:
    """The desk, and where the broker is served."""
    office.enrol_one("len", "Len Whitby", "ecc", "administrator")
    found = Desk(office, tmp_path / "partner")
    with serve_process(found.inside) as authority:
        yield found, authority


def test_a_partner_is_connected_in_the_lines_of_the_guide(office: Office, desk: tuple[Desk, str]) -> None:
    here, authority = desk
    blocks = re.findall(r"```sh\n(.*?)```", GUIDE, re.DOTALL)
    lines = [line for block in blocks for line in block.splitlines()]
    [own] = re.findall(r"^ {4}(broker keys own .*)$", GUIDE, re.MULTILINE)
    init, hand_in, approve, check, profile, consent, withdraw, disclosures, notices, acknowledge, redeem = lines
    names = {
        "https://broker.example.org": f"http://{authority}",
        "2027-11-01": f"{datetime.now(UTC).date() + timedelta(days=300)}",
        "CASE": office.cases["team"],
        "MOTHER": office.people["mum"],
        "CHILD": office.people["child"],
    }

    def typed(line: str) -> str:
        for name, value in names.items():
            line = line.replace(name, value)
        return line

    here.run(own)
    (here.folder / "audit-log.pub").write_bytes((office.broker.settings.keys() / PUBLIC_FILE).read_bytes())
    handed = here.run(typed(init))
    [names["PUBLIC"], names["PROOF"]] = re.findall(r"--public-key (\S+) --proof (\S+)", handed)[0]
    assert "the request is not accepted" in _refused(here, check), "a key that nobody let in"
    here.run(typed(hand_in))
    here.run(typed(approve))
    # A line is broken where the port's number has it end.
    told = " ".join(here.run(check).split())
    assert "takes requests by ecc/case-system-2027" in told
    assert "agrees with the broker's" in told

    assert "Written down as d-" in here.run(typed(profile))
    program = re.findall(r"```python\n(.*?)```", GUIDE, re.DOTALL)[0]
    (here.folder / "program.py").write_text(typed(program), "utf-8")
    assert "True" in here.run("python program.py")
    taken = json.loads(here.run(typed(consent) + " --json"))
    here.run(typed(profile))
    names["CONSENT"] = taken["consent"]
    here.run(typed(withdraw))
    received = json.loads(here.run(typed(disclosures) + " --json"))
    assert len(received) == 3
    told = json.loads(here.run(typed(notices) + " --json"))
    names["DISCLOSURE"], names["NOTICE"] = told[-1]["disclosure"], told[-1]["since"][0]["notice"]
    assert told[-1]["since"][0]["because"] == "withdrawal"
    here.run(typed(acknowledge))
    assert len(json.loads(here.run(typed(notices) + " --json"))) == len(told) - 1

    # The guide to the bridge goes on from here.
    bridge = (ROOT / "docs/how-to-bridge.md").read_text("utf-8")
    [cases] = re.findall(r"```json\n(.*?)```", bridge, re.DOTALL)
    (here.folder / "cases.json").write_text(typed(cases), "utf-8")
    (here.folder / "filed").mkdir()
    open_and_file = next(line for line in bridge.splitlines() if line.endswith("--into filed"))
    assert "is filed for case 2026/1234" in here.run(open_and_file)
    assert {one.suffix for one in (here.folder / "filed").iterdir()} == {".json", ".html"}

    kept = (here.folder / "case-system-2027-receipts.jsonl").read_text("utf-8").splitlines()
    for _ in range(TRIES):
        done = subprocess.run(
            ["sh", "-c", f"{redeem} --json"], cwd=here.folder, env=here.outside, capture_output=True, check=False
        )
        if done.returncode == 0:
            break
        time.sleep(0.5)
    assert json.loads(done.stdout)["unredeemed"] == []
    proofs = (here.folder / "case-system-2027-receipts.redeemed.jsonl").read_text("utf-8").splitlines()
    assert {json.loads(one)["leaf_hash"] for one in proofs} >= {json.loads(one)["leaf_hash"] for one in kept}
    assert "Traceback" not in handed


def _refused(here: Desk, line: str) -> str:
    done = subprocess.run(
        ["sh", "-c", line], cwd=here.folder, env=here.outside, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1, done
    return done.stderr
