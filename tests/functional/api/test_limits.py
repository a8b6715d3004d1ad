"""Limits at the door: what they are, whose asking moves them, and what nobody may learn from them."""

from __future__ import annotations

import json
import threading
import time
from dataclasses import replace
from datetime import timedelta

import pytest
from pydantic import ValidationError

from broker.api.limits import MOST_BODY_BYTES, Limited, Limits
from broker.app import limit_of, make_app
from broker.audit.events import Event
from broker.settings import Settings
from tests.functional.api.door import AUTHORITY, Got, Partner, asked, call
from tests.functional.usecases.office import START_AT, Office


def with_settings(council: Partner, **changed: int) -> Partner:
    """The same partner before a server that is set up otherwise."""
    office = council.office
    broker = replace(office.broker, settings=office.broker.settings.model_copy(update=changed))
    return replace(council, app=make_app(broker, council.signer, AUTHORITY))


def test_a_key_asks_so_often_in_a_minute_and_no_oftener(council: Partner) -> None:
    few = with_settings(council, requests_per_minute=3)
    assert [few.send("GET", "/v1/nothing").status for _ in range(5)] == [404, 404, 404, 429, 429]
    no = few.send("GET", "/v1/nothing")
    assert no.header("retry-after") == "20"
    assert no.json["type"] == "urn:broker:problem:limited"
    assert no.json["receipt"]["origin"] == "broker.example/log"
    few.office.clock.advance(timedelta(seconds=20))
    assert [few.send("GET", "/v1/nothing").status for _ in range(2)] == [404, 429]


def test_what_was_answered_too_many_cannot_be_sent_again_by_whoever_listened(council: Partner) -> None:
    few = with_settings(council, requests_per_minute=1)
    few.send("GET", "/v1/nothing")
    headers = few.headers(few.components("GET", "/v1/nothing"))
    assert call(few.app, "GET", b"/v1/nothing", b"", headers).status == 429
    few.office.clock.advance(timedelta(seconds=59))
    assert call(few.app, "GET", b"/v1/nothing", b"", headers).status == 401


def test_a_forger_spends_nobodys_allowance(council: Partner) -> None:
    few = with_settings(council, requests_per_minute=2)
    for _ in range(5):
        headers = few.headers(few.components("GET", "/v1/nothing"))
        forged = [(name, value.replace(b"sig=:", b"sig=:AA")) for name, value in headers]
        assert call(few.app, "GET", b"/v1/nothing", b"", forged).status == 401
    assert few.send("GET", "/v1/nothing").status == 404


def test_a_limit_moves_for_nobodys_data(council: Partner) -> None:
    """Asking about somebody known, unknown or protected, and asking wrongly, costs the same."""
    office, few = council.office, with_settings(council, requests_per_minute=4)

    def left_after(about: list[str]) -> list[int]:
        few.send("POST", "/v1/profiles", {**asked(council), "about": about})
        statuses = [few.send("GET", "/v1/nothing").status for _ in range(4)]
        office.clock.advance(timedelta(minutes=1))
        return statuses

    known, unknown = left_after([office.people["child"]]), left_after(["p-nobody"])
    assert known == unknown == left_after([]) == [404, 404, 404, 429]


def test_an_organisation_has_so_many_under_way(council: Partner, monkeypatch: pytest.MonkeyPatch) -> None:
    few, entered, go_on = with_settings(council, requests_at_once=1), threading.Event(), threading.Event()

    def slow(*_: object) -> None:
        entered.set()
        go_on.wait(60)
        raise RuntimeError("x")

    monkeypatch.setattr("broker.api.v1.profiles.vouched", slow)
    answers: list[Got] = []
    components = few.components("POST", "/v1/profiles", json.dumps(asked(few)).encode())
    headers, body = few.headers(components), json.dumps(asked(few)).encode()
    first = threading.Thread(
        target=lambda: answers.append(call(few.app, "POST", b"/v1/profiles", b"", headers, body))
    )
    first.start()
    assert entered.wait(60)
    busy = few.send("GET", "/v1/nothing")
    go_on.set()
    first.join()
    assert (busy.status, busy.header("retry-after")) == (429, "1")
    assert answers[0].status == 500
    assert few.send("GET", "/v1/nothing").status == 404


