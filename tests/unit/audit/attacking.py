"""An exported log to attack, and what an attacker can do to it with the keys they hold."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

from broker.audit.checkpoint import Checkpoint, sign_checkpoint
from broker.audit.entry import parse_entry
from broker.audit.note import SignedNote
from broker.audit.receipt import receipt_for
from broker.audit.sequencing import PlacedEntry
from broker.audit.tree import root_of
from broker.audit.verify import Evidence, Verification, verify_export
from tests.unit.audit.building import (
    LOG,
    ORIGIN,
    START_AT,
    WITNESS,
    Signer,
    checkpoint_note,
    export,
    make_log,
    place,
)

Rewrite = Callable[[list[bytes]], list[bytes]]


@dataclass(frozen=True)
class Target:
    """A genuine log of `size` entries, exported, and what outsiders kept of it.

    `older` is the checkpoint at `witnessed` entries, `receipts` one line for every entry.
    """

    folder: Path
    size: int
    witnessed: int
    entries: tuple[bytes, ...]
    genuine: SignedNote
    older: Path
    receipts: Path

    @property
    def log(self) -> Path:
        return self.folder / "log"

    def bundle(self, first: int = 0) -> Path:
        """The file that holds entries [first, first + 256)."""
        width = min(256, self.size - first)
        name = f"{first // 256:03d}" + ("" if width == 256 else f".p/{width}")
        return self.log / "tile" / "entries" / name

    def split(self, first: int = 0) -> list[bytes]:
        """The entries of a bundle, each with its length before it."""
        data, parts = self.bundle(first).read_bytes(), []
        while data:
            end = 2 + int.from_bytes(data[:2], "big")
            parts.append(data[:end])
            data = data[end:]
        return parts

    def rewritten(self, rewrite: Rewrite, note: Callable[[list[bytes]], SignedNote | str] | None = None) -> None:
        """An administrator changes the stored entries, hashes everything again and exports it.

        `note` makes the checkpoint from the new leaf hashes; without it the genuine one is left in place.
        """
        placed = place(rewrite(list(self.entries))).placed
        shutil.rmtree(self.log)
        if note is None:
            stored(self.log, placed, self.genuine)
        else:
            stored(self.log, placed, note([one.leaf_hash for one in placed]))

    def evidence(self, *, older: bool = False, receipts: bool = False, witness: bool = False) -> Evidence:
        """The log's public key, and as much more as asked for."""
        return Evidence(
            log_key=str(LOG.key),
            witness_keys=(str(WITNESS.key),) if witness else (),
            older_checkpoints=(self.older,) if older else (),
            receipts=self.receipts if receipts else None,
            complete_at=START_AT + timedelta(minutes=self.size + 5),
        )

    def verify(self, *, older: bool = False, receipts: bool = False, witness: bool = False) -> Verification:
        return verify_export(self.log, self.evidence(older=older, receipts=receipts, witness=witness))


def stored(folder: Path, placed: Sequence[PlacedEntry], note: SignedNote | str) -> None:
    """Export whatever number of entries there is, under a checkpoint that may say another."""
    honest = checkpoint_note([one.leaf_hash for one in placed])
    export(folder, placed, honest)
    (folder / "checkpoint").write_text(str(note), encoding="utf-8")


def make_target(folder: Path, size: int, witnessed: int) -> Target:
    entries = tuple(make_log(size))
    placed = place(entries).placed
    leaves = [one.leaf_hash for one in placed]
    genuine = checkpoint_note(leaves)
    export(folder / "log", placed, genuine)
    older, receipts = folder / "older", folder / "receipts.jsonl"
    older.write_text(str(checkpoint_note(leaves[:witnessed])), encoding="utf-8")
    receipts.write_bytes(b"".join(receipt_for(ORIGIN, parse_entry(data)).to_line() for data in entries))
    return Target(folder, size, witnessed, entries, genuine, older, receipts)


def copy_of(target: Target, folder: Path) -> Target:
    """The target in a folder of its own, to be attacked there."""
    shutil.copytree(target.folder, folder)
    return replace(target, folder=folder, older=folder / "older", receipts=folder / "receipts.jsonl")


def resign(leaves: list[bytes], signer: Signer = LOG) -> SignedNote:
    """A checkpoint over the attacker's log, signed with the log's own stolen key; no witness cosigns it."""
    return sign_checkpoint(Checkpoint(ORIGIN, len(leaves), root_of(leaves)), signer.key, signer.sign)


def edited(data: bytes) -> bytes:
    """The entry with its organisation changed: well formed, and untrue."""
    return data.replace(b'"organisation":"ecc"', b'"organisation":"nhs"')


def edit(at: int) -> Rewrite:
    return lambda entries: [*entries[:at], edited(entries[at]), *entries[at + 1 :]]


def drop(at: int) -> Rewrite:
    return lambda entries: [*entries[:at], *entries[at + 1 :]]


def swap(at: int) -> Rewrite:
    return lambda entries: [*entries[:at], entries[at + 1], entries[at], *entries[at + 2 :]]


def double(at: int) -> Rewrite:
    return lambda entries: [*entries[: at + 1], entries[at], *entries[at + 1 :]]


def insert(at: int) -> Rewrite:
    """A forged entry, made from a genuine one with other random bytes."""

    def rewrite(entries: list[bytes]) -> list[bytes]:
        forged = entries[2].replace(b'"nonce":"', b'"nonce":"f00d')
        start = forged.index(b'"nonce":"') + len(b'"nonce":"')
        forged = forged[: start + 64] + forged[start + 68 :]
        forged = forged.replace(b"agreement:family-support@2", b"agreement:forged@1")
        return [*entries[:at], forged, *entries[at:]]

    return rewrite


def truncate(at: int) -> Rewrite:
    return lambda entries: entries[:at]


def each_width(path: Path) -> Iterator[Path]:
    """Every file under a folder, in order."""
    yield from sorted(one for one in path.rglob("*") if one.is_file())
