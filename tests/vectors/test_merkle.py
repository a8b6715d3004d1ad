"""RFC 6962/9162 against public vectors: the reference tree, and 196 probes of which 184 must be refused."""

from __future__ import annotations

import base64
import json
import os
from pathlib import Path
from typing import Any

import pytest

from broker.audit.frontier import Frontier
from broker.audit.tree import (
    EMPTY_ROOT,
    ProofRefused,
    consistency_ranges,
    inclusion_ranges,
    leaf_hash,
    node_hash,
    proof_from,
    root_of,
    verify_consistency,
    verify_inclusion,
)
from broker.audit.verify.hashing import RunningTree

ROOT = Path(__file__).resolve().parents[2]
VECTORS = Path(os.environ.get("BROKER_VECTORS", ROOT.parent / "shared" / "vectors"))


def vectors(name: str) -> Any:
    path = VECTORS / name
    if not path.is_file():
        pytest.skip(f"public vectors `{name}` are not here: set BROKER_VECTORS to the folder that holds them")
    return json.loads(path.read_text("utf-8"))


def hashes(values: list[str] | None) -> list[bytes]:
    return [base64.b64decode(one) for one in values or []]


def inclusion_accepted(probe: dict[str, Any]) -> bool:
    leaf_and_root = hashes([probe["leafHash"], probe["root"]])
    try:
        verify_inclusion(
            probe["leafIdx"], probe["treeSize"], leaf_and_root[0], hashes(probe["proof"]), leaf_and_root[1]
        )
    except ProofRefused:
        return False
    return True


def consistency_accepted(probe: dict[str, Any]) -> bool:
    old_root, root = hashes([probe["root1"], probe["root2"]])
    try:
        verify_consistency(probe["size1"], probe["size2"], hashes(probe["proof"]), old_root, root)
    except ProofRefused:
        return False
    return True


def test_all_196_public_probes_are_answered_as_they_must_be_and_184_are_refused() -> None:
    found = vectors("merkle_transparency_dev_probes.json")
    wrong, refused, count = [], 0, 0
    for kind, accepted in (("inclusion", inclusion_accepted), ("consistency", consistency_accepted)):
        for probe in found[kind]:
            count += 1
            answer = accepted(probe)
            refused += not answer
            if answer == probe["wantErr"]:
                wrong.append(f"{kind}: {probe['file']}")
    assert wrong == []
    assert (count, refused) == (196, 184)


def test_leaf_and_node_hashes_are_those_published() -> None:
    found = vectors("merkle_rfc6962.json")
    assert bytes.fromhex(found["empty_root"]) == EMPTY_ROOT
    assert leaf_hash(b"").hex() == found["empty_leaf_hash"]
    one_leaf, one_node = found["hasher"]
    assert leaf_hash(bytes.fromhex(one_leaf["input_hex"])).hex() == one_leaf["hash"]
    left, right = bytes.fromhex(one_node["left_hex"]), bytes.fromhex(one_node["right_hex"])
    assert node_hash(left, right).hex() == one_node["hash"]


def test_the_reference_tree_grows_to_the_roots_published_by_every_route() -> None:
    found = vectors("merkle_rfc6962.json")
    data = [bytes.fromhex(one) for one in found["leaves_hex"]]
    assert [leaf_hash(one).hex() for one in data] == found["leaf_hashes"]
    for size, root in found["roots"].items():
        leaves = [leaf_hash(one) for one in data[: int(size)]]
        assert root_of(leaves).hex() == root
        assert Frontier().extend(leaves).frontier.root.hex() == root
        assert RunningTree().root_with(leaves).hex() == root


def test_inclusion_proofs_of_the_reference_tree_are_those_published() -> None:
    found = vectors("merkle_rfc6962.json")
    nodes = dict(Frontier().extend(bytes.fromhex(one) for one in found["leaf_hashes"]).completed)
    for one in found["inclusion_proofs"]:
        index, size = one["leaf_index"], one["tree_size"]
        proof = proof_from(inclusion_ranges(index, size), nodes)
        assert [step.hex() for step in proof] == one["proof"]
        verify_inclusion(index, size, bytes.fromhex(one["leaf_hash"]), proof, bytes.fromhex(one["root"]))


def test_consistency_proofs_of_the_reference_tree_are_those_published() -> None:
    found = vectors("merkle_rfc6962.json")
    nodes = dict(Frontier().extend(bytes.fromhex(one) for one in found["leaf_hashes"]).completed)
    for one in found["consistency_proofs"]:
        old, size = one["size1"], one["size2"]
        proof = proof_from(consistency_ranges(old, size), nodes)
        assert [step.hex() for step in proof] == one["proof"]
        verify_consistency(old, size, proof, bytes.fromhex(one["root1"]), bytes.fromhex(one["root2"]))
