"""Benchmark: verifying an exported audit log, every step, on one core.

Run `python tests/performance/audit_verify.py` (100,000 entries) or with `--full` (1,000,000). Prints one line of
JSON. Target: 1 million entries in at most 20 s. Peers from the same run, over the same files:

- `hash_only_s`: reading the entries and computing the root, nothing else: the floor under any verifier;
- `respell_json_s`: the same, and reading each entry as JSON and spelling it again to see that it is canonical,
  which is the straightforward way to do part of what the verifier's `meaning` step does.
"""

from __future__ import annotations

import hashlib
import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from broker.audit.checkpoint import Checkpoint, sign_checkpoint  # noqa: E402  the path above must come first
from broker.audit.entry import entry_bytes  # noqa: E402  the path above must come first
from broker.audit.export import export_log  # noqa: E402  the path above must come first
from broker.audit.frontier import Frontier  # noqa: E402  the path above must come first
from broker.audit.sequencing import PlacedEntry, integrate  # noqa: E402  the path above must come first
from broker.audit.verify import Evidence, Verdict, verify_export  # noqa: E402  the path above must come first
from tests.performance.machine import machine  # noqa: E402  the path above must come first
from tests.unit.audit.building import LOG, ORIGIN, iterate_log  # noqa: E402  the path above must come first

BATCH = 4096
GROUP = 256


def make_export(folder: Path, size: int) -> None:
    """A log that makes sense, made through the real writer; entries wait in a file, not in memory."""
    scratch, frontier = folder.with_suffix(".entries"), Frontier()
    batch: list[bytes] = []
    with scratch.open("wb") as file:
        for number, entry in enumerate(iterate_log(size), start=1):
            batch.append(entry_bytes(entry))
            if len(batch) == BATCH or number == size:
                integrated = integrate(frontier, batch)
                frontier = integrated.frontier
                for one in integrated.placed:
                    file.write(len(one.entry_bytes).to_bytes(2, "big") + one.leaf_hash + one.entry_bytes)
                batch.clear()
    note = sign_checkpoint(Checkpoint(ORIGIN, size, frontier.root), LOG.key, LOG.sign)

    def stored() -> Iterator[PlacedEntry]:
        with scratch.open("rb") as file:
            for index in range(size):
                length = int.from_bytes(file.read(2), "big")
                leaf = file.read(32)
                yield PlacedEntry(index, file.read(length), leaf)

    export_log(folder, stored(), str(note))
    scratch.unlink()


def hash_only(folder: Path, size: int, look: Callable[[bytes], object] = len) -> bytes:
    """The root by the plainest means: every entry read and hashed, the levels folded pair by pair."""
    sha256, leaves = hashlib.sha256, []
    for first in range(0, size, GROUP):
        number, width = first // GROUP, min(GROUP, size - first)
        name = f"{number:03d}" if number < 1000 else f"x{number // 1000:03d}/{number % 1000:03d}"
        data = (folder / f"tile/entries/{name}{'' if width == GROUP else f'.p/{width}'}").read_bytes()
        at = 0
        while at < len(data):
            end = at + 2 + int.from_bytes(data[at : at + 2], "big")
            look(data[at + 2 : end])
            leaves.append(sha256(b"\x00" + data[at + 2 : end]).digest())
            at = end
    while len(leaves) > 1:
        paired = [sha256(b"\x01" + leaves[i] + leaves[i + 1]).digest() for i in range(0, len(leaves) - 1, 2)]
        leaves = paired + leaves[len(leaves) & ~1 :]
    return leaves[0]


def respell(data: bytes) -> None:
    """Read one entry as JSON and spell it again."""
    if json.dumps(json.loads(data), sort_keys=True, separators=(",", ":")).encode() != data:
        raise SystemExit("the benchmark's own log is not canonical")


def seconds(work: Callable[[], object]) -> float:
    """How long the work takes, in seconds of the wall clock."""
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def measure(*, quick: bool = False) -> Iterator[dict[str, Any]]:
    """Make a log (of 1 million entries, quick of 100,000), verify it, race the peers."""
    full = not quick
    size = 1_000_000 if full else 100_000
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / "log"
        make_export(folder, size)
        evidence = Evidence(log_key=str(LOG.key))
        answers = []
        floor = seconds(lambda: hash_only(folder, size))
        value = seconds(lambda: answers.append(verify_export(folder, evidence)))
        respelled = seconds(lambda: hash_only(folder, size, respell))
        if answers[0].verdict is not Verdict.SOUND:
            raise SystemExit(answers[0].narrative())
    yield {
        "name": "audit_verify_1m" if full else "audit_verify_100k",
        "value": round(value, 3),
        "unit": "s",
        "target": 20.0 if full else 2.0,
        "peers": {"hash_only_s": round(floor, 3), "respell_json_s": round(respelled, 3)},
        "machine": machine(),
    }


if __name__ == "__main__":
    for line in measure(quick="--full" not in sys.argv[1:]):
        print(json.dumps(line))
