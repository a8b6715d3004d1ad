"""Attacks on a stored log, each in a database of its own, and which defence catches which.

A log of `SIZE` entries is written through the store; its signer has signed, and a witness cosigned, the first
`PUBLISHED` of them; partners hold a receipt for each. Then somebody changes the database by hand, as its owner:
rows alone, rows with every hash redone, or that and a signature with the log's own stolen key. What is stored is
read by the broker's own code and judged by the verifier, with more evidence each time:

- `chain alone`: the entries and hashes as stored, and nothing else;
- `signed checkpoint`: the log's key, and a signer that remembers;
- `witness`: the checkpoint that a witness cosigned last;
- `receipts`: those that partners kept;
- `witness and receipts`: both, which must catch every attack.

Caught is exit code 1, tampered; "cannot say" is not. Not among the attacks is a false entry put after the last
checkpoint by whoever holds the key: that is writing, and a log keeps what it is told (docs/audit.md).
"""

from __future__ import annotations

import json
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Final

from broker.audit.checkpoint import Checkpoint, require_successor, sign_checkpoint
from broker.audit.entry import parse_entry
from broker.audit.export import EntryLost, export_log
from broker.audit.frontier import Frontier
from broker.audit.note import NoteRefused, SignedNote
from broker.audit.receipt import receipt_for
from broker.audit.sequencing import PlacedEntry
from broker.audit.tree import NodeAt, ProofRefused, consistency_ranges, leaf_hash, proof_from, root_of
from broker.audit.verify import Evidence, Verdict, verify_export
from broker.errors import SystemFailed
from broker.store.audit import find_entries, find_nodes, find_tree_head, integrate_entries
from broker.store.session import Store
from tests.unit.audit.building import LOG, ORIGIN, START_AT, WITNESS, checkpoint_note, iterate_log
from tests.unit.store.small_store import SmallStore

SIZE, PUBLISHED = 60, 48
POWERS: Final = ("rows", "every hash redone", "and signed with the log's key")
DEFENCES: Final = ("chain alone", "signed checkpoint", "witness", "receipts", "witness and receipts")
Change = Callable[[list[bytes], Random], list[bytes]]


def _at(dice: Random, first: int = 0, end: int = SIZE) -> int:
    return dice.randrange(first, end)


def edit(log: list[bytes], dice: Random) -> list[bytes]:
    """An entry says another organisation."""
    at = _at(dice)
    return [*log[:at], log[at].replace(b'"organisation":"ecc"', b'"organisation":"nhs"'), *log[at + 1 :]]


def backdate(log: list[bytes], dice: Random) -> list[bytes]:
    """An entry says another day."""
    at = _at(dice)
    return [*log[:at], log[at].replace(b'"at":"2026-03-02T', b'"at":"2026-03-01T'), *log[at + 1 :]]


def swap_private_part(log: list[bytes], dice: Random) -> list[bytes]:
    """An entry is made to commit to another private part."""
    at, other = _at(dice), dice.randbytes(32).hex().encode()
    return [*log[:at], log[at].replace(b'"commitment":null', b'"commitment":"%s"' % other), *log[at + 1 :]]


def delete(log: list[bytes], dice: Random) -> list[bytes]:
    """An entry goes."""
    at = _at(dice)
    return [*log[:at], *log[at + 1 :]]


def delete_withdrawal(log: list[bytes], dice: Random) -> list[bytes]:
    """A withdrawal goes."""
    at = dice.choice([index for index, data in enumerate(log) if b'"consent.withdrawn"' in data])
    return [*log[:at], *log[at + 1 :]]


def _forged(data: bytes, dice: Random) -> bytes:
    start = data.index(b'"nonce":"') + len(b'"nonce":"')
    return data[:start] + dice.randbytes(32).hex().encode() + data[start + 64 :]


def insert(log: list[bytes], dice: Random) -> list[bytes]:
    """A false entry goes in among what was published."""
    at = _at(dice, 1, PUBLISHED)
    return [*log[:at], _forged(log[at].replace(b":c-", b":f-"), dice), *log[at:]]


