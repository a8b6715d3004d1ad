"""Whatever stands between a partner and the broker can break the line and nothing else: what it makes up is not
believed, and a request that may have been carried out is repeated so that it is done once."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
import pytest

from broker.client import AnswerNotVerified, NotReached, Unavailable
from broker.http_signatures.sign import answer_components, sign_answer
from tests.functional.api.door import Partner, asked
from tests.functional.client.conftest import client_of

MADE_UP = "made up on the way"
Change = Callable[[httpx2.Request, httpx2.Response], httpx2.Response]


@dataclass
class OnTheWay(httpx2.BaseTransport):
    """Passes requests on, and changes each answer by the next of `changes`; then leaves them as they are."""

    changes: Iterator[Change] = field(default_factory=lambda: iter(()))
    sent: list[httpx2.Request] = field(default_factory=list)
    inner: httpx2.HTTPTransport = field(default_factory=httpx2.HTTPTransport)

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        self.sent.append(request)
        answer = self.inner.handle_request(request)
        answer.read()
        change = next(self.changes, None)
        return _remade(answer) if change is None else change(request, answer)

    def close(self) -> None:
        self.inner.close()


def _remade(answer: httpx2.Response, **other: Any) -> httpx2.Response:
    headers = [(name, value) for name, value in answer.headers.raw if name.lower() != b"content-length"]
    return _made(**{"status": answer.status_code, "headers": headers, "body": answer.content, **other})


def _made(status: int, headers: Any, body: bytes) -> httpx2.Response:
    return httpx2.Response(status, headers=headers, stream=httpx2.ByteStream(body))


def other_body(_request: httpx2.Request, answer: httpx2.Response) -> httpx2.Response:
    value = {**json.loads(answer.content), "disclosure": MADE_UP}
    return _remade(answer, body=json.dumps(value).encode())


def other_status(_request: httpx2.Request, answer: httpx2.Response) -> httpx2.Response:
    return _remade(answer, status=201)


def no_signature(_request: httpx2.Request, answer: httpx2.Response) -> httpx2.Response:
    kept = [(name, value) for name, value in answer.headers.raw if name.lower() != b"signature"]
    return _remade(answer, headers=kept, body=MADE_UP.encode())


def unsigned_refusal(_request: httpx2.Request, _answer: httpx2.Response) -> httpx2.Response:
    body = {"type": "urn:broker:problem:not-allowed", "title": MADE_UP}
    return _made(403, {"content-type": "application/problem+json"}, json.dumps(body).encode())


@pytest.mark.parametrize("change", [other_body, other_status, no_signature, unsigned_refusal])
def test_what_was_changed_on_the_way_is_never_handed_on(
    council: Partner, authority: str, tmp_path: Path, change: Change
) -> None:
    way = OnTheWay(iter([change]))
    with client_of(council, authority, tmp_path / "receipts", way) as client:
        with pytest.raises(AnswerNotVerified) as refused:
            client.profile(**asked(council))
        assert MADE_UP not in f"{refused.value}{refused.value.__dict__}"
        assert refused.value.__cause__ is None
        assert len(way.sent) == 1, "what cannot be verified is not asked again"
        assert list(client.receipts.all()) == []


def test_an_answer_to_another_request_is_no_answer(council: Partner, authority: str, tmp_path: Path) -> None:
    first: list[httpx2.Response] = []

    def keep(_request: httpx2.Request, answer: httpx2.Response) -> httpx2.Response:
        first.append(answer)
        return _remade(answer)

    way = OnTheWay(iter([keep, lambda _request, _answer: _remade(first[0])]))
    with client_of(council, authority, tmp_path / "receipts", way) as client:
        client.profile(**asked(council))
        with pytest.raises(AnswerNotVerified):
            client.profile(**asked(council))


def test_a_key_that_was_not_pinned_is_not_believed_even_if_it_signs_well(
    council: Partner, authority: str, tmp_path: Path
) -> None:
    """Here the partner's own key: one that verifies, and that is nobody's to answer with."""

    def resigned(request: httpx2.Request, answer: httpx2.Response) -> httpx2.Response:
        in_reply_to = answer.headers["broker-in-reply-to"]
        body, status = answer.content, answer.status_code
        covered = council.components(
            "POST", "/v1/profiles", request.content, "", request.headers["idempotency-key"]
        )
        covered["@authority"] = authority
        components = answer_components(status, answer.headers["content-type"], body, in_reply_to, covered)
        signed = sign_answer(components, council.private, council.key_id, council.office.clock.at)
        kept = {name: value for name, value in answer.headers.items() if name not in (*signed, "content-length")}
        return _made(status, {**kept, **signed}, body)

    with client_of(council, authority, tmp_path / "receipts", OnTheWay(iter([resigned]))) as client:
        with pytest.raises(AnswerNotVerified) as refused:
            client.profile(**asked(council))
        assert refused.value.step == "key"


def test_a_broken_line_is_tried_again_with_the_same_key_and_another_nonce(
    council: Partner, authority: str, tmp_path: Path
) -> None:
    def broken(request: httpx2.Request, _answer: httpx2.Response) -> httpx2.Response:
        raise httpx2.ReadError("the line broke after the request was carried out", request=request)

    def from_a_proxy(_request: httpx2.Request, _answer: httpx2.Response) -> httpx2.Response:
        return _made(502, {}, b"Bad gateway")

    way = OnTheWay(iter([broken, from_a_proxy]))
    with client_of(council, authority, tmp_path / "receipts", way) as client:
        found = client.profile(**asked(council))
        assert [one.disclosure for one in client.disclosures(by="kim", role="lead-practitioner")] == [
            found.disclosure
        ], "it was carried out three times over the line, and once"
    asking = way.sent[:3]
    assert len({one.headers["idempotency-key"] for one in asking}) == 1
    assert len({one.headers["signature-input"] for one in asking}) == 3


def test_nobody_is_asked_for_ever(council: Partner, authority: str, tmp_path: Path) -> None:
    def broken(request: httpx2.Request, _answer: httpx2.Response) -> httpx2.Response:
        raise httpx2.ConnectError("https://broker.example/v1/profiles", request=request)

    way = OnTheWay(iter([broken] * 10))
    client = client_of(council, authority, tmp_path / "receipts", way)
    with client, pytest.raises(NotReached) as failed:
        client.profile(**asked(council))
    assert "broker.example" not in str(failed.value), "the library's own words may quote an address"
    assert (len(way.sent), failed.value.exit_code) == (3, 3)


def _come_back(council: Partner, authority: str, retry_after: str) -> Change:
    """The broker's own 503, which a test makes with the broker's key."""

    def answered(request: httpx2.Request, answer: httpx2.Response) -> httpx2.Response:
        body = b'{"status":503,"title":"the broker cannot work","type":"urn:broker:problem:unavailable"}'
        covered = council.components(
            "POST", "/v1/profiles", request.content, "", request.headers["idempotency-key"]
        )
        covered["@authority"] = authority
        in_reply_to = answer.headers["broker-in-reply-to"]
        components = answer_components(503, "application/problem+json", body, in_reply_to, covered)
        signed = sign_answer(components, council.signer.private, council.signer.key_id, council.office.clock.at)
        more = {"content-type": "application/problem+json", "broker-in-reply-to": in_reply_to}
        return _made(503, {**more, **signed, "retry-after": retry_after}, body)

    return answered


def test_the_broker_says_when_to_come_back_and_nobody_waits_for_an_hour(
    council: Partner, authority: str, tmp_path: Path
) -> None:
    way = OnTheWay(iter([_come_back(council, authority, "2"), _come_back(council, authority, "3600")]))
    client = client_of(council, authority, tmp_path / "receipts", way)
    with client, pytest.raises(Unavailable) as later:
        client.profile(**asked(council))
    assert len(way.sent) == 2
    assert (later.value.retry_after, later.value.exit_code) == (3600.0, 3)


def test_an_act_without_a_key_is_never_sent_twice(council: Partner, authority: str, tmp_path: Path) -> None:
    from broker.client.exchange import Question

    way = OnTheWay(iter([_broken]))
    with client_of(council, authority, tmp_path / "receipts", way) as client:
        body = json.dumps(asked(council)).encode()
        with pytest.raises(NotReached):
            client._asking.ask(Question("POST", "/v1/profiles", body=body))
    assert len(way.sent) == 1


def _broken(request: httpx2.Request, _answer: httpx2.Response) -> httpx2.Response:
    raise httpx2.ReadTimeout("", request=request)
