"""The guide for outsiders, followed line by line: what it tells a partner agency to type is typed here."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from broker.audit.entry import entry_bytes
from broker.audit.receipt import receipt_for
from broker.audit.tree import leaf_hash
from broker.settings import PUBLIC_FILE
from tests.functional.usecases.office import Office

ROOT = Path(__file__).parents[2]
ORIGIN = "broker.example/log"
GUIDE = (ROOT / "docs/how-to-audit-outside.md").read_text("utf-8")


@pytest.mark.only_on("sqlite")
def test_the_guide_for_outsiders_is_true(office: Office, tmp_path: Path) -> None:
    here = tmp_path / "partner"
    (here / "bin").mkdir(parents=True)
    (here / "bin/broker").write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m broker "$@"\n')
    (here / "bin/broker").chmod(0o755)
    kept = {name: value for name, value in os.environ.items() if not name.startswith("BROKER_")}
    path = f"{here / 'bin'}{os.pathsep}{os.environ['PATH']}"
    outside = {**kept, "PATH": path, "PYTHONPATH": str(ROOT), "NO_COLOR": "1"}
    inside = outside | {"BROKER_DATA_DIR": str(office.broker.settings.data_dir), "BROKER_LOG_ORIGIN": ORIGIN}

    def run(line: str, code: int = 0) -> str:
        """As the operator where the log itself is asked, else as somebody who has none of the broker's
        settings."""
        asks_the_log = re.match(r"broker audit (checkpoint|export|prove|sequence)\b", line)
        done = subprocess.run(
            ["sh", "-e", "-c", line], cwd=here, env=inside if asks_the_log else outside,
            capture_output=True, text=True, check=False, timeout=120,
        )  # fmt: skip
        assert done.returncode == code, (line, done.stdout, done.stderr)
        return done.stdout

    run("broker audit sequence --once")
    (here / "audit-log.pub").write_bytes((office.broker.settings.keys() / PUBLIC_FILE).read_bytes())
    entries = office.entries()
    lines = re.findall(r"^ {4}(broker .*)$", GUIDE, re.MULTILINE)
    assert [line.split()[1:3] for line in lines] == [
        ["witness", "key"],
        ["witness", "add"],
        ["audit", "checkpoint"],
        ["witness", "cosign"],
        ["witness", "cosign"],
        ["audit", "verify"],
        ["audit", "prove"],
    ]
    key, add, request, cosign, in_place, verify, prove = lines
    told = run(key)
    assert "Watching" in run(add)
    run(request)
    assert "about" not in (here / "request.txt").read_text("utf-8")
    assert "First sight" in run(cosign)
    office.ask()
    run("broker audit export log-2026-03")
    assert re.search(r"only grew, from \d+ to \d+ entries", run(in_place))
    witness_key = re.findall(r"\S+\+[0-9a-f]{8}\+\S+", told)[0]
    policy = re.findall(r"```yaml\n(.*?)```", GUIDE, re.DOTALL)[0]
    policy = policy.replace("broker.example.org/log+1f2e3d4c+AVmb…", (here / "audit-log.pub").read_text().strip())
    policy = policy.replace("witness.police.example+5a6b7c8d+BKq…", witness_key)
    assert "log-2026-03" not in policy
    (here / "policy.yaml").write_text(policy[: policy.index("  - key: witness.nhs")], "utf-8")
    receipts = b"".join(receipt_for(ORIGIN, one).to_line() for one in entries)
    (here / "receipts.jsonl").write_bytes(receipts)
    assert run(verify).rstrip().splitlines()[-1].startswith("Sound: ")
    # An export that no witness cosigned is never sound under the same policy.
    office.ask()
    run("broker audit export later")
    assert "0 of 1 witnesses cosigned" in run("broker audit verify later --policy policy.yaml", code=2)
    leaf = leaf_hash(entry_bytes(entries[0])).hex()
    assert json.loads(run(re.sub("[0-9a-f]{64}", leaf, prove)))["index"] == 0
