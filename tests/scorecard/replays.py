"""One request sent many times at once to the four workers of a server: it is let in once and done once.

Each function takes seeds, as many as there are copies, and returns counts, among them `bad`, which must stay at
nought.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any, Final

from broker.audit.entry import AuditEntry, parse_entry
from broker.audit.events import Event
from broker.store.audit import find_entries, find_tree_head, integrate_entries
from tests.functional.api.door import Got, Partner, asked
from tests.functional.usecases.office import Office
from tests.scorecard.serving import Request, Served, council, serving

SENDERS: Final = 32
"""Connections at once."""
TRIES: Final = 5
"""How often a retry asks again where it was told to come later."""
HELD_UP: Final = 503
A_REQUEST: Final = 1
"""Ticks of the processor that nobody spends who answers nothing."""


def at_once(count: int, send: Callable[[int], Got]) -> list[Got]:
    """So many, by senders that begin together."""
    senders = min(count, SENDERS)
    ready = Barrier(senders)

    def some(first: int) -> list[Got]:
        ready.wait(60)
        return [send(number) for number in range(first, count, senders)]

    with ThreadPoolExecutor(senders) as pool:
        return [one for part in pool.map(some, range(senders)) for one in part]


def log_of(office: Office) -> list[AuditEntry]:
    """Every entry so far, in order; given its place first, where the server has not got to it yet."""
    broker = office.broker
    while integrate_entries(broker.store, broker.clock):
        pass
    with broker.store.look() as view:
        return [parse_entry(data) for data in find_entries(view, 0, find_tree_head(view).frontier.size)]


def counted(office: Office, about: Event, **details: Any) -> int:
    """How many entries of an event say this."""
    wanted = details.items()
    return sum(entry.event is about and wanted <= dict(entry.details).items() for entry in log_of(office))


def one_request(served: Served, count: int) -> dict[str, int]:
    """Copies of one signed request that were let in besides the first, or were done."""
    office = served.partner.office
    before = counted(office, Event.PROFILE_RELEASED)
    request: Request = served.request("POST", "/v1/profiles", asked(served.partner))
    statuses = Counter(got.status for got in at_once(count, lambda _: served.send(request)))
    done = counted(office, Event.PROFILE_RELEASED) - before
    accepted = statuses[200]
    strange = count - accepted - statuses[401] - statuses[HELD_UP]
    bad = abs(accepted - 1) + abs(done - 1) + strange
    return {"bad": bad, "accepted": accepted, "refused": statuses[401], "released": done}


def retries(served: Served, count: int) -> dict[str, int]:
    """Answers to one request under one idempotency key, each time with another nonce, that are another release
    than the first; and releases besides the first."""
    office, value = served.partner.office, asked(served.partner)
    before = counted(office, Event.PROFILE_RELEASED)
    key = f"replay-{count}"

    def send(_number: int) -> Got:
        for _ in range(TRIES):
            got = served.ask("POST", "/v1/profiles", value, key)
            if got.status != HELD_UP:
                break
        return got

    answers = at_once(count, send)
    statuses = Counter(got.status for got in answers)
    ids = {got.json["disclosure"] for got in answers if got.status == 200}
    done = counted(office, Event.PROFILE_RELEASED) - before
    repeated = sum(counted(office, Event.PROFILE_REPEATED, disclosure=one) for one in ids)
    strange = count - statuses[200] - statuses[409] - statuses[HELD_UP]
    unlogged = abs(statuses[200] - 1 - repeated)
    bad = abs(len(ids) - 1) + abs(done - 1) + unlogged + strange
    return {
        "bad": bad,
        "same": statuses[200],
        "changed": statuses[409],
        "held_up": statuses[HELD_UP],
        "repeated_in_log": repeated,
    }


def replays(one: Partner, count: int) -> dict[str, int]:
    """Both, at one server; `at_work` is how many of its processes had something to do."""
    with serving(one) as served:
        before = served.worked()
        copies = one_request(served, count)
        again = retries(served, count)
        at_work = sum(ticks - before.get(number, 0) > A_REQUEST for number, ticks in served.worked().items())
        return {**copies, **again, "bad": copies["bad"] + again["bad"], "at_work": at_work}


def replay_sqlite(seeds: range) -> dict[str, int]:
    """See `replays`."""
    with council("sqlite") as one:
        return replays(one, len(seeds))


def replay_postgresql(seeds: range) -> dict[str, int]:
    """See `replays`."""
    with council("postgresql") as one:
        return replays(one, len(seeds))
