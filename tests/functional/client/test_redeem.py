"""A partner redeems its receipts, and notices a log that is not what it was."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from broker.audit.note import NoteKey
from broker.audit.receipt import Receipt
from broker.audit.tree import node_hash
from broker.client import BrokerClient, FileReceipts, LogChanged
from broker.client.problems import NotFound, problem_error
from broker.client.redeem import RedeemedFile, Redemption, Seen, redeem
from broker.usecases.log.publish_log import sequence_once
from broker.usecases.log.signing import open_signer
from tests.functional.api.door import Partner, asked


def publish(council: Partner) -> NoteKey:
    """What the server does every second. The log's own key."""
    office = council.office
    office.step()
    office.entries()
    signer = open_signer(office.broker.settings)
    sequence_once(office.broker, signer)
    return signer.public


def kept(client: BrokerClient) -> list[Receipt]:
    assert isinstance(client.receipts, FileReceipts)
    return list(client.receipts.all())


def test_each_receipt_is_redeemed_once_and_its_proof_is_kept(
    council: Partner, client: BrokerClient, tmp_path: Path
) -> None:
    client.profile(**asked(council))
    log_key = publish(council)
    beside = RedeemedFile(tmp_path / "receipts.jsonl")
    done = client.redeem_receipts(log_key, kept(client), beside.last(log_key))
    beside.keep(done)
    assert (len(done.redeemed), done.unredeemed) == (1, ())
    assert kept(client) == [one.receipt for one in done.redeemed], "asking for proofs makes no more to redeem"
    client.profile(**asked(council))
    publish(council)
    left = [one for one in kept(client) if one.leaf_hash not in beside.leaves()]
    again = client.redeem_receipts(log_key, left, beside.last(log_key))
    beside.keep(again)
    assert len(again.redeemed) == 1
    last = beside.last(log_key)
    assert last is not None
    assert last.checkpoint.size == again.newest.checkpoint.size > done.newest.checkpoint.size


def test_a_promise_that_was_not_kept_is_told(council: Partner, client: BrokerClient) -> None:
    client.profile(**asked(council))
    log_key = publish(council)
    [real] = kept(client)
    forged = replace(real, leaf_hash="ab" * 32)
    elsewhere = replace(real, origin="another.example/log")
    done = client.redeem_receipts(log_key, [real, forged, elsewhere])
    assert [one.receipt for one in done.redeemed] == [real]
    assert [one.receipt for one in done.unredeemed] == [forged, elsewhere]
    assert "another.example" in done.unredeemed[1].why


def test_a_log_that_forgot_what_it_published_is_noticed(council: Partner, client: BrokerClient) -> None:
    client.profile(**asked(council))
    log_key = publish(council)
    first = client.redeem_receipts(log_key, [])
    root = node_hash(first.newest.checkpoint.root, bytes(32))
    other = Seen(replace(first.newest.checkpoint, root=root), first.newest.note)
    client.profile(**asked(council))
    publish(council)
    with pytest.raises(LogChanged, match="not what it was"):
        client.redeem_receipts(log_key, [], other)
    larger = Seen(replace(first.newest.checkpoint, size=10**6), first.newest.note)
    with pytest.raises(LogChanged, match="does not know it any more"):
        client.redeem_receipts(log_key, [], larger)


@pytest.mark.parametrize(
    "lie", [{"index": 0}, {"index": True}, {"index": "1"}, {"proof": []}, {"proof": ["zz"]}, {"proof": None}]
)
def test_a_proof_that_does_not_lead_to_the_root_redeems_nothing(
    council: Partner, client: BrokerClient, lie: Mapping[str, Any]
) -> None:
    client.profile(**asked(council))
    log_key = publish(council)
    honest: list[Mapping[str, Any]] = []

    def published(_size: int | None) -> Mapping[str, Any]:
        return {"checkpoint": client.redeem_receipts(log_key, []).newest.note}

    def proof(_leaf: str, _size: int) -> Mapping[str, Any]:
        [done] = client.redeem_receipts(log_key, kept(client)).redeemed
        honest.append({"index": done.index, "proof": [one.hex() for one in done.proof]})
        return {**honest[0], **lie}

    try:
        done: Redemption | None = redeem(kept(client), log_key, None, published, proof)
    except Exception as error:
        assert "cannot read" in f"{error}" or "answer" in f"{error}"  # noqa: PT017 - either way of saying no
        done = None
    assert honest
    assert done is None or done.redeemed == ()


def test_what_is_not_published_yet_waits(council: Partner, client: BrokerClient) -> None:
    publish(council)
    client.profile(**asked(council))
    log_key = open_signer(council.office.broker.settings).public
    done = client.redeem_receipts(log_key, kept(client))
    assert [one.why for one in done.unredeemed] == ["the log has no such entry, or has not published it yet"]


def test_a_log_that_published_nothing_has_nothing_to_redeem() -> None:
    def nothing(_size: int | None) -> Mapping[str, Any]:
        raise problem_error(404, {"type": "urn:broker:problem:not-found"}, to_this_request=True)

    key = NoteKey("broker.example/log", bytes(32))
    with pytest.raises(NotFound):
        redeem([], key, None, nothing, lambda _leaf, _size: {})
