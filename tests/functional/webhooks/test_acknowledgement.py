"""A partner's system says what it has, reads what waits for it, and asks for it again; what nobody says anything
about surfaces."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler

import pytest

from broker.audit.events import Event
from broker.errors import NotAllowed
from broker.http_signatures.sign import answer_components, sign_answer
from broker.usecases.partners.deliver_notices import deliver_once
from broker.usecases.partners.told_notices import list_unacknowledged
from broker.wiring import open_answer_signer
from tests.functional.api.door import EVERY_VERB, Partner, partner
from tests.functional.usecases.office import KIM, OFFICER, Office, environment_of
from tests.functional.webhooks.receiver import Receiver, receiving, status
from tests.functional.webhooks.told import delivery, later, tell_at, withdraw


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """A partner's system."""
    with receiving() as found:
        yield found


@pytest.fixture
def council(office: Office) -> Partner:
    """The council's case system, which may also ask."""
    return partner(office)


def deliver(office: Office) -> None:
    deliver_once(office.broker, open_answer_signer(office.broker.settings))


def deliver_later(office: Office) -> None:
    office.step()
    deliver(office)


def test_what_waits_is_read_acknowledged_once_and_waits_no_more(office: Office, council: Partner) -> None:
    disclosure, notice_id = withdraw(office)
    page = council.send("GET", "/v1/notices").json
    (one,) = [one for one in page["notices"] if one["notice"] == notice_id]
    assert (one["topic"], one["disclosure"], one["delivered_at"]) == ("withdrawal", disclosure.id, None)
    first = council.send("POST", f"/v1/notices/{notice_id}/acknowledgement", {})
    assert (first.status, first.json["repeated"]) == (200, False)
    office.step()
    again = council.send("POST", f"/v1/notices/{notice_id}/acknowledgement", {})
    assert (again.json["at"], again.json["repeated"]) == (first.json["at"], True)
    after = council.send("GET", "/v1/notices").json["notices"]
    assert notice_id not in {one["notice"] for one in after}
    assert notice_id in {one.id for one in office.notices("withdrawal")}, "people there have yet to close it"
    said = [one for one in office.entries() if one.event is Event.NOTICE_ACKNOWLEDGED]
    assert [(one.actor, one.details["notice"]) for one in said] == [(council.key_id, notice_id)]


def test_what_is_not_theirs_never_was_or_may_not_leave_is_one_answer(office: Office, council: Partner) -> None:
    _, notice_id = withdraw(office)
    school = partner(office, "oakdale-primary", 8)
    answers = {
        (one.status, one.body[: one.body.index(b'"receipt"')])
        for one in (
            school.send("POST", f"/v1/notices/{notice_id}/acknowledgement", {}),
            council.send("POST", "/v1/notices/n-never/acknowledgement", {}),
        )
    }
    assert [status for status, _ in answers] == [404]
    assert notice_id not in {one["notice"] for one in school.send("GET", "/v1/notices").json["notices"]}


def test_a_key_that_may_not_is_told_nothing(office: Office) -> None:
    _, notice_id = withdraw(office)
    others = tuple(verb for verb in EVERY_VERB if verb != "webhooks.manage")
    weak = partner(office, seed=9, verbs=others, name="weak")
    assert weak.send("GET", "/v1/notices").status == 403
    assert weak.send("POST", f"/v1/notices/{notice_id}/acknowledgement", {}).status == 403
    assert weak.send("POST", "/v1/notices/replay", {"from": "2026-03-01T00:00:00Z"}).status == 403


def test_pages_go_on_from_a_sealed_cursor_that_is_the_organisations_own(office: Office, council: Partner) -> None:
    ids = [withdraw(office)[1] for _ in range(3)]
    everything = [one["notice"] for one in council.send("GET", "/v1/notices").json["notices"]]
    assert set(ids) <= set(everything)
    first = council.send("GET", "/v1/notices", query="limit=2").json
    rest = council.send("GET", "/v1/notices", query=f"after={first['next']}").json
    assert [one["notice"] for one in (*first["notices"], *rest["notices"])] == everything
    school = partner(office, "oakdale-primary", 8)
    assert school.send("GET", "/v1/notices", query=f"after={first['next']}").status == 400


def test_everything_since_an_instant_is_sent_again_under_the_same_ids(
    office: Office, council: Partner, receiver: Receiver
) -> None:
    tell_at(office, receiver)
    withdraw(office)
    office.step()
    since = office.clock.at
    _, late = withdraw(office)
    deliver(office)
    told = dict(receiver.taken)
    office.step()
    answer = council.send("POST", "/v1/notices/replay", {"from": since.isoformat()})
    assert answer.status == 202
    assert answer.json["queued"] >= 1
    office.step()
    deliver(office)
    assert receiver.taken == told
    assert receiver.repeats == answer.json["queued"] < len(told)
    assert late in told


