"""Every node of the tree that a database keeps, compared with what the entries themselves give.

Decides which stored hashes are wrong, missing or of no entry at all, at every level: proofs are made of them, so
one that is wrong is a proof that leads nowhere. The nodes are handed in as plain pairs by whoever has the
database; here they are computed anew, a batch of leaves at a time, in one pass. From docs/audit.md, "Verifying".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import groupby
from typing import Final

from broker.audit.verify.result import MOST_PROBLEMS, Problem

BATCH: Final = 4096


@dataclass(frozen=True, slots=True)
class StoredTree:
    """The tree as a database holds it: `size` entries and `root` as its own row says.

    `read(level, start, end)` gives (place, hash) of the nodes of a level with places from `start` up to and
    without `end`, in order; `beyond(size)` some (level, place) of nodes that a tree of so many entries does not
    have; `gone` says of entries why the store no longer gives them.
    """

    size: int
    root: object
    read: Callable[[int, int, int], Sequence[tuple[int, object]]]
    beyond: Callable[[int], Sequence[tuple[int, int]]]
    gone: Mapping[int, str] = field(default_factory=dict)


class NodeCheck:
    """Takes leaf hashes in order and puts what is wrong with the stored nodes into `problems`, the first fifty."""

    def __init__(self, stored: StoredTree, problems: list[Problem]) -> None:
        self._stored, self._problems = stored, problems
        self._leaves: list[bytes] = []
        self._done = [0]  # how many nodes of each level were compared
        self._odd: list[list[bytes]] = [[]]  # of each level the one that waits for its right half
        self._faults: list[tuple[int, int]] = []  # stretches of leaves that were told: what lies above follows

    def take(self, leaves: list[bytes]) -> None:
        """Compare these leaves, and every node that they complete, once a batch is together."""
        self._leaves.extend(leaves)
        if len(self._leaves) >= BATCH:
            self._climb()

    def finish(self, size: int) -> None:
        """Compare what is left, and look for nodes that a tree of `size` entries does not have."""
        self._climb()
        for level, place in self._stored.beyond(size)[:MOST_PROBLEMS]:
            where = f"at level {level}, place {place}"
            self._tell(Problem(f"the store holds a hash {where} that a tree of {size} entries does not have"))

    def _climb(self) -> None:
        hashes, level = self._leaves, 0
        while hashes:
            if level == len(self._done):
                self._done.append(0)
                self._odd.append([])
            self._compare(level, self._done[level], hashes)
            self._done[level] += len(hashes)
            row = self._odd[level] + hashes
            self._odd[level] = row[len(row) & ~1 :]
            pairs = iter(row[: len(row) & ~1])
            hashes = [sha256(b"\1" + left + right).digest() for left, right in zip(pairs, pairs, strict=True)]
            level += 1
        self._leaves = []

    def _compare(self, level: int, start: int, hashes: list[bytes]) -> None:
        rows = self._stored.read(level, start, start + len(hashes))
        if len(self._problems) >= MOST_PROBLEMS or rows == list(enumerate(hashes, start)):
            return
        found = dict(rows)
        wrong = [(at, at in found) for at, one in enumerate(hashes, start) if found.get(at) != one]
        # A run of neighbours that are missing, or changed, is told as one.
        for (held, _), run in groupby(enumerate(wrong), lambda one: (one[1][1], one[1][0] - one[0])):
            places = [at for _, (at, _) in run]
            self._fault(level, places[0], places[-1] + 1, held=held)

    def _fault(self, level: int, first: int, end: int, *, held: bool) -> None:
        begin, before = first << level, end << level
        if level == 0:
            self._faults.append((begin, before))
            one = before - begin == 1
            changed = "its bytes do not have the leaf hash stored for it" if one else (
                "their bytes do not have the leaf hashes stored for them")  # fmt: skip
            gone = "the store holds no hash of it" if one else "the store holds no hashes of them"
            self._tell(Problem(changed if held else gone, begin, None if one else before))
            return
        if any(start < before and begin < stop for start, stop in self._faults):
            return  # a fault below has been told already, and more exactly
        what = "do not have the hash stored over them" if held else "have no stored hash over them"
        self._tell(
            Problem(
                f"{what} (level {level}, place {first}{'' if end == first + 1 else f' to {end - 1}'})",
                begin,
                before,
            )
        )

    def _tell(self, problem: Problem) -> None:
        if len(self._problems) < MOST_PROBLEMS:
            self._problems.append(problem)