def double(log: list[bytes], dice: Random) -> list[bytes]:
    """An entry stands there twice."""
    at = _at(dice, 0, PUBLISHED)
    return [*log[: at + 1], log[at], *log[at + 1 :]]


def reorder(log: list[bytes], dice: Random) -> list[bytes]:
    """Two entries change places."""
    one, other = sorted(dice.sample(range(PUBLISHED), 2))
    log[one], log[other] = log[other], log[one]
    return log


def move(log: list[bytes], dice: Random) -> list[bytes]:
    """An entry goes to an earlier place, as if it had been made before."""
    later = _at(dice, 1, PUBLISHED)
    earlier = _at(dice, 0, later)
    return [*log[:earlier], log[later], *log[earlier:later], *log[later + 1 :]]


def truncate(log: list[bytes], dice: Random) -> list[bytes]:
    """The newest entries go."""
    return log[: _at(dice)]


def rewrite(log: list[bytes], dice: Random) -> list[bytes]:
    """Everything from an entry on is made anew."""
    at = _at(dice)
    return [*log[:at], *(_forged(data, dice) for data in log[at:])]


def same(log: list[bytes], _dice: Random) -> list[bytes]:
    """The entries stay as they are."""
    return log


def fork(log: list[bytes], dice: Random) -> list[bytes]:
    """One party is shown another history from an entry on."""
    at = _at(dice, 0, PUBLISHED - 1)
    return [*log[:at], *reversed(log[at:])]


CHANGES: Final[dict[str, Change]] = {
    "edit an entry": edit,
    "backdate an entry": backdate,
    "swap the private part it commits to": swap_private_part,
    "delete an entry": delete,
    "delete a withdrawal": delete_withdrawal,
    "insert a false entry": insert,
    "double an entry": double,
    "exchange two entries": reorder,
    "move an entry to an earlier place": move,
    "cut the newest off": truncate,
    "rewrite everything from an entry on": rewrite,
    "replace a leaf hash": same,
    "show one party a fork": fork,
    "restore an old backup": truncate,
}


@dataclass(frozen=True)
class Desk:
    """A pristine log in a database, what was signed of it, and where it is attacked."""

    folder: Path
    pristine: Path
    log: tuple[bytes, ...]
    signed: Checkpoint
    note: SignedNote
    witnessed: Path
    receipts: Path
    keys: object


@contextmanager
def open_desk() -> Iterator[Desk]:
    """Writes the log through the store, has it signed, cosigned and promised."""
    # Nothing here need survive a power failure, and half of the time would go to waiting for the disk.
    memory = Path("/dev/shm")  # noqa: S108 - a folder of this run's own inside it
    with tempfile.TemporaryDirectory(prefix="broker-attacks-", dir=memory if memory.is_dir() else None) as name:
        folder = Path(name)
        small = SmallStore(folder)
        for one in iterate_log(SIZE):
            with small.act() as act:
                act.record(one)
        integrate_entries(small.store, small.clock)
        with small.store.look() as view:
            log = tuple(find_entries(view, 0, SIZE))
        small.close()
        leaves = [leaf_hash(data) for data in log]
        note = checkpoint_note(leaves[:PUBLISHED])
        witnessed, receipts = folder / "witnessed", folder / "receipts.jsonl"
        witnessed.write_text(str(note), "utf-8")
        receipts.write_bytes(b"".join(receipt_for(ORIGIN, parse_entry(data)).to_line() for data in log))
        pristine = folder / "pristine.db"
        shutil.copyfile(small.path, pristine)
        signed = Checkpoint(ORIGIN, PUBLISHED, root_of(leaves[:PUBLISHED]))
        yield Desk(folder, pristine, log, signed, note, witnessed, receipts, small.keyring)


