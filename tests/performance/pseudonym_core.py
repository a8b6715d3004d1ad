"""How fast the pseudonym core is, beside its peers in the same run.

    python tests/performance/pseudonym_core.py [--quick]

Prints one JSON object a line. `value` is millions of pseudonyms a second on one core, the median of several
repetitions; `peers` holds each peer's own figure and how many times faster the core is. Peers are timed in turn
with the core, so that a busy machine slows both. Nothing is asserted: a figure is for people to read.

The column is pseudonymised in pieces of `PIECE` rows, as a streaming extract does it.
"""

from __future__ import annotations

import argparse
import hmac
import json
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from cryptography.hazmat.primitives.ciphers.algorithms import AES256
from cryptography.hazmat.primitives.cmac import CMAC
from numpy.typing import NDArray

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from broker.identifiers.text_column import TextColumn
from broker.pseudonyms import PseudonymDomain, PseudonymKey, PseudonymRoot
from broker.pseudonyms.batch import pseudonymise_canonical, pseudonymise_column
from broker.pseudonyms.construction import padded
from tests.performance.machine import machine

PIECE = 250_000
"""Rows handed over at a time: about what one batch of a Parquet or CSV reader holds."""

KERNEL_TARGET = 40.0
CHECKED_TARGET = 10.0
Work = Callable[[], int]
"""Does the work once and says how many pseudonyms it made."""


def valid_nhs_numbers(count: int) -> NDArray[np.uint8]:
    """(count, 10) uint8: seeded numbers of the 999 range with right check digits."""
    numbers = np.random.default_rng(20261122).integers(0, 10, (count * 5 // 4 + 100, 10))
    numbers[:, :3] = 9
    check = (11 - numbers[:, :9] @ np.arange(10, 1, -1) % 11) % 11
    numbers[:, 9] = check
    kept = numbers[(check < 10) & (numbers.min(axis=1) < 9)][:count]
    return np.ascontiguousarray(kept + 48, dtype=np.uint8)


def as_it_comes(clean: NDArray[np.uint8]) -> list[str]:
    """A column as agencies send it: one in ten spaced 3-3-4, one in a hundred with a wrong check digit, one in two
    hundred empty."""
    texts = [row.decode("ascii") for row in clean.view("S10").ravel().tolist()]
    for row in range(0, len(texts), 10):
        texts[row] = f"{texts[row][:3]} {texts[row][3:6]} {texts[row][6:]}"
    for row in range(1, len(texts), 100):
        texts[row] = texts[row][:9] + str((int(texts[row][9]) + 1) % 10)
    for row in range(2, len(texts), 200):
        texts[row] = ""
    return texts


def _key() -> PseudonymKey:
    return PseudonymRoot(bytes(range(32)), "benchmark").key_for(PseudonymDomain("benchmark"), "nhs-number")


def _pieces(values: NDArray[np.uint8]) -> list[NDArray[np.uint8]]:
    return [values[start : start + PIECE] for start in range(0, len(values), PIECE)]


def _columns(values: NDArray[np.uint8]) -> list[TextColumn]:
    return [
        TextColumn(piece.reshape(-1), np.arange(len(piece) + 1, dtype=np.int64) * 10) for piece in _pieces(values)
    ]


def _kernel(key: PseudonymKey, values: NDArray[np.uint8]) -> Work:
    pieces = _pieces(values)

    def work() -> int:
        return sum(len(pseudonymise_canonical(key, piece)) for piece in pieces)

    return work


def _two_threads(key: PseudonymKey, values: NDArray[np.uint8]) -> Work:
    return lambda: len(pseudonymise_canonical(key, values, threads=2))


def _checked(key: PseudonymKey, columns: list[TextColumn]) -> Work:
    def work() -> int:
        return sum(pseudonymise_column(key, column).row_count for column in columns)

    return work


def _checked_texts(key: PseudonymKey, texts: list[str]) -> Work:
    pieces = [texts[start : start + PIECE] for start in range(0, len(texts), PIECE)]

    def work() -> int:
        return sum(pseudonymise_column(key, piece).row_count for piece in pieces)

    return work


def _peers(key: PseudonymKey, messages: list[bytes]) -> dict[str, Work]:
    """One value at a time, in the plainest way each library offers. None of the peers checks anything."""
    secret = key.secret

    def hmac_new() -> int:
        return len([hmac.new(secret, message, "sha256").digest() for message in messages])

    def hmac_digest() -> int:
        return len([hmac.digest(secret, message, "sha256") for message in messages])

    def cmac() -> int:
        made = []
        for message in messages:
            block = padded(message)
            mac = CMAC(AES256(secret))
            mac.update(block + block)
            made.append(mac.finalize())
        return len(made)

    return {"python_hmac_loop": hmac_new, "python_hmac_digest_loop": hmac_digest, "cryptography_cmac_loop": cmac}


def _median_rates(works: dict[str, Work], repetitions: int) -> dict[str, float]:
    """Millions a second of each work; they take turns within every repetition, after one turn to warm up."""
    rates: dict[str, list[float]] = {name: [] for name in works}
    for turn in range(repetitions + 1):
        for name, work in works.items():
            began = time.perf_counter()
            made = work()
            took = time.perf_counter() - began
            if turn:
                rates[name].append(made / took / 1e6)
    return {name: statistics.median(found) for name, found in rates.items()}


def measure(*, quick: bool = False) -> Iterator[dict[str, Any]]:
    """The figures, each as one mapping: name, value, unit, target, peers, machine."""
    key, repetitions = _key(), 3 if quick else 9
    values = valid_nhs_numbers(500_000 if quick else 4_000_000)
    mixed = as_it_comes(values[: 250_000 if quick else 1_000_000])
    messages = [row.tobytes() for row in values[: 20_000 if quick else 100_000]]
    peers = _peers(key, messages)
    rates = _median_rates(
        {
            "pseudonym_core": _kernel(key, values),
            "pseudonym_core_two_threads": _two_threads(key, values[:2_000_000]),
            "pseudonym_core_checked": _checked(key, _columns(values)),
            "pseudonym_core_checked_strings": _checked_texts(
                key, [row.decode() for row in _texts(values, len(mixed))]
            ),
            "pseudonym_core_checked_as_it_comes": _checked_texts(key, mixed),
            **peers,
        },
        repetitions,
    )
    targets = {"pseudonym_core": KERNEL_TARGET, "pseudonym_core_checked": CHECKED_TARGET}
    for name, rate in rates.items():
        if name not in peers:
            yield {
                "name": name,
                "value": round(rate, 2),
                "unit": "million pseudonyms/s",
                "target": targets.get(name),
                "peers": {
                    peer: {"value": round(rates[peer], 3), "times_faster": round(rate / rates[peer], 1)}
                    for peer in peers
                },
                "machine": machine(),
            }


def _texts(values: NDArray[np.uint8], count: int) -> list[bytes]:
    texts: list[bytes] = values[:count].view("S10").ravel().tolist()
    return texts


def main() -> None:
    """Prints every figure as one JSON object a line."""
    parser = argparse.ArgumentParser(description="Measure the pseudonym core beside its peers.")
    parser.add_argument("--quick", action="store_true", help="fewer rows and repetitions, for a first look")
    for figure in measure(quick=parser.parse_args().quick):
        print(json.dumps(figure, ensure_ascii=False), flush=True)


if __name__ == "__main__":
    main()
