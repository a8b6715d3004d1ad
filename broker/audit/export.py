"""Writing the log to a folder that can be checked without the broker.

Decides how an export comes into being: the C2SP tlog-tiles layout under a temporary name, flushed, and given its
own name in one step, so that a folder with that name is always whole. Decides nothing about whether the log is
sound: it writes what the store holds, faithfully, and `broker.audit.verify` judges. The hash tiles are built from
the *stored* leaf hashes and not from the entries, so an entry edited in the database shows its own index.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from broker.audit.checkpoint import Checkpoint, parse_checkpoint
from broker.audit.frontier import Frontier
from broker.audit.note import parse_note
from broker.audit.sequencing import PlacedEntry
from broker.audit.tiles import TILE_HEIGHT, TILE_WIDTH, bundle_bytes, entry_bundle_path, hash_tile_path
from broker.audit.tree import leaf_hash
from broker.errors import CallWrong, SystemFailed

CHECKPOINT_FILE: Final = "checkpoint"


class EntryLost(SystemFailed):
    """The store no longer holds what was written: an entry is missing, or is not what it was."""

    exit_code = 1


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written: the checkpoint as published and the root over the leaf hashes as stored.

    The two roots differ when the stored log is not the one that was signed; the export is then the evidence.
    `changed_at` is the index of the first entry that does not have the leaf hash stored for it; None where all do.
    """

    folder: Path
    checkpoint: Checkpoint
    stored_root: bytes
    changed_at: int | None = None

    @property
    def agrees(self) -> bool:
        """Whether the stored leaf hashes still lead to the checkpoint's root, and each is its entry's."""
        return self.stored_root == self.checkpoint.root and self.changed_at is None


def export_log(
    folder: Path,
    entries: Iterable[PlacedEntry],
    checkpoint_note: str,
    on_progress: Callable[[int, int], None] | None = None,
) -> Exported:
    """Write the first `size` entries of the log, in index order, with the checkpoint that covers them.

    `checkpoint_note` is the signed note exactly as published, cosignatures included; later entries are left out.
    `on_progress` is told (entries written, entries in all) after every bundle. Raises CallWrong when `folder` is
    there already, EntryLost when the store does not give every index once, NoteRefused for a bad checkpoint;
    nothing is left behind then.
    """
    checkpoint = parse_checkpoint(parse_note(checkpoint_note).text)
    if folder.exists():
        raise CallWrong(f"`{folder}`", "is there already; name a folder that is not, an export is never mixed")
    folder.parent.mkdir(parents=True, exist_ok=True)
    partial = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", suffix=".partial", dir=folder.parent))
    try:
        tiles = _Tiles(partial)
        for placed in entries:
            if placed.index >= checkpoint.size:
                break
            if placed.index != tiles.size:
                raise EntryLost(
                    f"audit entry {tiles.size}", f"is missing from the store: the next one held is {placed.index}"
                )
            tiles.add(placed)
            if on_progress and tiles.size % TILE_WIDTH == 0:
                on_progress(tiles.size, checkpoint.size)
        if tiles.size != checkpoint.size:
            raise EntryLost(
                f"audit entry {tiles.size}", f"is missing from the store: {checkpoint.size} are published"
            )
        root = tiles.finish()
        _write(partial / CHECKPOINT_FILE, checkpoint_note.encode())
        partial.chmod(0o755)  # mkdtemp closes the folder to everybody else; an export is made to be handed over
        partial.rename(folder)
        _flush_folder(folder.parent)
    except BaseException:
        shutil.rmtree(partial, ignore_errors=True)
        raise
    if on_progress:
        on_progress(checkpoint.size, checkpoint.size)
    return Exported(folder, checkpoint, root, tiles.changed_at)


class _Tiles:
    """Writes each tile when it is full and what is left at the end. At most one tile a level is held."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._entries: list[bytes] = []
        self._levels: dict[int, list[bytes]] = {}
        self._written: dict[int, int] = {}
        self._bundles = 0
        self._frontier = Frontier()
        self._pending: list[bytes] = []
        self.changed_at: int | None = None

    @property
    def size(self) -> int:
        return self._bundles * TILE_WIDTH + len(self._entries)

    def add(self, placed: PlacedEntry) -> None:
        if self.changed_at is None and leaf_hash(placed.entry_bytes) != placed.leaf_hash:
            self.changed_at = placed.index
        self._entries.append(placed.entry_bytes)
        self._pending.append(placed.leaf_hash)
        if len(self._entries) == TILE_WIDTH:
            self._grow()
            _write(self._folder / entry_bundle_path(self._bundles), bundle_bytes(self._entries))
            self._entries.clear()
            self._bundles += 1

    def _grow(self) -> None:
        grown = self._frontier.extend(self._pending)
        self._pending.clear()
        self._frontier = grown.frontier
        for at, found in grown.completed:
            level, rest = divmod(at.level, TILE_HEIGHT)
            if rest == 0:
                tile = self._levels.setdefault(level, [])
                tile.append(found)
                if len(tile) == TILE_WIDTH:
                    self._flush(level)

    def _flush(self, level: int) -> None:
        tile, index = self._levels[level], self._written.get(level, 0)
        _write(self._folder / hash_tile_path(level, index, len(tile)), b"".join(tile))
        self._written[level] = index + 1
        tile.clear()

    def finish(self) -> bytes:
        """Write the tiles that are not full; the root over every leaf hash given."""
        self._grow()
        if self._entries:
            path = entry_bundle_path(self._bundles, len(self._entries))
            _write(self._folder / path, bundle_bytes(self._entries))
        for level, tile in self._levels.items():
            if tile:
                self._flush(level)
        return self._frontier.root


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        file.write(data)


def _flush_folder(folder: Path) -> None:
    """Make the new name itself durable. The files are the operating system's to write back: until the export has
    been verified nothing rests on it, and the store still holds everything."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
