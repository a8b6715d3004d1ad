"""Written, then integrated: every committed entry gets one place, once, whatever happens in between."""

from __future__ import annotations

import secrets
from collections.abc import Iterator

import pytest
from sqlalchemy import event
from sqlalchemy.exc import IntegrityError

from broker.audit.commitment import BLINDING_BYTES, commit_private, require_commitment
from broker.audit.entry import AuditEntry, entry_bytes
from broker.audit.tree import (
    NodeAt,
    consistency_ranges,
    inclusion_ranges,
    leaf_hash,
    proof_from,
    root_of,
    verify_consistency,
    verify_inclusion,
)
from broker.errors import CallWrong, SystemFailed
from broker.people import DataSubject
from broker.store.audit import (
    count_waiting,
    find_entries,
    find_leaf_index,
    find_nodes,
    find_tree_head,
    integrate_entries,
)
from broker.store.audit_private import find_private, put_private
from broker.store.people import add_people, erase_person
from tests.unit.store.small_store import NOON, SmallStore, entry


def write(small: SmallStore, count: int) -> list[bytes]:
    """So many entries, one act each."""
    written = []
    for _ in range(count):
        one = entry()
        with small.act() as act:
            act.record(one)
        written.append(entry_bytes(one))
    return written


def integrate_all(small: SmallStore, most: int = 5000) -> int:
    """Runs the sequencer until nothing waits."""
    total = 0
    while done := integrate_entries(small.store, small.clock, most):
        total += done
    return total


def test_nothing_is_integrated_of_an_empty_log(small: SmallStore) -> None:
    assert integrate_all(small) == 0
    with small.store.look() as view:
        assert find_tree_head(view).frontier.size == 0


@pytest.mark.parametrize("most", [1, 3, 5000])
def test_entries_are_placed_in_the_order_they_were_committed(small: SmallStore, most: int) -> None:
    written = write(small, 7)
    with small.store.look() as view:
        assert count_waiting(view) == 7
    assert integrate_all(small, most) == 7
    with small.store.look() as view:
        head = find_tree_head(view)
        assert find_entries(view, 0, 7) == written
        assert find_entries(view, 2, 4) == written[2:4]
        assert head.frontier.root == root_of([leaf_hash(data) for data in written])
        assert head.integrated_at == NOON
        assert count_waiting(view) == 0
    assert integrate_all(small, most) == 0


def test_every_proof_can_be_served_at_every_size(small: SmallStore) -> None:
    written, roots = [], {}
    for _ in range(6):
        written += write(small, 2)
        integrate_all(small)
        with small.store.look() as view:
            roots[len(written)] = find_tree_head(view).frontier.root
    with small.store.look() as view:
        for size, root in roots.items():
            for index in range(size):
                ranges = inclusion_ranges(index, size)
                proof = proof_from(ranges, find_nodes(view, [at for one in ranges for at in one]))
                verify_inclusion(index, size, leaf_hash(written[index]), proof, root)
            for old in (older for older in roots if older < size):
                ranges = consistency_ranges(old, size)
                proof = proof_from(ranges, find_nodes(view, [at for one in ranges for at in one]))
                verify_consistency(old, size, proof, roots[old], root)


def test_a_receipt_is_redeemed_by_its_leaf_hash(small: SmallStore) -> None:
    one = entry()
    with small.act() as act:
        receipt = act.record(one)
    with small.store.look() as view:
        assert find_leaf_index(view, receipt) is None
    integrate_all(small)
    with small.store.look() as view:
        assert find_leaf_index(view, receipt) == 0
        assert find_leaf_index(view, bytes(32)) is None


@pytest.mark.only_on("sqlite")  # columns of PostgreSQL keep their type
def test_a_hash_that_an_editor_made_into_text_is_a_hash_that_is_gone(small: SmallStore) -> None:
    write(small, 4)
    integrate_all(small)
    small.disarm("audit_node")
    small.run("UPDATE audit_node SET node_hash = ? WHERE level = 1 AND node_index = 0", "x" * 32)
    with small.store.look() as view:
        assert find_nodes(view, [NodeAt(1, 0), NodeAt(1, 1)]).keys() == {NodeAt(1, 1)}


