"""A partner's system is told, by a message it can verify, and nothing that happens on the way loses one."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

import httpx2
import pytest

from broker.audit.events import Event
from broker.store.deliveries import Sending, claim_delivery, find_again, find_new
from broker.usecases.partners.deliver_notices import claim_due, deliver_once, find_told
from broker.usecases.partners.endpoints import StoppedBecause, stop_endpoint
from broker.usecases.partners.follow_notices import telling
from broker.webhooks.retries import OVERDUE_AFTER
from broker.webhooks.topics import CODES
from broker.wiring import open_answer_signer
from tests.functional.usecases.office import SIRO, Office, environment_of
from tests.functional.webhooks.receiver import (
    VERIFY,
    Answer,
    Receiver,
    drip,
    free_port,
    garbage,
    ok,
    receiving,
    silence,
    status,
)
from tests.functional.webhooks.told import delivery, later, tell_at, withdraw

NAMES = ("Testing", "Mum", "Child", "Partner", "CM1 1LX", "Often late", "81", "p-")


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """A partner's system."""
    with receiving() as found:
        yield found


def deliver(office: Office) -> tuple[int, int]:
    found = deliver_once(office.broker, open_answer_signer(office.broker.settings))
    return found.delivered, found.failed


def test_a_withdrawal_reaches_whoever_received_by_a_message_that_verifies(
    office: Office, receiver: Receiver
) -> None:
    tell_at(office, receiver)
    disclosure, notice_id = withdraw(office)
    assert deliver(office)[1] == 0
    assert receiver.wrong == []
    said = receiver.taken[notice_id]
    assert (said["topic"], said["disclosure"], said["case"]) == ("withdrawal", disclosure.id, office.cases["team"])
    assert {"category": "attendance", "controller": "oakdale-primary"} in said["cells"]
    assert (said["question"], said["agreement"], said["party"]) == (None, None, None)
    found = delivery(office, notice_id)
    assert found is not None
    assert found.delivered_at is not None
    assert found.acknowledged_at is None


def test_a_message_names_nobody(office: Office, receiver: Receiver) -> None:
    tell_at(office, receiver)
    withdraw(office)
    deliver(office)
    for path, headers, body in receiver.came:
        whole = path + json.dumps(headers) + body.decode()
        assert not [name for name in NAMES if name in body.decode()], whole
        assert not [one for one in office.people.values() if one in whole]


def test_delivery_closes_nothing_for_people_and_is_in_the_log(office: Office, receiver: Receiver) -> None:
    tell_at(office, receiver)
    _, notice_id = withdraw(office)
    deliver(office)
    assert notice_id in {one.id for one in office.notices("withdrawal")}
    (entry,) = [
        one
        for one in office.entries()
        if one.event is Event.NOTICE_DELIVERED and one.details["notice"] == notice_id
    ]
    assert (entry.details["topic"], entry.details["recipient"]) == ("withdrawal", "ecc")


def test_what_is_told_once_is_not_told_again(office: Office, receiver: Receiver) -> None:
    tell_at(office, receiver)
    withdraw(office)
    assert deliver(office)[0] >= 1
    later(office, days=1)
    assert deliver(office) == (0, 0)
    assert receiver.repeats == 0


def test_nothing_leaves_before_a_second_person_approved_nor_after_one_stopped_it(
    office: Office, receiver: Receiver
) -> None:
    endpoint_id = tell_at(office, receiver)
    withdraw(office)
    stop_endpoint(office.broker, SIRO, endpoint_id, StoppedBecause.UNSAFE)
    assert deliver(office) == (0, 0)
    assert receiver.came == []


def test_only_the_topics_that_were_approved_are_told(office: Office, receiver: Receiver) -> None:
    tell_at(office, receiver, ("correction",))
    withdraw(office)
    assert deliver(office) == (0, 0)


