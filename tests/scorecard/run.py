"""The heavy searches: each a number that a command prints, one JSON object a line.

    make scorecard            all of them (about two hours on two cores)
    make scorecard ARGS='--only worlds --scale 0.1'

The last results stand in docs/scorecard.jsonl, written by this command.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable, Iterator
from multiprocessing import Pool
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from broker.clock import SystemClock  # noqa: E402 - the path above makes it importable
from broker.logs import set_up_logs  # noqa: E402 - the same
from tests.databases import server  # noqa: E402 - the path above makes it importable
from tests.performance.machine import machine  # noqa: E402 - the path above makes it importable
from tests.scorecard import (  # noqa: E402 - the same
    contract,
    disk,
    every_page,
    kills,
    log_attacks,
    merkle_probes,
    refusal_timing,
    replays,
    searches,
    signed_door,
    signed_requests,
    withdrawals_told,
)

Search = Callable[[range], dict[str, int]]


TABLES: dict[str, dict[str, int]] = {}
"""What a search found in detail, for the documents and not for its line."""


def blocks(total: int, size: int) -> Iterator[range]:
    """Ranges of seeds, small enough that progress shows."""
    for first in range(0, total, size):
        yield range(first, min(first + size, total))


def run(name: str, search: Search, total: int, block: int, target: str, unit: str) -> dict[str, Any]:
    """Runs one search over its seeds on every core, a block at a time, and adds up what the blocks found."""
    started = time.perf_counter()
    if name.endswith("postgresql"):
        server()  # one for all the processes, stopped with this one
    sums: dict[str, int] = {}
    done = 0
    with Pool() as pool:
        for found in pool.imap_unordered(search, blocks(total, block)):
            done += 1
            for key, count in found.items():
                sums[key] = sums.get(key, 0) + count
            if sys.stderr.isatty():
                print(f"\r{name}: {min(done * block, total):,} of {total:,}", end="", file=sys.stderr)
    if sys.stderr.isatty():
        print(file=sys.stderr)
    if name == "log_attacks":
        TABLES[name] = {key: sums.pop(key) for key in list(sums) if key.startswith("[")}
    return {
        "name": name,
        "value": sums.pop("bad"),
        "unit": unit,
        "target": target,
        "searched": total,
        **sums,
        "seconds": round(time.perf_counter() - started, 1),
        "machine": machine(),
    }


KINDS = len(every_page.kinds())
"""Kinds of role: those that open the very same pages are one."""

SEARCHES: dict[str, tuple[Search, int, int, str, str]] = {
    "worlds": (searches.against_reference, 20_000, 100, "0", "worlds in which engine and reference differ"),
    "twins": (searches.twin_worlds, 3_000, 100, "0", "pairs of twin worlds that can be told apart"),
    "mutants": (searches.mutants, 400, 400, "0", "injected leaks that no pair of twins caught"),
    "remedies": (
        searches.remedies,
        1_000,
        50,
        "0",
        "remedies that do not permit, or of which a part permits, or that are missing",
    ),
    "preconditions": (searches.preconditions, 1_000, 50, "0", "preconditions whose absence left a permit"),
    "withdraw_release_histories_sqlite": (
        searches.histories_sqlite,
        10_000,
        100,
        "0",
        "promises that histories of withdrawals and releases on SQLite broke",
    ),
    "withdraw_release_histories_postgresql": (
        searches.histories_postgresql,
        10_000,
        100,
        "0",
        "promises that histories of withdrawals and releases on PostgreSQL broke",
    ),
    "withdraw_release_api_histories_sqlite": (
        searches.histories_api_sqlite,
        10_000,
        500,
        "0",
        "promises that histories of withdrawals, releases and retries through the door on SQLite broke",
    ),
    "withdraw_release_api_histories_postgresql": (
        searches.histories_api_postgresql,
        10_000,
        500,
        "0",
        "promises that histories of withdrawals, releases and retries through the door on PostgreSQL broke",
    ),
    "log_attacks": (
        log_attacks.log_attacks,
        10_000,
        100,
        "0",
        "attacks on a stored log that witness and receipts together did not catch",
    ),
    "merkle_probes": (
        merkle_probes.merkle_probes,
        196,
        196,
        "0",
        "public probes judged otherwise than they must be",
    ),
    "documents": (
        searches.mangled_documents,
        20_000,
        500,
        "0",
        "mangled documents that did anything but load or be refused",
    ),
    "signature_vectors": (
        signed_requests.signature_vectors,
        14,
        14,
        "0",
        "signatures printed in RFC 9421 that are read otherwise",
    ),
    "mutated_requests": (
        signed_requests.mutated_requests,
        100_000,
        2_500,
        "0",
        "mutated signed requests that were let in or met a failure",
    ),
    "mutated_requests_asgi": (
        signed_door.mutated_requests_asgi,
        10_000,
        2_500,
        "0",
        "mutated signed requests that the door let in or answered with a failure",
    ),
    "two_verifiers": (
        signed_requests.two_verifiers,
        50_000,
        2_500,
        "0",
        "requests on which the broker and http-message-signatures disagree, the same being covered",
    ),
    "forgeries_burn_no_nonce": (
        signed_door.forgeries_burn_no_nonce,
        10_000,
        5_000,
        "0",
        "forgeries that were let in or burned a nonce",
    ),
    "replay_4_workers_sqlite": (
        replays.replay_sqlite,
        1_000,
        1_000,
        "0",
        "copies of a request, sent at once to 4 workers on SQLite, that were let in or done again",
    ),
    "replay_4_workers_postgresql": (
        replays.replay_postgresql,
        1_000,
        1_000,
        "0",
        "copies of a request, sent at once to 4 workers on PostgreSQL, that were let in or done again",
    ),
    "kill_mid_release_sqlite": (
        kills.kills_sqlite,
        1_000,
        50,
        "0",
        "releases on SQLite unlogged, doubled or answered otherwise, and gaps, after kills in mid-release",
    ),
    "kill_mid_release_postgresql": (
        kills.kills_postgresql,
        1_000,
        50,
        "0",
        "releases on PostgreSQL unlogged, doubled or answered otherwise, and gaps, after kills in mid-release",
    ),
    "disk_full_sqlite": (
        disk.disk_full_sqlite,
        2_000,
        250,
        "0",
        "releases on SQLite unlogged or doubled, and answers but 503, while the disk is full or fails",
    ),
    "disk_full_postgresql": (
        disk.disk_full_postgresql,
        2_000,
        250,
        "0",
        "releases on PostgreSQL unlogged or doubled, and answers but 503, while the disk is full or fails",
    ),
    "requests_described": (
        contract.requests_described,
        30_000,
        1_000,
        "0",
        "requests made up from the OpenAPI description that were answered with 5xx, unsigned or not as described",
    ),
    "clock_skew": (signed_requests.clock_skew, 241, 61, "0", "clocks and lives of requests judged otherwise"),
    "strict_json": (
        signed_requests.strict_json,
        60,
        60,
        "0",
        "bodies that were read otherwise than the table says",
    ),
    "rotation_under_load": (
        signed_door.rotation_under_load,
        2_000,
        2_000,
        "0",
        "valid requests refused while one key replaced another",
    ),
    "refusal_timing": (
        refusal_timing.refusal_timing,
        500,
        500,
        "0",
        "searches in which a refusal about somebody protected takes another time than one about nobody",
    ),
    "revocation": (
        signed_door.revocation,
        20,
        20,
        "0",
        "revocations that another process knew of later than five seconds after",
    ),
    "withdrawal_told_sqlite": (
        withdrawals_told.withdrawal_told_sqlite,
        100,
        100,
        "0",
        "withdrawals of which the recipient's system was not told within a minute",
    ),
    "withdrawal_told_postgresql": (
        withdrawals_told.withdrawal_told_postgresql,
        100,
        100,
        "0",
        "withdrawals of which the recipient's system was not told within a minute",
    ),
    "pages_for_everybody": (
        every_page.pages_for_everybody,
        KINDS,
        KINDS,
        "0",
        "faults by axe-core, keyboard, phone, 400 %, forced colours, paper and without scripts, on any page",
    ),
}


def write(output: Path, lines: list[dict[str, Any]]) -> None:
    """Writes the results, each in its search's place; those of searches not run now stay as they were."""
    kept = {}
    if output.exists():
        kept = {line["name"]: line for line in map(json.loads, output.read_text(encoding="utf-8").splitlines())}
    kept |= {line["name"]: line for line in lines}
    text = "".join(json.dumps(kept[name]) + "\n" for name in SEARCHES if name in kept)
    output.write_text(text, encoding="utf-8")


def main() -> None:
    """Runs what is asked for and writes it down."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", choices=sorted(SEARCHES), action="append")
    parser.add_argument("--scale", type=float, default=1.0, help="a part, or a multiple, of the usual number")
    parser.add_argument("--output", type=Path)
    arguments = parser.parse_args()
    set_up_logs(SystemClock(), "error")  # one JSON object a line, and nothing between
    lines = []
    for name in arguments.only or SEARCHES:
        search, total, block, target, unit = SEARCHES[name]
        result = run(name, search, max(1, int(total * arguments.scale)), block, target, unit)
        lines.append(result)
        print(json.dumps(result), flush=True)
    if arguments.output is not None and arguments.scale >= 1:
        write(arguments.output, lines)
        if "log_attacks" in TABLES:
            log_attacks.write_table(ROOT / "docs" / "audit.md", TABLES["log_attacks"])
    if any(line["value"] for line in lines):
        raise SystemExit(1)


if __name__ == "__main__":
    main()
