"""How long an inclusion proof takes in a log of ten million entries, and how much memory.

Run: `python -m tests.performance.audit_proof --full`. Prints one JSON line. The nodes of the tree stand in an
SQLite database as the store keeps them (20 million rows), written straight into the table, level by level, by a
process of its own, whose memory is not counted. A proof is what the use case behind `GET /v1/audit/proof` returns
for a leaf's hash, the published checkpoint that it stands under included; each is verified. The peer of the same
run reads the same proofs from hash tiles, as a witness or any other client of such a log does: from files, without
a look-up of the leaf. Leaves are hashes of numbers. Both read what the operating system still holds of files just
written. Memory is what the process grew by while proving.
"""

from __future__ import annotations

import hashlib
import json
import resource
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from multiprocessing import get_context
from pathlib import Path
from random import Random
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from broker.audit.checkpoint import Checkpoint, sign_checkpoint
from broker.audit.frontier import Frontier
from broker.audit.note import NoteKey
from broker.audit.tile_nodes import nodes_in_tiles
from broker.audit.tiles import TILE_HEIGHT, TILE_WIDTH, hash_tile_path
from broker.audit.tree import HASH_BYTES, inclusion_ranges, node_hash, proof_from, verify_inclusion
from broker.settings import Settings
from broker.store.published import Published, put_published
from broker.usecases.log.published_log import find_inclusion
from broker.wiring import migrate, open_broker
from tests.performance.machine import machine

FULL, QUICK = 10_000_000, 100_000
PROOFS = 2_000
TARGET_US = 1_000
ORIGIN = "broker.example/log"


def leaf(number: int) -> bytes:
    """The hash that stands for entry `number`."""
    return hashlib.sha256(b"%d" % number).digest()


def fill(path: Path, tiles: Path, size: int) -> Frontier:
    """Writes the nodes into the table, and the hash tiles beside it."""
    row, edge, level = bytearray(), [], 0
    for number in range(size):
        row += leaf(number)
    with closing(sqlite3.connect(path)) as database:
        for setting in ("synchronous=OFF", "journal_mode=OFF", "cache_size=-262144", "temp_store=MEMORY"):
            database.execute(f"PRAGMA {setting}")
        [(index, ddl)] = database.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = 'audit_node' AND sql NOT NULL"
        ).fetchall()
        database.execute(f'DROP INDEX "{index}"')
        while row:
            if level % TILE_HEIGHT == 0:
                _write_tiles(tiles, level // TILE_HEIGHT, row)
            database.executemany(
                "INSERT INTO audit_node (level, node_index, node_hash) VALUES (?, ?, ?)",
                ((level, place, found) for place, found in enumerate(_hashes(row))),
            )
            if len(row) // HASH_BYTES & 1:
                edge.append(bytes(row[-HASH_BYTES:]))
            above, pairs = bytearray(), _hashes(row)
            for left, right in zip(pairs, pairs, strict=False):
                above += node_hash(left, right)
            row, level = above, level + 1
        database.execute(ddl)
        database.commit()
    return Frontier(size, tuple(reversed(edge)))


def _hashes(row: bytearray) -> Iterator[bytes]:
    return (bytes(row[start : start + HASH_BYTES]) for start in range(0, len(row), HASH_BYTES))


def _write_tiles(folder: Path, level: int, row: bytearray) -> None:
    step = TILE_WIDTH * HASH_BYTES
    for start in range(0, len(row), step):
        tile = row[start : start + step]
        path = folder / hash_tile_path(level, start // step, len(tile) // HASH_BYTES)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(tile)


def _memory_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _note(frontier: Frontier) -> str:
    key = Ed25519PrivateKey.generate()
    public = NoteKey(ORIGIN, key.public_key().public_bytes_raw())
    return str(sign_checkpoint(Checkpoint(ORIGIN, frontier.size, frontier.root), public, key.sign))


def measure(*, quick: bool = False) -> Iterator[dict[str, Any]]:
    """One line."""
    size = QUICK if quick else FULL
    dice = Random(1)
    with tempfile.TemporaryDirectory(prefix="broker-proofs-") as name:
        folder = Path(name)
        path = folder / "broker.db"
        settings = Settings.model_validate({"data_dir": folder, "database_url": f"sqlite:///{path}"})
        migrate(settings)
        began = time.perf_counter()
        with ProcessPoolExecutor(1, get_context("spawn")) as child:
            frontier = child.submit(fill, path, folder, size).result()
        filled = time.perf_counter() - began
        with open_broker(settings) as world:
            with world.store.keep_house() as house:
                put_published(house, Published(size, _note(frontier), world.clock.now()))
            before = _memory_mb()
            database, tiles, busy = [], [], time.process_time()
            for number in (dice.randrange(size) for _ in range(PROOFS)):
                wanted = leaf(number)
                started = time.perf_counter()
                found = find_inclusion(world, wanted)
                database.append(time.perf_counter() - started)
                assert found is not None
                assert (found.index, found.size, found.checkpoint.root) == (number, size, frontier.root)
                verify_inclusion(number, size, wanted, found.hashes, frontier.root)
                started = time.perf_counter()
                ranges = inclusion_ranges(number, size)
                nodes = nodes_in_tiles(
                    {at for one in ranges for at in one}, size, lambda at: (folder / at).read_bytes()
                )
                assert proof_from(ranges, nodes) == found.hashes
                tiles.append(time.perf_counter() - started)
            busy = (time.process_time() - busy) / PROOFS
            grew = _memory_mb() - before
        value = statistics.median(database) * 1e6
        yield {
            "name": "proof_10m" if size == FULL else "proof_100k",
            "unit": "µs a proof, median, by leaf hash from the database, with its checkpoint",
            "value": round(value),
            "target": TARGET_US,
            "p99": round(sorted(database)[int(PROOFS * 0.99)] * 1e6),
            "peers": {"hash_tiles": round(statistics.median(tiles) * 1e6)},
            "ratio_to_peer": round(value / (statistics.median(tiles) * 1e6), 2),
            "processor_us_both_ways_and_verified": round(busy * 1e6),
            "entries": size,
            "hashes_in_a_proof": len(found.hashes),
            "bytes_in_a_proof": len(found.hashes) * HASH_BYTES,
            "memory_grew_mb": round(grew, 1),
            "filled_in_s": round(filled),
            "database_mb": round(path.stat().st_size / 1e6),
            "machine": machine(),
        }


if __name__ == "__main__":
    for line in measure(quick="--full" not in sys.argv[1:]):
        print(json.dumps(line))
