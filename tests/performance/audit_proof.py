"""How long an inclusion proof takes in a log of ten million entries, and how much memory.

Run: `python -m tests.performance.audit_proof --full`. Prints one JSON line. The nodes of the tree stand in an
SQLite database as the store keeps them (20 million rows), written straight into the table. A proof is fetched as
the endpoint does, by the leaf's hash, and verified. The peer of the same run reads the same proofs from hash
tiles, as a witness or any other client of such a log does. Leaves are hashes of numbers. Memory is what the
process grew by while proving.
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
from contextlib import closing
from pathlib import Path
from random import Random
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from broker.audit.frontier import Frontier
from broker.audit.tile_nodes import nodes_in_tiles
from broker.audit.tiles import TILE_HEIGHT, TILE_WIDTH, hash_tile_path
from broker.audit.tree import HASH_BYTES, inclusion_ranges, proof_from, verify_inclusion
from broker.store.audit import find_leaf_index
from broker.usecases.log.export_log import stored_proof
from tests.performance.machine import machine
from tests.unit.store.small_store import SmallStore

FULL, QUICK, AT_ONCE = 10_000_000, 100_000, 100_000
PROOFS = 2_000
TARGET_US = 2_000


def leaf(number: int) -> bytes:
    """The hash that stands for entry `number`."""
    return hashlib.sha256(b"%d" % number).digest()


def fill(path: Path, tiles: Path, size: int) -> Frontier:
    """Writes the nodes into the table, and the hash tiles beside it."""
    frontier, rows_of_level, written = Frontier(), {}, {}
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA synchronous=OFF")
        database.execute("PRAGMA journal_mode=OFF")
        [index] = database.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = 'audit_node' AND sql NOT NULL"
        ).fetchall()
        database.execute(f'DROP INDEX "{index[0]}"')
        for start in range(0, size, AT_ONCE):
            grown = frontier.extend(map(leaf, range(start, min(start + AT_ONCE, size))))
            frontier = grown.frontier
            database.executemany(
                "INSERT INTO audit_node (level, node_index, node_hash) VALUES (?, ?, ?)",
                sorted((at.level, at.place, found) for at, found in grown.completed),
            )
            for at, found in grown.completed:
                level, rest = divmod(at.level, TILE_HEIGHT)
                if rest == 0:
                    row = rows_of_level.setdefault(level, [])
                    row.append(found)
                    if len(row) == TILE_WIDTH:
                        _write(tiles, level, written.get(level, 0), row)
                        written[level] = written.get(level, 0) + 1
                        row.clear()
        database.execute(index[1])
        database.commit()
    for level, row in rows_of_level.items():
        if row:
            _write(tiles, level, written.get(level, 0), row)
    return frontier


def _write(folder: Path, level: int, index: int, row: list[bytes]) -> None:
    path = folder / hash_tile_path(level, index, len(row))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"".join(row))


def _memory_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measure(*, quick: bool = False) -> Iterator[dict[str, Any]]:
    """One line."""
    size = QUICK if quick else FULL
    dice = Random(1)
    with tempfile.TemporaryDirectory(prefix="broker-proofs-") as name:
        folder = Path(name)
        small = SmallStore(folder)
        small.close()
        began = time.perf_counter()
        frontier = fill(small.path, folder, size)
        filled = time.perf_counter() - began
        before = _memory_mb()
        database, tiles, busy = [], [], time.process_time()
        for number in (dice.randrange(size) for _ in range(PROOFS)):
            wanted = leaf(number)
            started = time.perf_counter()
            with small.store.look() as view:
                index = find_leaf_index(view, wanted)
                assert index == number
                hashes = stored_proof(view, inclusion_ranges(index, size))
            database.append(time.perf_counter() - started)
            verify_inclusion(number, size, wanted, hashes, frontier.root)
            started = time.perf_counter()
            ranges = inclusion_ranges(number, size)
            nodes = nodes_in_tiles(
                {at for one in ranges for at in one}, size, lambda at: (folder / at).read_bytes()
            )
            assert proof_from(ranges, nodes) == hashes
            tiles.append(time.perf_counter() - started)
        busy = (time.process_time() - busy) / PROOFS
        grew = _memory_mb() - before
        small.close()
        value = statistics.median(database) * 1e6
        yield {
            "name": "proof_10m" if size == FULL else "proof_100k",
            "unit": "µs a proof, median, by leaf hash from the database",
            "value": round(value),
            "target": TARGET_US,
            "p99": round(sorted(database)[int(PROOFS * 0.99)] * 1e6),
            "peers": {"hash_tiles": round(statistics.median(tiles) * 1e6)},
            "ratio_to_peer": round(value / (statistics.median(tiles) * 1e6), 2),
            "processor_us_both_ways_and_verified": round(busy * 1e6),
            "entries": size,
            "hashes_in_a_proof": len(hashes),
            "bytes_in_a_proof": len(hashes) * HASH_BYTES,
            "memory_grew_mb": round(grew, 1),
            "filled_in_s": round(filled),
            "database_mb": round(small.path.stat().st_size / 1e6),
            "machine": machine(),
        }


if __name__ == "__main__":
    for line in measure(quick="--full" not in sys.argv[1:]):
        print(json.dumps(line))
