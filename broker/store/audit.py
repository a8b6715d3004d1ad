"""The log's place in the database: committed entries are given their index and their nodes.

*Written* happens in `broker.store.session`, with the act. Here entries become *integrated*: one run at a time
takes what was committed and not yet placed, and stores index, nodes and frontier in one transaction; killed at any
point it has done all of that or nothing. Where several write at once, an entry may commit after one with a higher
number: entries are looked for above the number up to which all have settled, and no writer ever waits. Publishing
(a signed checkpoint) is another process's work.
From docs/security.md section 3, point 2.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import BigInteger, func, insert, literal, or_, select, update

from broker.audit.frontier import Frontier
from broker.audit.sequencing import integrate
from broker.audit.tree import NodeAt
from broker.clock import Clock
from broker.store.dialect import (
    find_leaf_place,
    find_nodes_between,
    find_settled_entry,
    find_tree_nodes,
    insert_unless_there,
    locked,
)
from broker.store.session import Store, View
from broker.store.tables.audit import AuditEntryRow, AuditLeaf, AuditNode, AuditTree
from broker.store.tables.base import table_of

ENTRIES: Final = table_of(AuditEntryRow)
LEAVES: Final = table_of(AuditLeaf)
NODES: Final = table_of(AuditNode)
TREE: Final = table_of(AuditTree)

MOST_AT_ONCE: Final = 5000
_HIGHEST: Final = 62
"""The highest level a tree can have: its entries are counted in 63 bits."""


@dataclass(frozen=True, slots=True)
class TreeHead:
    """The tree as integrated: frontier (with size and root) and since when. `kept_root` is the root as the row
    keeps it beside the frontier, unchecked; None where nothing is integrated."""

    frontier: Frontier
    integrated_at: datetime | None
    kept_root: object = None


def integrate_entries(store: Store, clock: Clock, most: int = MOST_AT_ONCE) -> int:
    """Places up to `most` committed entries and returns how many. Run it again until it returns 0; two runs at
    once wait for each other. Safe to run after a crash."""
    with store.keep_house() as house:
        settled = find_settled_entry(house.connection)
        empty = {"tree_id": 1, **_row(Frontier(), 0, clock.now())}
        house.write(insert_unless_there(house.connection.dialect, TREE), empty)
        tree = house.read(locked(house.connection, select(TREE)))
        frontier, swept = Frontier.from_bytes(tree[0].frontier), tree[0].swept_id
        waiting = house.read(
            select(ENTRIES.c.entry_id, ENTRIES.c.entry)
            .join(LEAVES, LEAVES.c.entry_id == ENTRIES.c.entry_id, isouter=True)
            .where(ENTRIES.c.entry_id > swept, LEAVES.c.leaf_index.is_(None))
            .order_by(ENTRIES.c.entry_id)
            .limit(most)
        )
        if not waiting:
            return 0
        batch = integrate(frontier, [row.entry for row in waiting])
        leaves = [
            {"leaf_index": placed.index, "entry_id": row.entry_id}
            for placed, row in zip(batch.placed, waiting, strict=True)
        ]
        nodes = [{"level": at[0], "node_index": at[1], "node_hash": node} for at, node in batch.completed]
        house.write(insert(LEAVES), leaves)
        house.write(insert(NODES), nodes)
        # INVARIANT: everything up to `swept` has its place. What settled before this run read was all read.
        last = waiting[-1].entry_id
        swept = max(swept, last if settled is None else min(settled, last))
        house.write(update(TREE).values(_row(batch.frontier, swept, clock.now())))
        return len(waiting)


def find_tree_head(view: View) -> TreeHead:
    """The tree as integrated; empty where nothing is yet."""
    rows = view.read(select(TREE))
    if not rows:
        return TreeHead(Frontier(), None)
    return TreeHead(Frontier.from_bytes(rows[0].frontier), rows[0].integrated_at, rows[0].root)


def find_entries(view: View, start: int, end: int) -> list[bytes]:
    """The bytes of the integrated entries with indexes from `start` up to and without `end`, in order."""
    statement = (
        select(ENTRIES.c.entry)
        .join(LEAVES, LEAVES.c.entry_id == ENTRIES.c.entry_id)
        .where(LEAVES.c.leaf_index >= start, LEAVES.c.leaf_index < end)
        .order_by(LEAVES.c.leaf_index)
    )
    return [row.entry for row in view.read(statement)]


def find_placed(view: View, start: int, end: int) -> list[tuple[int, object]]:
    """Index and stored entry of the integrated entries with indexes from `start` up to and without `end`, in
    order. One that is gone leaves a gap; SQLite keeps whatever type an editor wrote."""
    statement = (
        select(LEAVES.c.leaf_index, ENTRIES.c.entry)
        .join(ENTRIES, LEAVES.c.entry_id == ENTRIES.c.entry_id)
        .where(LEAVES.c.leaf_index >= start, LEAVES.c.leaf_index < end)
        .order_by(LEAVES.c.leaf_index)
    )
    return [(row.leaf_index, row.entry) for row in view.read(statement)]


def find_row_of_nodes(view: View, level: int, start: int, end: int) -> Sequence[tuple[int, object]]:
    """Place and hash, as stored, of the nodes of a level with places from `start` up to and without `end`."""
    return view.ask(find_nodes_between, (level, start, end))


def find_nodes_beyond(view: View, size: int, most: int = 50) -> list[tuple[int, int]]:
    """Level and place of stored nodes that the tree of `size` entries does not have, at most so many."""
    level, place = NODES.c.level, NODES.c.node_index
    end = literal(size, BigInteger).bitwise_rshift(level)
    stray = or_(level < 0, level > _HIGHEST, place < 0, place >= end)
    statement = select(level, place).where(stray).order_by(level, place).limit(most)
    return [(row.level, row.node_index) for row in view.read(statement)]


def find_nodes(view: View, wanted: Iterable[NodeAt]) -> dict[NodeAt, bytes]:
    """The hashes of these nodes, where they are complete: what a proof folds from."""
    rows = view.ask(find_tree_nodes, list(wanted))
    # SQLite keeps whatever type an editor wrote: a hash that is no longer bytes is gone.
    return {NodeAt(level, place): found for level, place, found in rows if isinstance(found, bytes)}


def find_leaf_index(view: View, leaf: bytes) -> int | None:
    """The index of the entry with this leaf hash, once it is integrated: how a receipt is redeemed."""
    return view.ask(find_leaf_place, leaf)


def count_waiting(view: View) -> int:
    """Committed entries that are not integrated yet."""
    rows = view.read(select(TREE.c.swept_id))
    statement = (
        select(func.count())
        .select_from(ENTRIES)
        .join(LEAVES, LEAVES.c.entry_id == ENTRIES.c.entry_id, isouter=True)
        .where(ENTRIES.c.entry_id > (rows[0].swept_id if rows else 0), LEAVES.c.leaf_index.is_(None))
    )
    return int(view.read(statement)[0][0])


def _row(frontier: Frontier, swept: int, at: datetime) -> dict[str, object]:
    return {
        "frontier": frontier.to_bytes(),
        "root": frontier.root,
        "swept_id": swept,
        "integrated_at": at,
    }
