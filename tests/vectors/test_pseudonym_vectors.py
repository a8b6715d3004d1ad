"""The published pseudonym vectors, one by one and in batch."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from broker.identifiers import get_identifier_type
from broker.pseudonyms import Pseudonym, PseudonymDomain, PseudonymKey, PseudonymRoot, pseudonymise
from broker.pseudonyms.batch import pseudonymise_canonical, pseudonymise_column

VECTORS = json.loads((Path(__file__).parent / "pseudonym.json").read_text(encoding="utf-8"))
CASES = pytest.mark.parametrize(
    "case",
    [pytest.param(case, id=case["text"].rpartition(".")[0] + "." + case["type"]) for case in VECTORS["cases"]],
)


def _key(case: dict[str, Any]) -> PseudonymKey:
    root = PseudonymRoot(bytes.fromhex(VECTORS["root_hex"]), VECTORS["deployment"])
    return root.key_for(PseudonymDomain(case["domain"], int(case["epoch"])), case["type"])


@CASES
def test_the_key_is_derived_as_published(case: dict[str, Any]) -> None:
    assert _key(case).secret.hex() == case["key_hex"]


@CASES
def test_one_by_one(case: dict[str, Any]) -> None:
    identifier = get_identifier_type(case["type"]).parse(case["value"])
    assert identifier.canonical == case["value"]
    pseudonym = pseudonymise(_key(case), identifier)
    assert pseudonym.digest.hex() == case["pseudonym_hex"]
    assert str(pseudonym) == case["text"]
    assert Pseudonym.parse(case["text"]) == pseudonym


@CASES
def test_in_batch(case: dict[str, Any]) -> None:
    column = pseudonymise_column(_key(case), [case["value"]] * 3)
    assert [str(pseudonym) for pseudonym in column.values()] == [case["text"]] * 3
    assert column.texts().raw(2).decode() == case["text"]


@CASES
def test_by_the_kernel_alone(case: dict[str, Any]) -> None:
    values = np.frombuffer(case["value"].encode("utf-8"), np.uint8).reshape(1, -1)
    assert pseudonymise_canonical(_key(case), values).tobytes().hex() == case["pseudonym_hex"]