def tamper(path: Path, log: Sequence[bytes], leaves: Sequence[bytes], *, redo: bool) -> None:
    """Puts these entries in place of those stored, as the owner of the database can."""
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("PRAGMA synchronous=OFF")
        for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            database.execute(f'DROP TRIGGER "{name}"')
        database.execute("DELETE FROM audit_leaf")
        database.execute("DELETE FROM audit_entry")
        rows = [(number, data, 0) for number, data in enumerate(log, start=1)]
        database.executemany("INSERT INTO audit_entry (entry_id, entry, written_at) VALUES (?, ?, ?)", rows)
        places = [(number, number + 1) for number in range(len(log))]
        database.executemany("INSERT INTO audit_leaf (leaf_index, entry_id) VALUES (?, ?)", places)
        if redo:
            grown = Frontier().extend(leaves)
            database.execute("DELETE FROM audit_node")
            database.executemany(
                "INSERT INTO audit_node (level, node_index, node_hash) VALUES (?, ?, ?)",
                [(at.level, at.place, found) for at, found in grown.completed],
            )
            database.execute(
                "UPDATE audit_tree SET frontier = ?, root = ?, swept_id = ?",
                (grown.frontier.to_bytes(), grown.frontier.root, len(log)),
            )
        else:
            database.executemany(
                "UPDATE audit_node SET node_hash = ? WHERE level = 0 AND node_index = ?",
                [(leaf, index) for index, leaf in enumerate(leaves) if index < SIZE],
            )


@dataclass(frozen=True)
class Stored:
    """What the broker's own code reads: placed entries, and the tree as it stands."""

    placed: tuple[PlacedEntry, ...]
    frontier: Frontier
    refused: bool
    """Whether the signer, shown this, would refuse."""


def read_stored(desk: Desk, path: Path) -> Stored:
    """Reads the attacked database, and asks the signer's rule."""
    from broker.store.dialect import open_engine

    engine = open_engine(f"sqlite:///{path}")
    store = Store(engine, desk.keys)  # type: ignore[arg-type]  # the keyring of the pristine one
    try:
        with store.look() as view:
            frontier = find_tree_head(view).frontier
            entries = find_entries(view, 0, 10 * SIZE)
            hashes = find_nodes(view, [NodeAt(0, index) for index in range(len(entries))])
            try:
                ranges = consistency_ranges(PUBLISHED, frontier.size)
                proof = proof_from(ranges, find_nodes(view, {at for one in ranges for at in one}))
                require_successor(desk.signed, Checkpoint(ORIGIN, frontier.size, frontier.root), proof)
                refused = False
            except (ProofRefused, NoteRefused, KeyError):
                refused = True
    finally:
        engine.dispose()
    placed = tuple(
        PlacedEntry(index, data, hashes.get(NodeAt(0, index), b"")) for index, data in enumerate(entries)
    )
    return Stored(placed, frontier, refused)


def judge(desk: Desk, stored: Stored, note: str, *brought: Evidence) -> list[bool]:
    """Whether the verifier calls it tampered, by what an auditor brings; a log with a hole is not even exported,
    which says as much."""
    with tempfile.TemporaryDirectory(dir=desk.folder) as name:
        folder = Path(name) / "log"
        try:
            export_log(folder, stored.placed, note)
        except EntryLost:
            return [True] * len(brought)
        return [verify_export(folder, evidence).verdict is Verdict.TAMPERED for evidence in brought]