def test_without_the_switch_this_machine_is_told_nothing(office: Office, receiver: Receiver) -> None:
    tell_at(office, receiver)
    _, notice_id = withdraw(office)
    off = office.broker.settings.model_copy(update={"webhook_loopback": False})
    object.__setattr__(office.broker, "settings", off)
    assert deliver(office)[0] == 0
    assert receiver.came == []
    found = delivery(office, notice_id)
    assert found is not None
    assert found.last_code == "address-refused"


FAILURES: dict[str, tuple[Answer, str]] = {
    "a failure": (status(500), "http-500"),
    "a refusal": (status(401), "http-401"),
    "a redirect": (status(307, Location="http://127.0.0.1:1/elsewhere"), "http-307"),
    "garbage": (garbage, "not-http"),
    "no end": (drip, "timeout"),
    "silence": (silence, "timeout"),
}


@pytest.mark.parametrize("how", FAILURES)
def test_what_fails_is_tried_again_until_it_is_taken(
    office: Office, receiver: Receiver, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("broker.usecases.partners.deliver_notices.DEADLINE", 0.5)
    tell_at(office, receiver)
    _, notice_id = withdraw(office)
    receiver.answer, code = FAILURES[how]
    done = deliver(office)
    assert done[0] == 0
    found = delivery(office, notice_id)
    assert found is not None
    assert (found.delivered_at, found.attempts, found.last_code) == (None, 1, code)
    assert found.next_at > office.clock.at
    assert deliver(office) == (0, 0), "not before its time"
    receiver.answer = ok
    later(office, minutes=1)
    assert deliver(office) == (done[1], 0)
    assert notice_id in receiver.taken
    assert "elsewhere" not in " ".join(path for path, _, _ in receiver.came)


def test_a_system_that_is_gone_is_tried_for_as_long_as_it_takes(office: Office, receiver: Receiver) -> None:
    tell_at(office, receiver)
    there, receiver.port = receiver.port, free_port()
    _, notice_id = withdraw(office)
    receiver.answer = status(503)
    for _ in range(40):
        deliver(office)
        later(office, hours=2)
    found = delivery(office, notice_id)
    assert found is not None
    assert found.attempts >= 39
    assert timedelta(hours=2) * 40 > OVERDUE_AFTER
    receiver.answer, receiver.port = ok, there
    deliver(office)
    assert notice_id in receiver.taken


def test_two_workers_do_not_send_one_notice_and_a_claim_of_one_that_died_runs_out(
    office: Office, receiver: Receiver
) -> None:
    tell_at(office, receiver)
    _, notice_id = withdraw(office)
    (endpoint,) = find_told(office.broker)
    died = claim_due(office.broker, endpoint)
    assert notice_id in {one.kept.id for one in died}
    assert claim_due(office.broker, endpoint) == ()
    assert deliver(office) == (0, 0)
    later(office, minutes=2)
    assert deliver(office) == (len(died), 0)
    assert notice_id in receiver.taken


def test_of_two_workers_that_found_the_same_notice_one_claims_it_new_or_again(
    office: Office, receiver: Receiver
) -> None:
    tell_at(office, receiver)
    withdraw(office)
    store, now = office.broker.store, office.clock.now()

    def claims(found: Sequence[Sending], at: datetime) -> list[bool]:
        """Both looked before either claimed."""
        until, taken = at + timedelta(minutes=1), []
        for _ in range(2):
            with store.keep_house() as house:
                taken.append(claim_delivery(house, found[0], at, until))
        return taken

    with store.look() as view:
        new = find_new(view, "ecc", CODES, now, None, 1)
    assert claims(new, now) == [True, False]
    later(office, minutes=2)
    now = office.clock.now()
    with store.look() as view:
        again = find_again(view, "ecc", now, 1)
    assert claims(again, now) == [True, False]


def test_no_transaction_is_open_while_a_system_is_slow(office: Office, receiver: Receiver) -> None:
    tell_at(office, receiver)
    withdraw(office)
    came, go_on = threading.Event(), threading.Event()

    def slow(receiver: Receiver, handler: object) -> None:
        came.set()
        go_on.wait()
        ok(receiver, handler)  # type: ignore[arg-type]

    receiver.answer = slow
    with telling(office.broker, open_answer_signer(office.broker.settings)):
        assert came.wait(30)
        office.step()
        office.consent("mum", "mum")  # another act commits meanwhile
        go_on.set()


def test_while_the_broker_works_a_withdrawal_is_told_by_itself(office: Office, receiver: Receiver) -> None:
    tell_at(office, receiver)
    with telling(office.broker, open_answer_signer(office.broker.settings)):
        _, notice_id = withdraw(office)
        ends = time.monotonic() + 60
        while notice_id not in receiver.taken and time.monotonic() < ends:
            time.sleep(0.02)
    assert notice_id in receiver.taken
    assert receiver.wrong == []


def test_a_worker_killed_while_the_system_answers_loses_nothing(office: Office, receiver: Receiver) -> None:
    tell_at(office, receiver)
    _, notice_id = withdraw(office)
    receiver.now = time.time
    came = threading.Event()

    def hang(receiver: Receiver, _handler: object) -> None:
        came.set()
        receiver.closing.wait()

    receiver.answer = hang
    environment = {**environment_of(office.broker.settings.data_dir), "BROKER_WEBHOOK_LOOPBACK": "true"}
    command = [sys.executable, "-m", "broker", "webhooks", "deliver", "--follow"]
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL) as worker:
        assert came.wait(60)
        os.kill(worker.pid, signal.SIGKILL)
    receiver.answer = ok
    receiver.now = lambda: office.clock.at.timestamp()
    found = delivery(office, notice_id)
    assert found is not None
    assert found.delivered_at is None
    office.clock.at = max(office.clock.at, found.next_at)
    deliver(office)
    assert notice_id in receiver.taken


