"""The verifier compares every node that a database keeps: each is told with the entries it stands over."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence

import pytest

from broker.audit.frontier import Frontier
from broker.audit.verify import Problem, StoredTree, stored
from broker.audit.verify.stored import NodeCheck

SIZE = 77
LEAVES = [hashlib.sha256(b"%d" % number).digest() for number in range(SIZE)]
NODES: dict[tuple[int, int], object] = {
    (at.level, at.place): one for at, one in Frontier().extend(LEAVES).completed
}


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stored, "BATCH", 10)


def checked(nodes: Mapping[tuple[int, int], object]) -> list[Problem]:
    """What is told of these nodes under the leaves of a sound log, taken in uneven pieces."""

    def read(level: int, start: int, end: int) -> Sequence[tuple[int, object]]:
        return [(place, nodes[level, place]) for place in range(start, end) if (level, place) in nodes]

    def beyond(size: int) -> Sequence[tuple[int, int]]:
        return sorted((level, place) for level, place in nodes if place >= size >> level)

    problems: list[Problem] = []
    check = NodeCheck(StoredTree(SIZE, None, read, beyond), problems)
    for start in range(0, SIZE, 7):
        check.take(LEAVES[start : start + 7])
    check.finish(SIZE)
    return problems


def test_a_sound_tree_has_no_problem() -> None:
    assert checked(NODES) == []


@pytest.mark.parametrize("wrong", [bytes(32), "11" * 16, None])
def test_each_node_that_is_changed_or_missing_is_told_where_it_stands(wrong: object) -> None:
    assert len(NODES) > 140
    for level, place in NODES:
        nodes = {at: one for at, one in NODES.items() if at != (level, place) or wrong is not None}
        if wrong is not None:
            nodes[level, place] = wrong
        [problem] = checked(nodes)
        assert (problem.index, problem.before) == (
            place << level, None if level == 0 else (place + 1) << level,
        )  # fmt: skip


def test_neighbours_are_told_as_one_and_what_lies_above_a_changed_leaf_is_not_told_again() -> None:
    nodes = {at: one for at, one in NODES.items() if at[0] != 0 or not 21 <= at[1] < 27}
    nodes[2, 5] = bytes(32)  # over entries 20 to 23
    nodes[3, 0] = bytes(32)
    assert [(one.index, one.before) for one in checked(nodes)] == [(0, 8), (21, 27)]


def test_a_node_of_no_entry_is_told_by_its_place() -> None:
    [problem] = checked({**NODES, (2, 19): bytes(32)})
    assert "at level 2, place 19" in problem.message
    assert problem.index is None
