"""The public probes of RFC 9162 proofs: 196, of which 184 must be refused.

They are judged by the writer's code, and those of inclusion by the program in every evidence pack too. Where the
vectors are not here, none is judged rightly.
"""

from __future__ import annotations

import base64
import sys
from typing import Any

import pytest

from broker.usecases.log.pack_check import root_from
from tests.vectors.test_merkle import VECTORS, consistency_accepted, inclusion_accepted, vectors

PROBES = 196
NAME = "merkle_transparency_dev_probes.json"


def _pack_accepts(probe: dict[str, Any]) -> bool:
    leaf, root = (base64.b64decode(probe[name] or "") for name in ("leafHash", "root"))
    proof = [base64.b64decode(one) for one in probe["proof"] or []]
    if len(leaf) != 32 or any(len(one) != 32 for one in proof):
        return False  # what it is given is always a hash of its own making, and hashes of 32 bytes
    return root_from(probe["leafIdx"], probe["treeSize"], leaf, proof) == root


def merkle_probes(_seeds: range) -> dict[str, int]:
    """Probes judged otherwise than the vectors say."""
    try:
        found = vectors(NAME)
    except pytest.skip.Exception:
        print(f"merkle_probes: the public vectors are not in {VECTORS}", file=sys.stderr)
        return {"bad": PROBES}
    inclusion, consistency = found["inclusion"], found["consistency"]
    right = sum(inclusion_accepted(one) is not one["wantErr"] for one in inclusion)
    right += sum(consistency_accepted(one) is not one["wantErr"] for one in consistency)
    again = sum(_pack_accepts(one) is not one["wantErr"] for one in inclusion)
    refused = sum(one["wantErr"] for one in (*inclusion, *consistency))
    wrong = len(inclusion) + len(consistency) - right + len(inclusion) - again
    return {"bad": wrong + (len(inclusion) + len(consistency) != PROBES), "right": right, "refused": refused}