def test_nodes_that_are_not_there_yet_are_left_out(small: SmallStore) -> None:
    write(small, 3)
    integrate_all(small)
    with small.store.look() as view:
        assert find_nodes(view, []) == {}
        assert find_nodes(view, [NodeAt(0, 2), NodeAt(0, 2), NodeAt(0, 3), NodeAt(1, 1)]).keys() == {NodeAt(0, 2)}


class Killed(Exception):
    """The process died here."""


def _statements(small: SmallStore) -> int:
    seen = []

    @event.listens_for(small.engine, "before_cursor_execute")
    def count(*_: object) -> None:
        seen.append("")

    integrate_entries(small.store, small.clock)
    event.remove(small.engine, "before_cursor_execute", count)
    return len(seen)


def _dying_at(small: SmallStore, number: int) -> Iterator[None]:
    seen = []

    @event.listens_for(small.engine, "before_cursor_execute")
    def die(*_: object) -> None:
        seen.append("")
        if len(seen) == number:
            raise Killed

    yield
    event.remove(small.engine, "before_cursor_execute", die)


def test_a_run_killed_anywhere_has_done_all_or_nothing(small: SmallStore) -> None:
    write(small, 1)
    integrate_all(small)  # the first run also makes the tree's one row
    write(small, 1)
    steps = _statements(small)
    written = write(small, 3)
    for number in range(1, steps + 1):
        dying = _dying_at(small, number)
        next(dying)
        with pytest.raises(Killed):
            integrate_entries(small.store, small.clock)
        next(dying, None)
        with small.store.look() as view:
            assert find_tree_head(view).frontier.size == 2
            assert count_waiting(view) == 3
    assert integrate_all(small) == 3
    with small.store.look() as view:
        assert find_entries(view, 2, 5) == written


def test_a_damaged_tree_stops_the_sequencer(small: SmallStore) -> None:
    write(small, 1)
    integrate_all(small)
    small.run("UPDATE audit_tree SET frontier = ?", b"\x00")
    write(small, 1)
    with pytest.raises(SystemFailed, match="frontier"):
        integrate_entries(small.store, small.clock)


def test_an_entry_cannot_have_two_places(small: SmallStore) -> None:
    write(small, 1)
    integrate_all(small)
    with pytest.raises(IntegrityError, match=r"(?i)unique"):
        small.run("INSERT INTO audit_leaf (leaf_index, entry_id) VALUES (1, 1)")


def _committed(private: bytes, blinding: bytes) -> AuditEntry:
    plain = entry()
    return AuditEntry(
        event=plain.event,
        occurred_at=plain.occurred_at,
        actor=plain.actor,
        organisation=plain.organisation,
        outcome=plain.outcome,
        nonce=plain.nonce,
        details=plain.details,
        commitment=commit_private(private, blinding),
    )


def test_the_erasable_part_can_be_checked_until_it_is_erased(small: SmallStore) -> None:
    private, blinding = b"she said she is afraid", secrets.token_bytes(BLINDING_BYTES)
    one = _committed(private, blinding)
    assert one.commitment is not None
    with small.act() as act:
        add_people(act, [DataSubject("mum", None)], entry=one)
        put_private(act, "mum", blinding, private, entry=one)
    assert private not in small.dump()
    with small.store.look() as view:
        found = find_private(view, one.commitment, BLINDING_BYTES)
        assert found is not None
        require_commitment(one.commitment, found[1], found[0])
        assert find_private(view, bytes(32), BLINDING_BYTES) is None
    with small.act() as act:
        erase_person(act, "mum", entry=entry())
    with small.store.look() as view:
        assert find_private(view, one.commitment, BLINDING_BYTES) is None
    with small.act() as act, pytest.raises(CallWrong, match="erased"):
        put_private(act, "mum", blinding, private, entry=one)
