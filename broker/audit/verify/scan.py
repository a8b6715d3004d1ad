"""One pass over every entry of an export: hashes, places, older roots, receipts and meaning at once.

Decides nothing by itself; it gathers what `run` turns into steps. Holds one bundle at a time, so the log may be as
long as the disk. It stops at the first bundle that is missing or does not come apart: what follows has no index.
An entry of no bytes stands for one that the store no longer gives; the others keep their indexes and are judged.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from broker.audit.verify.hashing import GROUP, RunningTree
from broker.audit.verify.layout import entries_in, path_of, read_bytes
from broker.audit.verify.meaning import Meaning
from broker.audit.verify.result import MOST_PROBLEMS, Problem
from broker.audit.verify.stored import NodeCheck, StoredTree


@dataclass(slots=True)
class Scanned:
    """What one pass found. `roots` holds the computed root for each size asked for; `taken` counts the indexes
    read, `missing` those of them without an entry. `root_by_hashes` is the root where the hash stored for each of
    these stands in for it."""

    roots: dict[int, bytes] = field(default_factory=dict)
    taken: int = 0
    missing: int = 0
    root_by_hashes: bytes | None = None
    misplaced: list[Problem] = field(default_factory=list)
    rehashed: list[Problem] = field(default_factory=list)
    redeemed: set[bytes] = field(default_factory=set)
    meaning: Meaning = field(default_factory=Meaning)
    copies: list[Problem] = field(default_factory=list)


def scan(
    folder: Path,
    size: int,
    sizes: Collection[int],
    promised: Collection[bytes],
    on_progress: Callable[[int, int], None] | None,
    stored: StoredTree | None = None,
) -> Scanned:
    """Read the entries of a log of `size`; compute the root at each of `sizes`; note which of the `promised` leaf
    hashes are there. With the tree as a database holds it, every node of that is compared instead of the hash
    tiles. Raises OSError when a file cannot be read."""
    found, tree, wanted = Scanned(), RunningTree(), sorted(set(sizes))
    found.roots = {0: tree.root_with([])}
    nodes = None if stored is None else NodeCheck(stored, found.rehashed)
    for first in range(0, size, GROUP):
        width = min(GROUP, size - first)
        bundle = read_bytes(folder, path_of("entries", first // GROUP, width))
        if bundle is None:
            found.misplaced.append(Problem("are missing: their bundle is not there", first, first + width))
            return found
        entries, whole = entries_in(bundle)
        leaves = [sha256(b"\0" + data).digest() for data in entries]  # RFC 9162 section 2.1.1
        if len(entries) != width or not whole:
            tile = read_bytes(folder, path_of("0", first // GROUP, width)) or b""
            differs = _first_difference(tile, leaves[:width])
            at = first + (min(len(entries), width) if differs is None else differs)
            found.misplaced.append(Problem(f"the bundle holds {len(entries)} whole entries of {width}", at))
            return found
        if b"" in entries:
            _stand_in(found, folder, first, entries, leaves, {} if stored is None else stored.gone)
        if nodes is None:
            _compare(found, folder, 0, first // GROUP, leaves)
        else:
            nodes.take(leaves)
        for index, data in enumerate(entries, start=first):
            if data:
                found.meaning.take(index, data)
        if promised:
            there = (one for one, data in zip(leaves, entries, strict=True) if data)
            found.redeemed.update(one for one in there if one in promised)
        found.taken = first + width
        while wanted and wanted[0] <= found.taken:
            at = wanted.pop(0)
            root = tree.root_with(leaves[: at - first]) if at > first else found.roots[0]
            if not found.missing or at <= (found.misplaced[0].index or 0):
                found.roots[at] = root
            elif at == size:
                found.root_by_hashes = root
        if width == GROUP:
            for level, hashes in tree.take_group(leaves):
                if nodes is None:
                    _compare(found, folder, level, found.taken // GROUP ** (level + 1) - 1, hashes)
        if on_progress:
            on_progress(found.taken, size)
    if nodes is not None and stored is not None:
        nodes.finish(max(size, stored.size))
    for level, hashes in enumerate(tree.waiting):
        if level and hashes and nodes is None:
            _compare(found, folder, level, size // GROUP ** (level + 1), hashes)
    copied = found.meaning.copied()
    if copied:
        found.copies = _find_copies(folder, size, copied)
    return found


def _compare(found: Scanned, folder: Path, level: int, index: int, hashes: list[bytes]) -> None:
    """Compare computed hashes with the hash tile; the first that differs says where an entry was changed."""
    stored, span = read_bytes(folder, path_of(str(level), index, len(hashes))), GROUP**level
    begin = index * GROUP
    if stored == b"".join(hashes) or len(found.rehashed) >= MOST_PROBLEMS:
        return
    if stored is None or len(stored) != 32 * len(hashes):
        end = (begin + len(hashes)) * span
        found.rehashed.append(Problem("their hash tile is missing or of the wrong length", begin * span, end))
        return
    place = (begin + (_first_difference(stored, hashes) or 0)) * span
    if level == 0:
        found.rehashed.append(Problem("its bytes do not have the leaf hash stored for it", place))
    elif not any(one.index is not None and place <= one.index < place + span for one in found.rehashed):
        # A fault below has been told already, and more exactly.
        found.rehashed.append(Problem("do not have the hash stored over them", place, place + span))


def _stand_in(
    found: Scanned, folder: Path, first: int, entries: list[bytes], leaves: list[bytes], gone: Mapping[int, str]
) -> None:
    """Tell the entries of no bytes, a run of neighbours as one, and put the stored hash of each into `leaves`."""
    hashes = read_bytes(folder, path_of("0", first // GROUP, len(entries))) or b""
    for offset, data in enumerate(entries):
        if data:
            continue
        index = first + offset
        found.missing += 1
        leaves[offset] = hashes[32 * offset : 32 * offset + 32].ljust(32, b"\0")
        last = found.misplaced[-1] if found.misplaced else None
        if index in gone:
            found.misplaced.append(Problem(gone[index], index))
        elif last is not None and last.index is not None and (last.before or last.index + 1) == index:
            found.misplaced[-1] = Problem("are missing", last.index, index + 1)
        elif len(found.misplaced) < MOST_PROBLEMS:
            found.misplaced.append(Problem("is missing", index))


def _first_difference(stored: bytes, hashes: list[bytes]) -> int | None:
    return next((i for i, one in enumerate(hashes) if stored[32 * i : 32 * i + 32] != one), None)


def _find_copies(folder: Path, size: int, copied: frozenset[str]) -> list[Problem]:
    """A second pass, only over a log in which something was copied: which entries repeat which."""
    first_seen: dict[str, int] = {}
    problems: list[Problem] = []
    for first in range(0, size, GROUP):
        bundle = read_bytes(folder, path_of("entries", first // GROUP, min(GROUP, size - first)))
        for index, data in enumerate(entries_in(bundle or b"")[0], start=first):
            try:
                nonce = json.loads(data)["nonce"]
            except (ValueError, KeyError, TypeError, RecursionError):
                continue
            if not isinstance(nonce, str) or nonce[:18] not in copied:
                continue
            before = first_seen.setdefault(nonce, index)
            if before != index and len(problems) < MOST_PROBLEMS:
                problems.append(Problem(f"has the random bytes of entry {before}: one of them is a copy", index))
    return problems