def test_a_retry_under_its_idempotency_key_sends_nothing_a_second_time(
    office: Office, council: Partner, receiver: Receiver
) -> None:
    tell_at(office, receiver)
    _, notice_id = withdraw(office)
    since = {"from": "2026-03-01T00:00:00Z"}
    first = council.send("POST", "/v1/notices/replay", since, idempotency_key="again-1")
    deliver_later(office)
    retry = council.send("POST", "/v1/notices/replay", since, idempotency_key="again-1")
    assert (retry.status, retry.json["queued"]) == (202, first.json["queued"])
    deliver_later(office)
    assert receiver.repeats == 0
    assert notice_id in receiver.taken
    other = {"from": "2026-03-01T00:00:01Z"}
    assert council.send("POST", "/v1/notices/replay", other, idempotency_key="again-1").status == 422
    said = [
        council.send("POST", f"/v1/notices/{notice_id}/acknowledgement", {}, idempotency_key="have-1").json["at"]
        for _ in range(2)
    ]
    assert said[0] == said[1]


def test_without_an_address_nothing_is_sent_again(office: Office, council: Partner) -> None:
    withdraw(office)
    assert council.send("POST", "/v1/notices/replay", {"from": "2026-03-01T00:00:00Z"}).status == 400


def test_an_answer_signed_by_the_organisation_acknowledges_and_one_signed_by_nobody_known_does_not(
    office: Office, council: Partner, receiver: Receiver
) -> None:
    tell_at(office, receiver)

    def signed(key_id: str) -> None:
        def answer(receiver: Receiver, handler: BaseHTTPRequestHandler) -> None:
            headers = {name.lower(): value for name, value in handler.headers.items()}
            said = headers["signature-input"]
            nonce = said.split('nonce="')[1].split('"')[0]
            request = {
                "@method": "POST", "@authority": headers["host"], "@path": "/hook", "@query": "?",
                **{name: headers[name] for name in ("content-type", "content-digest", "idempotency-key")},
            }  # fmt: skip
            taken = json.dumps({"taken": headers["idempotency-key"]}).encode()
            in_reply_to = f"{receiver.key_id}/{nonce}"
            covered = answer_components(200, "application/json", taken, in_reply_to, request)
            handler.send_response(200)
            found = {"content-type": "application/json", "broker-in-reply-to": in_reply_to}
            for name, value in {
                **found,
                **sign_answer(covered, council.private, key_id, office.clock.at),
                "content-length": str(len(taken)),
            }.items():
                handler.send_header(name, value)
            handler.end_headers()
            handler.wfile.write(taken)

        receiver.answer = answer

    signed(council.key_id)
    _, notice_id = withdraw(office)
    deliver(office)
    found = delivery(office, notice_id)
    assert found is not None
    assert found.acknowledged_at == found.delivered_at is not None
    signed("ecc/nobody")
    _, other = withdraw(office)
    deliver(office)
    found = delivery(office, other)
    assert found is not None
    assert found.delivered_at is not None
    assert found.acknowledged_at is None


def test_what_was_delivered_and_not_acknowledged_and_what_is_overdue_surfaces(
    office: Office, council: Partner, receiver: Receiver
) -> None:
    tell_at(office, receiver)
    _, told = withdraw(office)
    deliver(office)
    receiver.answer = status(500)
    _, failing = withdraw(office)
    deliver(office)
    found = {one.notice_id: one for one in list_unacknowledged(office.broker, OFFICER)}
    assert told in found
    assert failing not in found, "it is not overdue yet"
    assert not found[told].overdue
    later(office, days=3)
    found = {one.notice_id: one for one in list_unacknowledged(office.broker, OFFICER)}
    assert found[failing].overdue
    assert found[failing].last == "http-500"
    assert found[failing].since >= timedelta(days=3)
    council.send("POST", f"/v1/notices/{told}/acknowledgement", {})
    assert told not in {one.notice_id for one in list_unacknowledged(office.broker, OFFICER)}
    with pytest.raises(NotAllowed):
        list_unacknowledged(office.broker, KIM)


@pytest.mark.parametrize("words", [["--json"], []])
def test_the_command_says_since_when_and_how_far_it_got(office: Office, words: list[str]) -> None:
    _, notice_id = withdraw(office)
    command = [
        sys.executable,
        "-m",
        "broker",
        "notices",
        "unacknowledged",
        "--by",
        "ola",
        "--as",
        "ig-officer",
        *words,
    ]
    environment = {**environment_of(office.broker.settings.data_dir), "COLUMNS": "200"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    if not words:
        assert notice_id in done.stdout
        assert "overdue; their system is not told: no address" in done.stdout
        return
    (one,) = [one for one in json.loads(done.stdout)["unacknowledged"] if one["notice"] == notice_id]
    assert (one["organisation"], one["overdue"], one["has_endpoint"]) == ("ecc", True, False)
    assert one["seconds_since"] > 3 * 24 * 3600
