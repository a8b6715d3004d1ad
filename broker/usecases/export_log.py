"""Exporting the audit log to a folder that outsiders can check, and giving committed entries their place.

Decides that an export is of everything committed so far, under a checkpoint signed now, and that exporting is an
act with an entry of its own (in the next export). From security.md section 3.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from broker.access import Verb
from broker.audit.checkpoint import Checkpoint
from broker.audit.events import Event
from broker.audit.export import EntryLost, export_log
from broker.audit.sequencing import PlacedEntry
from broker.audit.tree import NodeAt, Range, consistency_ranges, proof_from
from broker.canonical import digest_bytes
from broker.settings import PUBLIC_FILE
from broker.store.audit import find_entries, find_nodes, find_tree_head, integrate_entries
from broker.store.session import Act, View
from broker.usecases.acting import AS_OPERATOR, Acting, Signed, entry_of, perform
from broker.usecases.log_signer import LogSigner
from broker.usecases.world import World

_AT_ONCE: Final = 1024
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class LogExported:
    """What was written. `agrees` is False where the stored hashes no longer lead to the root that was signed;
    `log_key` is the public key as an auditor is given it, `key_file` where it lies."""

    folder: Path
    origin: str
    size: int
    root: bytes
    agrees: bool
    log_key: str
    key_file: Path


def integrate_log(world: World) -> int:
    """Gives every committed entry its place in the tree and returns how many; repeating it is harmless."""
    total = 0
    while placed := integrate_entries(world.store, world.clock):
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
    exported = write_export(world, folder, on_progress)
    with world.store.act(world.clock) as act:
        _note_export(act, signed, exported)
    return exported


def _note_export(act: Act, signed: Signed, exported: LogExported) -> None:
    details = {"size": exported.size, "root_digest": digest_bytes(exported.root)}
    act.record(entry_of(act, signed, Event.AUDIT_EXPORTED, details))


def write_export(world: World, folder: Path, on_progress: Progress | None = None) -> LogExported:
    """The export alone, without an entry."""
    integrate_log(world)
    keys = world.settings.keys()
    signer = LogSigner.open(keys, world.settings.log_origin)
    with world.store.look() as view:
        frontier = find_tree_head(view).frontier
        last = signer.find_last()
        proof: tuple[bytes, ...] = ()
        if last is not None and 0 < last.size <= frontier.size:
            proof = stored_proof(view, consistency_ranges(last.size, frontier.size))
        note = signer.sign(Checkpoint(signer.public.name, frontier.size, frontier.root), proof)
        exported = export_log(folder, _placed(view, frontier.size), note, on_progress)
    return LogExported(
        folder,
        exported.checkpoint.origin,
        exported.checkpoint.size,
        exported.checkpoint.root,
        exported.agrees,
        str(signer.public),
        keys / PUBLIC_FILE,
    )


def stored_proof(view: View, ranges: Iterable[Range]) -> tuple[bytes, ...]:
    """The proof whose hashes fold from these ranges of the stored tree. Raises EntryLost where they are gone."""
    wanted = tuple(ranges)
    try:
        return proof_from(wanted, find_nodes(view, {at for one in wanted for at in one}))
    except KeyError:
        raise EntryLost("audit log", "hashes of its tree are missing from the store; restore a backup") from None


def _placed(view: View, size: int) -> Iterator[PlacedEntry]:
    """Every integrated entry with its stored leaf hash, in order; a gap in the store is the exporter's to find."""
    for start in range(0, size, _AT_ONCE):
        end = min(start + _AT_ONCE, size)
        hashes = find_nodes(view, [NodeAt(0, index) for index in range(start, end)])
        for index, data in enumerate(find_entries(view, start, end), start=start):
            # SQLite keeps whatever type an editor wrote; an entry that is no longer bytes was edited.
            if not isinstance(data, bytes):
                raise EntryLost(f"audit entry {index}", "is not stored as bytes any more: it was edited")
            yield PlacedEntry(index, data, hashes.get(NodeAt(0, index), b""))
