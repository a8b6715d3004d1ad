"""Indexes are dense, bytes are hashed as stored, and batches add up."""

from __future__ import annotations

import hashlib

from hypothesis import given
from hypothesis import strategies as st

from broker.audit.frontier import Frontier
from broker.audit.sequencing import integrate
from broker.audit.tree import NodeAt, root_of


@given(st.lists(st.lists(st.binary(max_size=40), max_size=12), max_size=6))
def test_however_entries_come_in_batches_the_log_is_the_same(batches: list[list[bytes]]) -> None:
    frontier, placed, nodes = Frontier(), [], []
    for batch in batches:
        done = integrate(frontier, batch)
        assert done.root == done.frontier.root
        frontier = done.frontier
        placed += done.placed
        nodes += done.completed
    entries = [data for batch in batches for data in batch]
    assert [one.index for one in placed] == list(range(len(entries)))
    assert [one.entry_bytes for one in placed] == entries
    assert frontier.root == root_of(hashlib.sha256(b"\x00" + data).digest() for data in entries)
    for one in placed:
        assert (NodeAt(0, one.index), one.leaf_hash) in nodes


def test_a_run_with_nothing_to_do_changes_nothing() -> None:
    frontier = integrate(Frontier(), [b"one"]).frontier
    done = integrate(frontier, [])
    assert done.frontier == frontier
    assert done.placed == ()
    assert done.completed == ()
