"""A receipt says which leaf was promised, and is read in one form only."""

from __future__ import annotations

import hashlib
import json

import pytest

from broker.audit.entry import entry_bytes
from broker.audit.receipt import Receipt, parse_receipt, receipt_for
from broker.audit.verify.receipts import read_receipts
from broker.errors import CallWrong
from tests.unit.audit.building import ORIGIN, consent

ENTRY = consent(1)
RECEIPT = receipt_for(ORIGIN, ENTRY)


def test_a_receipt_names_the_log_the_leaf_and_the_instant() -> None:
    leaf = hashlib.sha256(b"\x00" + entry_bytes(ENTRY)).hexdigest()
    assert RECEIPT.as_mapping() == {"origin": ORIGIN, "leaf_hash": leaf, "at": "2026-03-02T09:31:00.000000Z"}


def test_a_receipt_survives_being_written_and_read() -> None:
    assert parse_receipt(RECEIPT.to_line().decode()) == RECEIPT


def test_the_verifier_reads_what_the_broker_writes() -> None:
    (promise,) = read_receipts(RECEIPT.to_line())
    assert (promise.origin, promise.leaf.hex(), promise.at) == (ORIGIN, RECEIPT.leaf_hash, ENTRY.occurred_at)


@pytest.mark.parametrize(
    "change", [{"leaf_hash": "00"}, {"leaf_hash": "0G" * 32}, {"at": "2026-03-02"}, {"origin": ""}, {"extra": 1}]
)
def test_a_receipt_in_any_other_form_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(CallWrong):
        parse_receipt(json.dumps({**RECEIPT.as_mapping(), **change}))


@pytest.mark.parametrize("line", ["", "[]", "nonsense", "{}", '{"origin": 1, "leaf_hash": 2, "at": 3}'])
def test_a_line_that_is_no_receipt_is_refused(line: str) -> None:
    with pytest.raises(CallWrong):
        parse_receipt(line)


def test_an_empty_log_name_makes_no_receipt() -> None:
    with pytest.raises(CallWrong):
        Receipt("", RECEIPT.leaf_hash, RECEIPT.at)
