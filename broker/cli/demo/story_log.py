"""The log: every entry given its place, the head signed, the whole written out and checked by the other program.

The verifier (`broker.audit.verify`) shares no code with what wrote the log. Checked: it finds the log sound, with
the receipts that the requesters kept; and when one byte of one entry is changed, it says which.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from broker.audit.receipt import Receipt
from broker.audit.verify import Evidence, Verdict, verify_export
from broker.cli.demo.cast import AUDITOR
from broker.cli.demo.checks import Checks
from broker.cli.demo.stage import Stage
from broker.cli.demo.telling import Teller
from broker.usecases.export_log import export_to

STORY = "the log"


@dataclass(frozen=True, slots=True)
class LogChecked:
    """Where the export lies, how many entries it holds, and the verifier's verdict."""

    folder: Path
    entries: int
    verdict: str


def tell_log(stage: Stage, teller: Teller, checks: Checks, receipts: Sequence[Receipt]) -> LogChecked:
    """An auditor has the log written out and verifies it; then a copy is tampered with, and verified."""
    teller.chapter("The log")
    folder = stage.folder / "log"
    exported = export_to(stage.broker, folder, AUDITOR)
    kept = stage.folder / "receipts.jsonl"
    kept.write_bytes(b"".join(receipt.to_line() for receipt in receipts))
    evidence = Evidence(log_key=exported.log_key, receipts=kept)
    found = verify_export(folder, evidence)
    teller.rows(
        f"{exported.size} entries, checked by the independent verifier",
        ("step", "what", "state", "finding"),
        [(step.number, step.name, step.state.value, step.told) for step in found.steps],
    )
    sound = found.verdict is Verdict.SOUND
    teller.claim(checks.claim(STORY, f"the log is sound, and all {len(receipts)} receipts are redeemed", sound))
    tampered = verify_export(_tampered(folder), evidence)
    teller.claim(
        checks.claim(
            STORY, "with one byte changed in a copy, the verifier says so", tampered.verdict is Verdict.TAMPERED
        )
    )
    return LogChecked(folder, exported.size, found.verdict.name.lower())


def _tampered(folder: Path) -> Path:
    """A copy in which one byte of one bundle of entries is another."""
    copy = folder.with_name(f"{folder.name}-tampered")
    shutil.copytree(folder, copy)
    bundle = min(path for path in (copy / "tile" / "entries").rglob("*") if path.is_file())
    data = bytearray(bundle.read_bytes())
    data[len(data) // 2] ^= 1
    bundle.write_bytes(data)
    return copy
