"""Exporting the audit log to a folder that outsiders can check, and giving committed entries their place.

Decides that an export is of everything committed so far, under a checkpoint signed now, and that exporting is an
act with an entry of its own (in the next export), committed before the export has its name: none is unlogged. From
docs/security.md section 3.
"""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from broker.access import Verb
from broker.audit.checkpoint import Checkpoint
from broker.audit.events import Event
from broker.audit.export import EntryLost, Exported, export_log
from broker.audit.frontier import Frontier
from broker.audit.sequencing import PlacedEntry
from broker.audit.tree import HASH_BYTES, NodeAt, ProofRefused, consistency_ranges
from broker.canonical import digest_bytes
from broker.errors import CallWrong, SystemFailed
from broker.settings import PUBLIC_FILE
from broker.store.audit import count_waiting, find_nodes, find_placed, find_tree_head, integrate_entries
from broker.store.session import Act, View
from broker.usecases.acting import AS_OPERATOR, Acting, Signed, entry_of, perform
from broker.usecases.log.signing import CheckpointSigner, open_signer
from broker.usecases.log.stored_proofs import name_of_log, not_as_signed, stored_proof
from broker.usecases.world import World

_AT_ONCE: Final = 1024
_THERE: Final = "is there already; name a folder that is not, an export is never mixed"
_EDITED: Final = "is not stored as bytes any more: it was edited"
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class LogExported:
    """What was written. `agrees` is False where the stored log is not what was signed: `disagrees` then says what
    is wrong and what to do, `first_bad_index` at which entry, where that is known. `log_key` is the public key as
    an auditor is given it, `key_file` where it lies."""

    folder: Path
    origin: str
    size: int
    root: bytes
    agrees: bool
    log_key: str
    key_file: Path
    disagrees: str = ""
    first_bad_index: int | None = None


def integrate_log(world: World) -> int:
    """Gives every entry committed by now its place in the tree and returns how many; repeating it is harmless."""
    with world.store.look() as view:
        waiting = count_waiting(view)
    total = 0
    # Not until nothing waits: while others write, that would be never.
    while total < waiting and (placed := integrate_entries(world.store, world.clock)):
        total += placed
    return total


def export_to(
    world: World, folder: Path, acting: Acting | None = None, on_progress: Progress | None = None
) -> LogExported:
    """Writes the log to `folder`, which must not be there yet. `acting` None is the holder of the keys.

    Raises NotAllowed, CallWrong, and NoteRefused or ProofRefused where the stored log does not extend what was
    signed before: it was rewritten, and nothing is signed.
    """
    signed = AS_OPERATOR
    if acting is not None:
        signed = perform(world, acting, Verb.AUDIT_EXPORT, lambda _, staff: Signed.of(staff))
    with staged(folder) as staging:
        exported = write_export(world, staging, on_progress)
        with world.store.act(world.clock) as act:
            _note_export(act, signed, exported)
        # INVARIANT: nothing has the folder's own name before the entry is committed.
        publish_folder(staging, folder)
    return replace(exported, folder=folder)


@contextmanager
def staged(folder: Path) -> Iterator[Path]:
    """Where the export is written first: beside its place, in a folder that only its owner may enter and that is
    gone afterwards. Raises CallWrong when there is something in its place, SystemFailed."""
    if folder.exists():
        raise CallWrong(f"`{folder}`", _THERE)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        closed = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", suffix=".unlogged", dir=folder.parent))
    except OSError as error:
        raise SystemFailed(f"`{folder}`", f"cannot be made: {error.strerror}") from None
    try:
        yield closed / folder.name
    finally:
        shutil.rmtree(closed, ignore_errors=True)


