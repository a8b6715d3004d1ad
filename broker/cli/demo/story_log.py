"""The log: every entry given its place, the head signed, the whole written out and checked by the other program.

The verifier (`broker.audit.verify`) shares no code with what wrote the log. Checked: it finds the log sound, with
the receipts that the requesters kept; and when one byte of one entry is changed, it says which.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from broker.audit.receipt import Receipt
from broker.audit.verify import Evidence, State, Verdict, verify_export
from broker.cli.demo.cast import AUDITOR
from broker.cli.demo.checks import Checks
from broker.cli.demo.stage import Stage
from broker.cli.demo.telling import Teller
from broker.usecases.log.export_log import export_to

STORY = "the log"
STEP_WORDS: Final[Mapping[str, str]] = {
    "signature": "Is it signed by this log's key?",
    "cosignatures": "Did outside witnesses sign too?",
    "root from all entries": "Do all entries add up to what was signed?",
    "dense indexes": "Is every entry there, and once?",
    "consistency with older checkpoints": "Does it continue what was signed before?",
    "receipts": "Is every entry there that was promised?",
    "meaning": "Did each release rest on what then stood?",
}
"""The verifier's own names for its steps, as questions."""
ANSWERS: Final[Mapping[State, str]] = {State.HOLDS: "yes", State.FAILED: "NO"}


@dataclass(frozen=True, slots=True)
class LogChecked:
    """Where the export lies, how many entries it holds, and the verifier's verdict."""

    folder: Path
    entries: int
    verdict: str


def tell_log(stage: Stage, teller: Teller, checks: Checks, receipts: Sequence[Receipt]) -> LogChecked:
    """An auditor has the log written out and verifies it; then a copy is tampered with, and verified."""
    teller.chapter("To end with: the log")
    folder = stage.folder / "log"
    exported = export_to(stage.broker, folder, AUDITOR)
    kept = stage.folder / "receipts.jsonl"
    kept.write_bytes(b"".join(receipt.to_line() for receipt in receipts))
    evidence = Evidence(log_key=exported.log_key, receipts=kept)
    found = verify_export(folder, evidence)
    sound = found.verdict is Verdict.SOUND
    teller.say(
        "Ada Brook is an auditor. She needs to know that nobody has quietly changed what happened here. All "
        f"{exported.size} entries are written out, and another program, which shares nothing with the one that "
        "wrote them, looks at them with the receipts that the staff kept."
    )
    teller.say(
        "The log is sound: nothing was changed, added or taken away."
        if sound
        else "The log is not found sound; the table says why."
    )
    teller.rows(
        "What the other program looked at",
        ("question", "answer"),
        [
            (STEP_WORDS.get(step.name, step.name), ANSWERS.get(step.state, step.state.value))
            for step in found.steps
        ],
    )
    teller.say(
        "Why: people will be asked in court what was shown to whom. The answer must not rest on anybody's "
        "word, ours included. Then one byte is changed in a copy."
    )
    teller.claim(checks.claim(STORY, f"the log is sound, and all {len(receipts)} receipts are in it", sound))
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
