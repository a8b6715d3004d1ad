"""The tree against its recursive definition, and proofs that prove only what they are for."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from broker.audit.frontier import Frontier
from broker.audit.tree import (
    EMPTY_ROOT,
    NodeAt,
    ProofRefused,
    consistency_ranges,
    inclusion_ranges,
    leaf_hash,
    proof_from,
    root_of,
    verify_consistency,
    verify_inclusion,
)
from broker.errors import SystemFailed

SIZES = st.integers(1, 300)


def leaves(count: int) -> list[bytes]:
    return [leaf_hash(b"%d" % number) for number in range(count)]


def defined_root(hashes: Sequence[bytes]) -> bytes:
    """MTH, word for word as RFC 9162 section 2.1.1 defines it, over leaf hashes."""
    if not hashes:
        return hashlib.sha256(b"").digest()
    if len(hashes) == 1:
        return hashes[0]
    k = 1
    while k * 2 < len(hashes):
        k *= 2
    return hashlib.sha256(b"\x01" + defined_root(hashes[:k]) + defined_root(hashes[k:])).digest()


def defined_path(index: int, hashes: Sequence[bytes]) -> list[bytes]:
    """PATH, RFC 9162 section 2.1.3.1."""
    if len(hashes) == 1:
        return []
    k = 1
    while k * 2 < len(hashes):
        k *= 2
    if index < k:
        return [*defined_path(index, hashes[:k]), defined_root(hashes[k:])]
    return [*defined_path(index - k, hashes[k:]), defined_root(hashes[:k])]


def defined_subproof(old: int, hashes: Sequence[bytes], whole: bool) -> list[bytes]:
    """SUBPROOF, RFC 9162 section 2.1.4.1."""
    if old == len(hashes):
        return [] if whole else [defined_root(hashes)]
    k = 1
    while k * 2 < len(hashes):
        k *= 2
    if old <= k:
        return [*defined_subproof(old, hashes[:k], whole), defined_root(hashes[k:])]
    return [*defined_subproof(old - k, hashes[k:], False), defined_root(hashes[:k])]


def stored_nodes(hashes: Sequence[bytes]) -> dict[NodeAt, bytes]:
    return dict(Frontier().extend(hashes).completed)


def test_the_root_of_nothing_is_the_hash_of_nothing() -> None:
    assert root_of([]) == EMPTY_ROOT == Frontier().root == hashlib.sha256(b"").digest()


@pytest.mark.parametrize("count", range(70))
def test_the_root_is_the_one_defined(count: int) -> None:
    assert root_of(leaves(count)) == defined_root(leaves(count))


@given(SIZES, st.data())
def test_an_inclusion_proof_is_the_one_defined_and_verifies(size: int, data: st.DataObject) -> None:
    index, hashes = data.draw(st.integers(0, size - 1)), leaves(size)
    proof = proof_from(inclusion_ranges(index, size), stored_nodes(hashes))
    assert list(proof) == defined_path(index, hashes)
    verify_inclusion(index, size, hashes[index], proof, root_of(hashes))


@given(SIZES, st.data())
def test_a_consistency_proof_is_the_one_defined_and_verifies(size: int, data: st.DataObject) -> None:
    old, hashes = data.draw(st.integers(1, size)), leaves(size)
    proof = proof_from(consistency_ranges(old, size), stored_nodes(hashes))
    assert list(proof) == defined_subproof(old, hashes, True)
    verify_consistency(old, size, proof, root_of(hashes[:old]), root_of(hashes))


@given(st.integers(2, 200), st.data())
def test_an_inclusion_proof_shows_no_other_index(size: int, data: st.DataObject) -> None:
    index, other = data.draw(st.integers(0, size - 1)), data.draw(st.integers(0, size - 1))
    assume(index != other)
    hashes = leaves(size)
    proof = proof_from(inclusion_ranges(index, size), stored_nodes(hashes))
    with pytest.raises(ProofRefused):
        verify_inclusion(other, size, hashes[index], proof, root_of(hashes))


@given(st.integers(2, 200), st.data())
def test_a_consistency_proof_shows_no_other_history(size: int, data: st.DataObject) -> None:
    old = data.draw(st.integers(1, size - 1))
    changed = data.draw(st.integers(0, old - 1))
    hashes = leaves(size)
    rewritten = [*hashes[:changed], leaf_hash(b"rewritten"), *hashes[changed + 1 :]]
    proof = proof_from(consistency_ranges(old, size), stored_nodes(rewritten))
    with pytest.raises(ProofRefused):
        verify_consistency(old, size, proof, root_of(hashes[:old]), root_of(rewritten))


@given(st.integers(2, 200), st.data())
def test_any_change_to_a_proof_is_refused(size: int, data: st.DataObject) -> None:
    index, hashes = data.draw(st.integers(0, size - 1)), leaves(size)
    proof = list(proof_from(inclusion_ranges(index, size), stored_nodes(hashes)))
    at = data.draw(st.integers(0, len(proof) - 1))
    change = data.draw(st.sampled_from(["flip", "drop", "double", "shorten", "empty"]))
    proof[at : at + 1] = {
        "flip": [bytes([proof[at][0] ^ 1]) + proof[at][1:]],
        "drop": [],
        "double": [proof[at], proof[at]],
        "shorten": [proof[at][:-1]],
        "empty": [b""],
    }[change]
    with pytest.raises(ProofRefused):
        verify_inclusion(index, size, hashes[index], proof, root_of(hashes))


@pytest.mark.parametrize(("index", "size"), [(-1, 1), (0, 0), (1, 1), (5, 3), (2**64, 2**64)])
def test_there_is_no_inclusion_proof_beyond_the_log(index: int, size: int) -> None:
    with pytest.raises(ProofRefused):
        inclusion_ranges(index, size)
    with pytest.raises(ProofRefused):
        verify_inclusion(index, size, bytes(32), [], bytes(32))


@pytest.mark.parametrize(("old", "size"), [(0, 0), (0, 5), (-1, 5), (6, 5)])
def test_there_is_no_consistency_proof_from_nothing_or_backwards(old: int, size: int) -> None:
    with pytest.raises(ProofRefused):
        consistency_ranges(old, size)
    with pytest.raises(ProofRefused):
        verify_consistency(old, size, [], EMPTY_ROOT, EMPTY_ROOT)


def test_a_proof_at_ten_million_needs_few_nodes() -> None:
    size = 10_000_000
    for index in (0, 4_194_303, 4_194_304, 9_999_999):
        assert sum(len(one) for one in inclusion_ranges(index, size)) <= 2 * size.bit_length()


@given(st.lists(st.integers(0, 40), max_size=8))
def test_a_frontier_grown_in_any_batches_has_the_root_defined(batches: list[int]) -> None:
    hashes, frontier, done = leaves(sum(batches)), Frontier(), 0
    for count in batches:
        frontier = frontier.extend(hashes[done : done + count]).frontier
        done += count
        assert frontier.size == done
        assert frontier.root == defined_root(hashes[:done])
    one_by_one = Frontier()
    for one in hashes:
        one_by_one = one_by_one.append(one)
    assert one_by_one == frontier


@given(st.integers(0, 600))
def test_a_frontier_survives_being_stored(size: int) -> None:
    frontier = Frontier().extend(leaves(size)).frontier
    assert Frontier.from_bytes(frontier.to_bytes()) == frontier
    assert len(frontier.hashes) == size.bit_count()


@given(st.integers(1, 130), st.integers(0, 130))
def test_growing_completes_each_node_once_and_all_of_them(before: int, more: int) -> None:
    hashes = leaves(before + more)
    first = Frontier().extend(hashes[:before])
    second = first.frontier.extend(hashes[before:])
    completed = [*first.completed, *second.completed]
    size = before + more
    expected = {NodeAt(level, place) for level in range(size.bit_length()) for place in range(size >> level)}
    assert len(completed) == len(expected)
    assert {at for at, _ in completed} == expected
    for at, found in completed:
        assert found == defined_root(hashes[at.place << at.level : (at.place + 1) << at.level])


@pytest.mark.parametrize("data", [b"", b"\x00" * 7, b"\x00" * 7 + b"\x01", b"\x00" * 7 + b"\x01" + bytes(33)])
def test_a_damaged_frontier_is_refused(data: bytes) -> None:
    with pytest.raises(SystemFailed):
        Frontier.from_bytes(data)


@pytest.mark.parametrize(("size", "hashes"), [(1, ()), (-1, ()), (2, (bytes(32), bytes(32))), (1, (bytes(31),))])
def test_a_frontier_that_cannot_be_is_refused(size: int, hashes: tuple[bytes, ...]) -> None:
    with pytest.raises(SystemFailed):
        Frontier(size, hashes)