def publish_folder(staging: Path, folder: Path) -> None:
    """Gives what was staged, a folder or one file, its name. Raises CallWrong where something has it meanwhile."""
    try:
        if staging.is_file():
            # A file renamed takes the place of another; one that claims its name first does not.
            os.close(os.open(folder, os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
        staging.rename(folder)
        handle = os.open(folder.parent, os.O_RDONLY | os.O_CLOEXEC)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
    except OSError as error:
        if error.errno in (errno.EEXIST, errno.ENOTEMPTY, errno.ENOTDIR):
            raise CallWrong(f"`{folder}`", _THERE) from None
        raise SystemFailed(f"`{folder}`", f"cannot be given its name: {error.strerror}") from None


def _note_export(act: Act, signed: Signed, exported: LogExported) -> None:
    details = {"size": exported.size, "root_digest": digest_bytes(exported.root)}
    act.record(entry_of(act, signed, Event.AUDIT_EXPORTED, details))


def write_export(world: World, folder: Path, on_progress: Progress | None = None) -> LogExported:
    """The export alone, without an entry."""
    integrate_log(world)
    keys = world.settings.keys()
    signer = open_signer(world.settings)
    with world.store.look() as view:
        frontier, note = sign_head(world, view, signer)
        try:
            exported = export_log(folder, placed_entries(view, frontier.size), note, on_progress)
        except EntryLost as lost:
            raise EntryLost(name_of_log(world), not_as_signed("is not exported, it has a hole", lost)) from lost
    return LogExported(
        folder,
        exported.checkpoint.origin,
        exported.checkpoint.size,
        exported.checkpoint.root,
        exported.agrees,
        str(signer.public),
        keys / PUBLIC_FILE,
        "" if exported.agrees else f"{name_of_log(world)}: {not_as_signed(_disagrees(exported))}",
        exported.changed_at,
    )


def _disagrees(exported: Exported) -> str:
    if exported.changed_at is None:
        return (
            "the stored leaf hashes do not lead to the root that was signed; the export is the evidence, keep it"
        )
    return (
        f"entry {exported.changed_at}, the first, does not have the leaf hash stored for it: one of the two was"
        " changed; the export is the evidence, keep it"
    )


def sign_head(world: World, view: View, signer: CheckpointSigner) -> tuple[Frontier, str]:
    """The tree as integrated, and the note of its checkpoint, signed now. The view must not have read anything
    yet: what it sees is then no older than what was signed before. Raises EntryLost, and what the signer
    raises; where the log does not extend what was signed, it says which log, why that happens and what to do."""
    seen: list[Frontier] = []

    def head(last: Checkpoint | None) -> tuple[Checkpoint, tuple[bytes, ...]]:
        frontier = find_tree_head(view).frontier
        seen.append(frontier)
        extends = last is not None and 0 < last.size <= frontier.size
        ranges = consistency_ranges(last.size, frontier.size) if last is not None and extends else ()
        return Checkpoint(signer.public.name, frontier.size, frontier.root), stored_proof(world, view, ranges)

    try:
        note = signer.sign(head)
    except ProofRefused as refused:
        raise ProofRefused(name_of_log(world), not_as_signed("the signer refuses it", refused)) from refused
    return seen[-1], note


def placed_entries(view: View, size: int, gone: dict[int, str] | None = None) -> Iterator[PlacedEntry]:
    """Every integrated entry with its stored leaf hash, in order. One that is missing is left out, for the
    exporter to name; with `gone` it is given with no bytes, so that the others can be judged, and `gone` says what
    became of it where it is not just missing. Without `gone`, raises EntryLost for one that is no longer bytes."""
    for start in range(0, size, _AT_ONCE):
        end = min(start + _AT_ONCE, size)
        hashes = find_nodes(view, [NodeAt(0, index) for index in range(start, end)])
        entries = dict(find_placed(view, start, end))
        for index in range(start, end):
            data = entries.get(index)
            # SQLite keeps whatever type an editor wrote; an entry that is no longer bytes was edited.
            if index in entries and not isinstance(data, bytes):
                if gone is None:
                    raise EntryLost(f"audit entry {index}", _EDITED)
                gone[index] = _EDITED
            if isinstance(data, bytes) or gone is not None:
                stored = hashes.get(NodeAt(0, index), b"")
                leaf = stored if len(stored) == HASH_BYTES else bytes(HASH_BYTES)
                yield PlacedEntry(index, data if isinstance(data, bytes) else b"", leaf)