def attack(desk: Desk, seed: int) -> tuple[str, str, dict[str, bool]]:
    """One attack: its kind, the attacker's power, and which defences caught it."""
    dice = Random(seed)
    kinds = list(CHANGES)
    kind, power = kinds[seed % len(kinds)], POWERS[seed // len(kinds) % len(POWERS)]
    log = list(desk.log)
    while (changed := CHANGES[kind](list(log), dice)) == log and CHANGES[kind] is not same:
        pass
    leaves = [leaf_hash(data) for data in changed]
    whole = kind in ("show one party a fork", "restore an old backup")
    if kind == "replace a leaf hash":
        leaves[_at(dice)] = dice.randbytes(32)
    elif power == POWERS[0] and not whole:
        leaves = [leaf_hash(data) for data in log]
    path = desk.folder / f"attacked-{seed}.db"
    shutil.copyfile(desk.pristine, path)
    try:
        tamper(path, changed, leaves, redo=power != POWERS[0] or whole)
        stored = read_stored(desk, path)
    finally:
        for left in desk.folder.glob(f"{path.name}*"):
            left.unlink()
    head = Checkpoint(ORIGIN, stored.frontier.size, stored.frontier.root)
    signed = str(sign_checkpoint(head, LOG.key, LOG.sign))
    stolen = power == POWERS[2]
    # Without the key, what the signer refuses is shown under the last note it signed.
    refused = stored.refused and not stolen
    note = str(desk.note) if refused else signed
    unsigned = signed.split("— ")[0] + "— nobody " + signed.split(" ")[-1]
    complete_at = START_AT + timedelta(minutes=SIZE + 5)
    key, witness = str(LOG.key), str(WITNESS.key)

    def evidence(*, witnessed: bool, receipts: bool) -> Evidence:
        return Evidence(
            key,
            (witness,) if witnessed else (),
            0 if witnessed else None,
            (desk.witnessed,) if witnessed else (),
            desk.receipts if receipts else None,
            complete_at,
        )

    [chain] = judge(desk, stored, unsigned, Evidence())
    by_checkpoint, by_witness, by_receipts, by_both = judge(
        desk,
        stored,
        note,
        evidence(witnessed=False, receipts=False),
        evidence(witnessed=True, receipts=False),
        evidence(witnessed=False, receipts=True),
        evidence(witnessed=True, receipts=True),
    )
    caught = (chain, refused or by_checkpoint, by_witness, by_receipts, by_both)
    return kind, power, dict(zip(DEFENCES, caught, strict=True))


def log_attacks(seeds: range) -> dict[str, int]:
    """Attacks that witness and receipts together did not catch; and for the table, how each defence fared."""
    counts = {"bad": 0}
    with open_desk() as desk:
        untouched = read_stored(desk, _copied(desk))
        sound = str(sign_checkpoint(Checkpoint(ORIGIN, SIZE, untouched.frontier.root), LOG.key, LOG.sign))
        everything = Evidence(str(LOG.key), (), None, (desk.witnessed,), desk.receipts, None)
        if judge(desk, untouched, sound, everything) != [False] or untouched.refused:
            raise SystemFailed("log attacks", "the log that nobody attacked is called tampered")
        for seed in seeds:
            kind, power, caught = attack(desk, seed)
            counts["bad"] += not caught["witness and receipts"]
            for defence in ("tried", *DEFENCES):
                key = json.dumps(["table", kind, power, defence])
                counts[key] = counts.get(key, 0) + (defence == "tried" or caught[defence])
    return counts


def _copied(desk: Desk) -> Path:
    path = desk.folder / "untouched.db"
    shutil.copyfile(desk.pristine, path)
    return path


def table_of(counts: dict[str, int]) -> str:
    """The table for the documents: of each kind and power, the share that each defence caught."""
    found = {tuple(json.loads(key)[1:]): count for key, count in counts.items() if key.startswith('["table"')}
    lines = [f"| Attack | Attacker changes | {' | '.join(DEFENCES)} |", "|---|---" + "|---" * len(DEFENCES) + "|"]
    for kind in CHANGES:
        for power in POWERS:
            tried = found.get((kind, power, "tried"), 0)
            if tried:
                told = (_share(found.get((kind, power, defence), 0), tried) for defence in DEFENCES)
                lines.append(f"| {kind} | {power} | {' | '.join(told)} |")
    return "\n".join(lines) + "\n"


def _share(caught: int, tried: int) -> str:
    if caught == tried:
        return "all"
    return "none" if not caught else f"{100 * caught / tried:.0f} %"


BEGIN, END = "<!-- written by make scorecard -->\n", "<!-- end -->\n"


def write_table(path: Path, counts: dict[str, int]) -> None:
    """Writes the table into a document, between its two marks."""
    text = path.read_text("utf-8")
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    path.write_text(f"{before}{BEGIN}\n{table_of(counts)}\n{END}{after}", "utf-8")
