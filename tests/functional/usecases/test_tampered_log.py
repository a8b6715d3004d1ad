"""A log whose database was changed by hand: found, at its place, by whoever verifies it or asks it for a proof."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from broker.audit.tree import ProofRefused, leaf_hash, node_hash
from broker.audit.verify import State, Verdict, Verification
from broker.usecases.log.export_log import write_export
from broker.usecases.log.prove_entry import prove_entry
from broker.usecases.log.publish_log import sequence_once
from broker.usecases.log.published_log import find_checkpoint, find_consistency, find_inclusion
from broker.usecases.log.signing import open_signer
from broker.usecases.log.verify_log import verify_live
from tests.functional.usecases.office import Office, open_office, working
from tests.functional.usecases.test_verbs import run

STEPS = 7


@contextmanager
def by_hand(office: Office) -> Iterator[sqlite3.Connection]:
    """The database in the hands of somebody who owns the file."""
    path = office.broker.settings.data_dir / "broker.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA foreign_keys=OFF")
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f'DROP TRIGGER "{name}"')
        yield connection


@pytest.fixture
def published(tmp_path: Path) -> Iterator[Office]:
    """An office on the embedded database whose log is published."""
    with open_office(tmp_path / "office") as office:
        working(office)
        sequence_once(office.broker, open_signer(office.broker.settings))
        yield office


def size_of(office: Office) -> int:
    checkpoint = find_checkpoint(office.broker)
    assert checkpoint is not None
    return checkpoint.size


def states(found: Verification) -> list[State]:
    assert [one.number for one in found.steps] == list(range(1, STEPS + 1))
    return [one.state for one in found.steps]


def leaf_at(office: Office, index: int) -> bytes:
    with by_hand(office) as database:
        row = database.execute("SELECT node_hash FROM audit_node WHERE level=0 AND node_index=?", (index,))
        return bytes(row.fetchone()[0])


@pytest.mark.parametrize(
    "change", ["changed", "no longer bytes", "missing", "beyond the size", "the root beside it"]
)
def test_every_stored_node_is_compared_at_every_level(published: Office, change: str) -> None:
    with by_hand(published) as database:
        if change == "missing":
            database.execute("DELETE FROM audit_node WHERE level=2 AND node_index=1")
        elif change == "beyond the size":
            database.execute("INSERT INTO audit_node VALUES (3, 1000, ?)", (bytes(32),))
        elif change == "the root beside it":
            database.execute("UPDATE audit_tree SET root=?", (bytes(32),))
        else:
            new = b"\x11" * 32 if change == "changed" else "1" * 32
            database.execute("UPDATE audit_node SET node_hash=? WHERE level=2 AND node_index=1", (new,))
    found = verify_live(published.broker)
    assert found.verdict is Verdict.TAMPERED
    assert [n for n, state in enumerate(states(found), 1) if state is State.FAILED] == [3]
    [problem] = found.steps[2].problems
    if change in ("changed", "no longer bytes", "missing"):
        assert (problem.index, problem.before) == (4, 8)
        assert "level 2, place 1" in problem.message
        assert found.first_bad_index == 4
    elif change == "beyond the size":
        assert "at level 3, place 1000" in problem.message


def test_no_proof_is_handed_out_that_does_not_lead_to_the_root(published: Office) -> None:
    size, leaf = size_of(published), leaf_at(published, 0)
    assert find_inclusion(published.broker, leaf, size - 1) is not None
    assert find_consistency(published.broker, 2, size - 1) is not None
    with by_hand(published) as database:
        database.execute("UPDATE audit_node SET node_hash=? WHERE level=1 AND node_index=1", (bytes(32),))
    said = r"audit log `broker.example/log` in `.*broker.db`: the proof .*does not lead to the root.*stop serving"
    for ask in (
        lambda: prove_entry(published.broker, leaf.hex()),
        lambda: find_inclusion(published.broker, leaf),
        lambda: find_inclusion(published.broker, leaf, size - 1),
        lambda: find_consistency(published.broker, 2),
        lambda: find_consistency(published.broker, 2, size - 1),
    ):
        with pytest.raises(ProofRefused, match=said):
            ask()


def test_a_missing_entry_is_named_and_the_others_are_judged_all_the_same(published: Office) -> None:
    last = size_of(published) - 1
    with by_hand(published) as database:
        database.execute(
            "DELETE FROM audit_entry WHERE entry_id=(SELECT entry_id FROM audit_leaf WHERE leaf_index=5)"
        )
        database.execute("DELETE FROM audit_leaf WHERE leaf_index>=?", (last - 1,))
        database.execute("UPDATE audit_entry SET entry=CAST(entry AS TEXT) WHERE entry_id=7")
    found = verify_live(published.broker)
    assert found.verdict is Verdict.TAMPERED
    assert found.first_bad_index == 5
    assert states(found)[0] is State.HOLDS
    told = [(one.index, one.before, one.message) for one in found.steps[3].problems]
    assert told[0] == (5, None, "is missing")
    assert told[1][:2] == (6, None)
    assert "not stored as bytes" in told[1][2]
    assert told[-1][:2] == (last - 1, last + 1)
    assert "the others are whole" in found.steps[2].told
    assert "Each of" in found.steps[6].told or found.steps[6].state is State.FAILED


def test_where_the_signer_refuses_every_step_is_carried_out_by_what_it_signed_last(published: Office) -> None:
    with by_hand(published) as database:
        rehashed(database, cut=2)
    found = verify_live(published.broker)
    assert found.verdict is Verdict.TAMPERED
    assert states(found)[0] is State.HOLDS
    assert found.steps[4].state is State.FAILED
    assert "refuses the log as it is stored" in found.steps[4].told
    assert "an older backup was restored" in found.steps[4].told
    assert "the log is shorter than it was" in found.steps[4].problems[0].message
    assert found.first_bad_index is not None


def test_a_step_that_cannot_be_carried_out_says_why(published: Office) -> None:
    (published.broker.settings.keys() / "audit-log.checkpoint").write_text("broker.example/log\ngone\n", "utf-8")
    with by_hand(published) as database:
        database.execute("DELETE FROM audit_published")
    found = verify_live(published.broker)
    assert found.verdict is Verdict.TAMPERED
    assert states(found)[1:] == [State.CANNOT_SAY] * 6
    assert all(
        one.told == "Not carried out, because there is no signed checkpoint to go by." for one in found.steps[1:]
    )


def rehashed(database: sqlite3.Connection, cut: int = 0) -> None:
    """Takes the newest entries off and makes every hash, the frontier and the root anew: what the owner can do."""
    rows = database.execute(
        "SELECT leaf_index, entry_id, entry FROM audit_leaf JOIN audit_entry USING (entry_id) ORDER BY 1"
    ).fetchall()
    for index, entry_id, _ in rows[len(rows) - cut :]:
        database.execute("DELETE FROM audit_leaf WHERE leaf_index=?", (index,))
        database.execute("DELETE FROM audit_entry WHERE entry_id=?", (entry_id,))
    level, hashes, levels = 0, [leaf_hash(entry) for _, _, entry in rows[: len(rows) - cut]], []
    size = len(hashes)
    database.execute("DELETE FROM audit_node")
    while hashes:
        levels.append(hashes)
        for place, one in enumerate(hashes):
            database.execute("INSERT INTO audit_node VALUES (?, ?, ?)", (level, place, one))
        hashes = [node_hash(hashes[i], hashes[i + 1]) for i in range(0, len(hashes) & ~1, 2)]
        level += 1
    bits = [bit for bit in reversed(range(size.bit_length())) if size >> bit & 1]
    parts = [levels[bit][(size >> bit) - 1] for bit in bits]
    root = parts[-1]
    for left in reversed(parts[:-1]):
        root = node_hash(left, root)
    database.execute(
        "UPDATE audit_tree SET frontier=?, root=?, swept_id=(SELECT max(entry_id) FROM audit_entry)",
        (size.to_bytes(8, "big") + b"".join(parts), root),
    )


def test_a_refusal_says_which_log_why_and_what_to_do(published: Office, tmp_path: Path) -> None:
    with by_hand(published) as database:
        rehashed(database, cut=2)
    said = (
        r"^audit log `broker.example/log` in `.*broker.db`: .*an older backup was restored.*stop serving, keep the"
    )
    for ask in (
        lambda: sequence_once(published.broker, open_signer(published.broker.settings)),
        lambda: prove_entry(published.broker, "00" * 32),
        lambda: write_export(published.broker, tmp_path / "log"),
    ):
        with pytest.raises(ProofRefused, match=said):
            ask()


def test_a_published_checkpoint_is_not_shown_on_over_another_tree(published: Office) -> None:
    signer = open_signer(published.broker.settings)
    sequence_once(published.broker, signer)
    with by_hand(published) as database:
        entry_id, entry = database.execute("SELECT max(entry_id), entry FROM audit_entry").fetchone()
        database.execute("UPDATE audit_entry SET entry=? WHERE entry_id=?", (entry + b" ", entry_id))
        rehashed(database)
    with pytest.raises(ProofRefused, match=r"its root at .* is not the one that is published"):
        sequence_once(published.broker, signer)


def test_an_export_of_a_changed_log_says_where_and_of_one_with_a_hole_is_none(
    published: Office, tmp_path: Path
) -> None:
    sound = write_export(published.broker, tmp_path / "sound")
    assert (sound.agrees, sound.disagrees, sound.first_bad_index) == (True, "", None)
    with by_hand(published) as database:
        database.execute("UPDATE audit_entry SET entry=replace(entry, 'done', 'dome') WHERE entry_id=6")
        database.execute("UPDATE audit_entry SET entry=CAST(entry AS BLOB) WHERE entry_id=6")
    exported = write_export(published.broker, tmp_path / "changed")
    assert (exported.agrees, exported.first_bad_index) == (False, 5)
    assert "entry 5, the first, does not have the leaf hash" in exported.disagrees
    done = run(published.broker.settings.data_dir, "audit", "export", str(tmp_path / "by-verb"))
    assert done.returncode == 1
    assert "entry 5, the first" in done.stderr
    with by_hand(published) as database:
        database.execute("DELETE FROM audit_entry WHERE entry_id=6")
    done = run(published.broker.settings.data_dir, "audit", "export", str(tmp_path / "hole"))
    assert done.returncode == 1
    assert "audit entry 5: is missing from the store: the next one held is 6" in done.stderr
    assert done.stderr.startswith("audit log `broker.example/log` in `")
    assert not (tmp_path / "hole").exists()
