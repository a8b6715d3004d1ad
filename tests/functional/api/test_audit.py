"""The log over the interface: receipts are redeemed under what is published, and nothing else is shown."""

from __future__ import annotations

from typing import Any

import pytest

from broker.audit.tree import verify_consistency, verify_inclusion
from broker.usecases.log.publish_log import sequence_once
from broker.usecases.log.signing import open_signer
from tests.functional.api.door import Got, Partner, asked


def published(council: Partner) -> Any:
    """What is published now, as the council's system reads it."""
    broker = council.office.broker
    sequence_once(broker, open_signer(broker.settings))
    got = council.send("GET", "/v1/audit/checkpoint")
    assert got.status == 200, got.json
    return got.json


def proof(council: Partner, leaf: str, more: str = "") -> Got:
    return council.send("GET", "/v1/audit/proof", query=f"leaf={leaf}{more}")


def hashes(values: list[str]) -> list[bytes]:
    return [bytes.fromhex(one) for one in values]


def test_a_receipt_is_redeemed_under_the_checkpoint_that_is_published(council: Partner) -> None:
    receipt = council.send("POST", "/v1/profiles", asked(council)).json["receipt"]
    head = published(council)
    got = proof(council, receipt["leaf_hash"]).json
    assert (got["origin"], got["root"]) == (receipt["origin"], head["root"])
    leaf, root = bytes.fromhex(receipt["leaf_hash"]), bytes.fromhex(got["root"])
    verify_inclusion(got["index"], got["of"], leaf, hashes(got["proof"]), root)


def test_what_is_not_published_and_what_never_was_are_one_answer(council: Partner) -> None:
    published(council)
    receipt = council.send("POST", "/v1/profiles", asked(council)).json["receipt"]
    early, never = proof(council, receipt["leaf_hash"]), proof(council, "0" * 64)
    assert (early.status, never.status, len(early.body)) == (404, 404, len(never.body))


def test_a_checkpoint_extends_the_one_that_was_kept(council: Partner) -> None:
    before = published(council)
    council.send("POST", "/v1/profiles", asked(council))
    after = published(council)
    got = council.send("GET", "/v1/audit/checkpoint", query=f"since={before['size']}").json
    assert got["size"] == after["size"] > before["size"]
    roots = bytes.fromhex(before["root"]), bytes.fromhex(got["root"])
    verify_consistency(before["size"], got["size"], hashes(got["consistency"]), *roots)


def test_nothing_is_shown_before_anything_is_published(council: Partner) -> None:
    assert council.send("GET", "/v1/audit/checkpoint").status == 404


@pytest.mark.parametrize("query", ["", "leaf=00", "leaf=" + "G" * 64, "leaf=" + "0" * 64 + "&size=0"])
def test_a_query_of_another_shape_is_refused(council: Partner, query: str) -> None:
    assert council.send("GET", "/v1/audit/proof", query=query).status == 400


def test_a_size_that_is_not_published_is_refused(council: Partner) -> None:
    size = published(council)["size"]
    got = council.send("GET", "/v1/audit/checkpoint", query=f"since={size + 1}")
    assert got.status == 400
    assert got.json["detail"].startswith("since: is a number of entries from 1 to")