def test_the_command_delivers_what_is_due(office: Office, receiver: Receiver) -> None:
    tell_at(office, receiver)
    _, notice_id = withdraw(office)
    receiver.now = time.time
    environment = {**environment_of(office.broker.settings.data_dir), "BROKER_WEBHOOK_LOOPBACK": "true"}
    command = [sys.executable, "-m", "broker", "webhooks", "deliver", "--once", "--json"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout)["failed"] == 0
    assert notice_id in receiver.taken


def test_an_unsigned_receiver_would_be_told_by_anybody_and_this_one_is_not(receiver: Receiver) -> None:
    """The receiver itself refuses what the broker did not sign: otherwise the tests above show nothing."""
    answer = httpx2.post(receiver.url, json={}, trust_env=False)
    assert answer.status_code == 401
    assert receiver.taken == {}


@pytest.mark.parametrize("change", ["body", "path", "topic header", "window", "key", "uncovered"])
def test_the_verifier_of_the_page_refuses_whatever_was_changed(
    office: Office, receiver: Receiver, change: str
) -> None:
    tell_at(office, receiver)
    withdraw(office)
    deliver(office)
    path, headers, body = receiver.came[0]
    now = int(office.clock.at.timestamp())

    def verdict(
        path: str, headers: dict[str, str], body: bytes, now: int, key_id: str = receiver.key_id
    ) -> object:
        return VERIFY(receiver.key, key_id, "POST", headers["host"], path, headers, body, now)

    assert verdict(path, headers, body, now) is None
    changed = {
        "body": lambda: verdict(path, headers, body.replace(b"withdrawal", b"correction"), now),
        "path": lambda: verdict("/other", headers, body, now),
        "topic header": lambda: verdict(path, {**headers, "idempotency-key": "n-other"}, body, now),
        "window": lambda: verdict(path, headers, body, now + 3600),
        "key": lambda: verdict(path, headers, body, now, "broker/another"),
        "uncovered": lambda: verdict(
            path,
            {**headers, "signature-input": headers["signature-input"].replace(' "idempotency-key"', "")},
            body,
            now,
        ),
    }[change]()
    assert changed is not None
