"""A partner's system works through the client: what it asks, what it keeps, and what it does not believe."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from broker.agreements.signing import SignatureStatement
from broker.client import (
    BrokerClient,
    ClockDiffers,
    Conflict,
    FileReceipts,
    Malformed,
    MemoryReceipts,
    NotFound,
    NotSigned,
    SaidNo,
)
from broker.client.agreement_signature import Signatory, give_signature
from broker.errors import CallWrong, SystemFailed
from broker.usecases.agreements.sign_agreement import withdraw_signature
from tests.functional.api.door import Partner, asked
from tests.functional.api.test_agreements import KEY, PRIVATE, enrol_key
from tests.functional.client.conftest import client_of
from tests.functional.usecases.office import REASON, SIRO

KIM = {"by": "kim", "role": "lead-practitioner"}


def test_a_profile_is_asked_for_once_and_its_receipt_is_kept(council: Partner, client: BrokerClient) -> None:
    first = client.profile(**asked(council), idempotency_key="first")
    assert first.answered
    assert [one["fields"]["percentage"] for one in first.document["sections"]["strengths"]] or first.document
    again = client.profile(**asked(council), idempotency_key="first")
    assert again.disclosure == first.disclosure, "a retry releases nothing twice"
    other = client.profile(**asked(council))
    assert other.disclosure != first.disclosure, "each act has a key of its own where none is given"
    assert isinstance(client.receipts, FileReceipts)
    kept = [one.leaf_hash for one in client.receipts.all()]
    assert kept[0] == first.document["receipt"]["leaf_hash"]
    assert len(kept) == 3


def test_consent_is_written_down_and_withdrawn_and_the_retry_is_told_apart(
    council: Partner, client: BrokerClient
) -> None:
    mum = council.office.people["mum"]
    words = {"channel": "phone", "words": "Yes, that is fine"}
    taken = client.consent(**KIM, about=mum, signatory=mum, kind="engagement", decision="given", evidence=words)
    assert (taken.counts, taken.repeated) == (True, False)
    assert "Testing" in taken.sheet
    gone = client.withdraw(taken.consent, **KIM, evidence=words, idempotency_key="gone")
    assert gone.stops
    assert client.withdraw(taken.consent, **KIM, evidence=words, idempotency_key="gone").repeated


def test_a_retry_never_outlives_a_withdrawal(council: Partner, client: BrokerClient) -> None:
    consent = council.office.consent("mum", "mum").consent_id
    client.profile(**asked(council), idempotency_key="seen")
    client.withdraw(consent, **KIM)
    with pytest.raises(Conflict):
        client.profile(**asked(council), idempotency_key="seen")


def test_what_was_received_is_read_to_its_end_and_a_notice_is_answered(
    council: Partner, client: BrokerClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("broker.client.client.PAGE", 2)
    made = [client.profile(**asked(council)).disclosure for _ in range(5)]
    council.office.step()
    assert [one.disclosure for one in client.disclosures(**KIM)] == made
    assert list(client.notices(**KIM)) == []
    consent = council.office.consent("child", "mum").consent_id
    client.profile(**asked(council))
    client.withdraw(consent, **KIM)
    waiting = list(client.notices(**KIM))
    assert waiting
    [told, *_] = waiting[0].waiting
    assert told.because == "withdrawal"
    assert client.acknowledge(waiting[0].disclosure, told.notice, **KIM, finding="told").notice == told.notice
    left = {since.notice for one in client.notices(**KIM) for since in one.waiting}
    assert told.notice not in left
    whole = client.disclosure(made[0], **KIM)
    assert whole.cells
    assert whole.records


def test_problems_are_errors_of_their_own(client: BrokerClient) -> None:
    with pytest.raises(NotFound) as absent:
        client.disclosure("d-nothing", **KIM)
    assert absent.value.exit_code == 1
    with pytest.raises(Malformed) as wrong:
        client.consent(**KIM, about="p-x", signatory="p-x", kind="nonsense")
    assert (wrong.value.exit_code, wrong.value.problems[0]["at"]) == (2, "kind")
    with pytest.raises(SaidNo):
        client.disclosure("d-nothing", by="tri", role="auditor")
    kept = client.receipts
    assert isinstance(kept, FileReceipts)
    assert wrong.value.receipt is not None
    assert wrong.value.receipt["leaf_hash"] in {one.leaf_hash for one in kept.all()}, "a refusal has its receipt"


def test_a_key_that_is_not_known_is_told_apart_from_a_broker_that_is_not_believed(
    council: Partner, authority: str
) -> None:
    keys = {council.signer.key_id: council.signer.private.public_key()}
    stranger = BrokerClient(
        f"http://{authority}", authority, "ecc/nobody", council.private, keys,
        receipts=MemoryReceipts(), now=council.office.clock.now,
    )  # fmt: skip
    with stranger, pytest.raises(NotSigned) as refused:
        stranger.clock_ahead()
    assert refused.value.to_this_request
    assert refused.value.receipt is None


def test_clocks_that_differ_are_told_in_words(council: Partner, authority: str, client: BrokerClient) -> None:
    assert client.clock_ahead() == timedelta(0)
    for off, words in (
        (timedelta(minutes=7), "7 minutes ahead of"),
        (-timedelta(seconds=90), "90 seconds behind"),
    ):
        keys = {council.signer.key_id: council.signer.private.public_key()}
        wrong = BrokerClient(
            f"http://{authority}", authority, council.key_id, council.private, keys,
            receipts=MemoryReceipts(), now=lambda off=off: council.office.clock.now() + off,
        )  # fmt: skip
        with wrong, pytest.raises(ClockDiffers, match=words):
            wrong.profile(**asked(council))


def test_nothing_that_was_asked_or_answered_is_logged(
    council: Partner, client: BrokerClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    client.profile(**asked(council))
    said = caplog.text
    assert REASON not in said
    assert council.office.people["mum"] not in said
    assert "Often late" not in said


def test_no_request_is_sent_whose_receipt_could_not_be_kept(
    council: Partner, authority: str, tmp_path: Path
) -> None:
    before = len(council.office.entries())
    with pytest.raises(SystemFailed, match="cannot be written"):
        client_of(council, authority, tmp_path / "no-such-folder" / "receipts.jsonl")
    assert len(council.office.entries()) == before


@pytest.mark.parametrize("address", ["http://broker.example", "https://broker.example/v1", "broker.example"])
def test_only_https_but_on_this_machine(council: Partner, address: str) -> None:
    keys = {council.signer.key_id: council.signer.private.public_key()}
    with pytest.raises(CallWrong, match="https"):
        BrokerClient(address, "x", council.key_id, council.private, keys, receipts=MemoryReceipts())


def test_a_list_is_sent_in_batches_and_what_is_wrong_with_a_line_is_said(
    council: Partner, client: BrokerClient
) -> None:
    entry = {
        "source": "inv-1",
        "category": "involvement",
        "occurred_on": "2026-02-20",
        "about": [{"ref": "mum", "given_name": "Mum", "family_name": "Testing", "born_on": "1988-05-01"}],
        "fields": {"service": "Early help"},
    }
    [sent] = client.send_records("involvement", [entry, {**entry, "source": "inv-2", "category": "nonsense"}])
    assert (sent.lines, sent.accepted, sent.rejected, sent.seen_before) == (2, 1, 1, False)
    assert sent.rejections[0][0] == 2
    [again] = client.send_records("involvement", [entry, {**entry, "source": "inv-2", "category": "nonsense"}])
    assert again.seen_before, "the same bytes are known again, for ever"
    assert council.office.people["mum"] not in f"{sent.document}"


def test_an_agreement_is_read_again_only_where_it_changed(client: BrokerClient) -> None:
    officer = {"by": "ola", "role": "ig-officer"}
    [state] = [one for one in client.agreements(**officer) if one.agreement == "family-support@1"]
    read = client.agreement("family-support@1", **officer)
    assert read is not None
    assert (read.document_digest, read.unsigned) == (state.document_digest, ())
    assert "Family support" in read.text
    assert client.agreement("family-support@1", **officer, etag=read.etag) is None


def test_a_party_signs_what_it_read_and_nothing_else(council: Partner, client: BrokerClient) -> None:
    office = council.office
    withdraw_signature(office.broker, SIRO, "family-support", 1, "ecc", "to be signed by key")
    office.step()
    enrol_key(council)
    siro = {"by": "sid", "role": "siro"}
    read = client.agreement("family-support@1", by="ola", role="ig-officer")
    assert read is not None
    assert read.unsigned == ("ecc",)
    who = Signatory("ecc", "Sid Marsh", "SIRO", "scheme of delegation", KEY)
    given = give_signature(read, who, office.clock.now(), PRIVATE.sign)
    with pytest.raises(Conflict):
        client.sign_agreement(replace(read, etag="0" * 32), given, **siro)
    signed = client.sign_agreement(read, given, **siro, idempotency_key="sid signs")
    assert (signed.party, signed.repeated, signed.unsigned) == ("ecc", False, ())
    assert client.sign_agreement(read, given, **siro, idempotency_key="sid signs").repeated


def test_what_a_key_signs_is_what_the_broker_verifies(client: BrokerClient) -> None:
    """The client spells the statement itself, because it needs nothing of the broker; here it is compared."""
    read = client.agreement("family-support@1", by="ola", role="ig-officer")
    assert read is not None
    who = Signatory("ecc", "Sid Marsh", "SIRO", "scheme of delegation", "ecc/sid-2027")
    at = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
    theirs = SignatureStatement(
        "family-support", 1, read.document_digest, "ecc", "Sid Marsh", "SIRO", "scheme of delegation",
        "ecc/sid-2027", at,
    ).to_bytes()  # fmt: skip
    signed: list[bytes] = []
    give_signature(read, who, at, lambda base: signed.append(base) or bytes(64))
    assert signed == [theirs]


def test_who_works_with_a_family_is_read_by_one_of_them(council: Partner, client: BrokerClient) -> None:
    team = client.team(council.office.cases["team"], **KIM)
    assert (team.lead, [one.name for one in team.members]) == ("kim", ["Kim Ward"])
    with pytest.raises(NotFound):
        client.team(council.office.cases["team"], by="tri", role="triage")