def test_a_place_is_given_back_whatever_happened() -> None:
    limits = Limits(per_minute=100, at_once=1)
    for _ in range(3):
        with pytest.raises(ZeroDivisionError), limits.place("ecc/a", "ecc", START_AT):
            raise ZeroDivisionError
    with (
        limits.place("ecc/a", "ecc", START_AT),
        limits.place("oak/a", "oakdale-primary", START_AT),
        pytest.raises(Limited),
        limits.place("ecc/b", "ecc", START_AT),
    ):
        pass


def test_a_clock_that_is_set_back_gives_nothing_away() -> None:
    limits = Limits(per_minute=1, at_once=9)
    with limits.place("k", "o", START_AT):
        pass
    with pytest.raises(Limited), limits.place("k", "o", START_AT - timedelta(hours=1)):
        pass


def test_a_worker_that_has_its_hands_full_says_so_signed(
    council: Partner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("broker.api.signed.MOST_HEARD", 0)
    assert council.send("GET", "/v1/nothing").status == 503


@pytest.mark.parametrize("path", ["/v1/profiles", "/v1/consents", "/v1/nothing", "/v1/records"])
def test_a_body_is_as_large_as_its_address_takes(council: Partner, path: str) -> None:
    most = limit_of(path.encode())
    for size, too_large in ((most, False), (most + 1, True)):
        body = b" " * size
        headers = council.headers(council.components("POST", path, body))
        got = call(council.app, "POST", path.encode(), b"", headers, body)
        assert (got.status == 413) is too_large
    assert limit_of(b"/v1/profiles") == MOST_BODY_BYTES


def test_answers_leave_on_the_tick(council: Partner) -> None:
    """The refusal of who signs nothing and the answer to who does: each after a whole number of ticks."""
    ticking = with_settings(council, answer_tick_ms=400)
    for headers in ([(b"host", AUTHORITY.encode())], ticking.headers(ticking.components("GET", "/v1/nothing"))):
        started = time.perf_counter()
        call(ticking.app, "GET", b"/v1/nothing", b"", headers)
        assert time.perf_counter() - started >= 0.4


def test_the_tick_is_waited_for_without_a_connection(council: Partner, monkeypatch: pytest.MonkeyPatch) -> None:
    ticking, held = with_settings(council, answer_tick_ms=50), []
    pool = vars(council.office.broker.store)["_engine"].pool

    async def waits(_seconds: float) -> None:
        held.append(pool.checkedout())

    monkeypatch.setattr("broker.api.signed.asyncio.sleep", waits)
    ticking.send("POST", "/v1/profiles", asked(ticking))
    assert held == [0]


@pytest.mark.parametrize("wrong", [{"answer_tick_ms": -1}, {"requests_per_minute": 0}, {"requests_at_once": 0}])
def test_a_limit_that_lets_nobody_in_or_nothing_out_is_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(ValidationError):
        Settings.model_validate(wrong)


def test_each_answer_has_a_number_of_its_own_that_says_nothing(council: Partner) -> None:
    sent = [council.send("POST", "/v1/profiles", asked(council)) for _ in range(3)]
    plain = call(council.app, "GET", b"/nope", b"", [(b"host", AUTHORITY.encode())])
    mine = [(b"host", AUTHORITY.encode()), (b"broker-request-id", b"of-my-own")]
    numbers = [
        one.header("broker-request-id") for one in (*sent, plain, call(council.app, "GET", b"/v1/x", b"", mine))
    ]
    assert len(set(numbers)) == 5
    assert all(len(number) == 24 and number.isascii() and number.isalpha() for number in numbers)


def test_an_answer_too_many_leaves_the_entry_of_its_admission(office: Office, council: Partner) -> None:
    few = with_settings(council, requests_per_minute=1)
    before = len([one for one in office.entries() if one.event is Event.PARTNER_ADMITTED])
    for _ in range(3):
        few.send("GET", "/v1/nothing")
    assert len([one for one in office.entries() if one.event is Event.PARTNER_ADMITTED]) == before + 3
