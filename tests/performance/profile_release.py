"""How many profiles a second partner systems are given by a server of four workers on PostgreSQL, and how soon.

Run: `python -m tests.performance.profile_release`. Prints two JSON lines. All are `broker serve` over real
connections, before a server of this run's own that waits for the disk: the signed request is verified, its nonce
taken, what was signed kept and logged, the answer signed. Requests are signed beforehand.

`profile_release_postgres` is the release: decided, arranged, recorded and logged. Its first peer is the same
address, signed, sealed and logged, without any governance. In an act of its own, which names the request, it
looks for the records of the people asked about, opens every one, and their names; keeps the same disclosure,
whose account (the request, whom it was about, which records at which detail) is sealed like any other; and logs
it by the same entry. It answers with each record's source, kind, days and fields, and who asked. What it leaves
out is what governs: versions and locks, facts about anybody, rules, the decision with its digest, its grounds and
what is said of what was not shared. `the_same_unlogged` opens and answers the same, keeps nothing, and logs
nothing but that the request came in. Eight connections send at once; rounds alternate; the figures are the median
round. `governance_costs` is how much longer a release takes than the first peer. Targets: 80 a second, 25 % over
the first peer.

`profile_release_20_a_second` is open: 20 a second are due whether or not those before were answered, and each
is timed from when it was due until its whole answer was there. The server answers at whole ticks, as it is
shipped; `without_ticks` as soon as may be. Target: 150 ms at the 95th percentile.
"""

from __future__ import annotations

import json
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from broker.settings import Settings
from broker.store.dialect import open_engine
from broker.store.grants import grant_to
from broker.store.schema import upgrade
from tests.databases import APP, NoServer, Server, text_of
from tests.functional.api.door import asked, partner
from tests.functional.usecases.office import Office, _opened, _settings, working
from tests.performance.audit_append_postgresql import durable_server
from tests.performance.machine import machine
from tests.scorecard.serving import WORKERS, Request, Served, serving

ROUNDS: Final = 3
SENDERS: Final = 8
TARGET: Final = 80
STEADY: Final = 20
STEADY_TARGET: Final = 150
_PERMIT: Final = """
from broker.api.v1 import profiles
from broker.audit.events import Event, Outcome
from broker.dates import instant_text
from broker.decision.request import Request
from broker.store.disclosures import StoredDisclosure, record_disclosure
from broker.store.kinds import DisclosureOutcome
from broker.store.records import find_headers, open_contents
from broker.store.staff import find_members
from broker.store.vault import find_identities
from broker.usecases.acting import entry_of

def everything(view, acting, asked):
    headers = [found.header for found in find_headers(view, asked.about)]
    contents = open_contents(view, [one.id for one in headers])
    names = find_identities(view, asked.about)
    member = find_members(view, [acting.by])[acting.by]
    return member, {
        "requester": member.name,
        "purpose": asked.purpose,
        "case": asked.case,
        "reason": asked.reason,
        "people": [{"id": one, "name": found.full_name()} for one, found in names.items()],
        "records": [
            {
                "record": one.id,
                "about": sorted(one.about),
                "controller": one.controller,
                "category": one.category,
                "occurred": one.occurred_on.isoformat(),
                "recorded": instant_text(one.recorded_at),
                "fields": contents[one.id],
            }
            for one in headers
        ],
    }

profiles.spelled = lambda found: found
"""
PERMITS_EVERYTHING: Final = f"""{_PERMIT}
def permit(world, acting, asked, again=None):
    def work(act):
        member, found = everything(act, acting, asked)
        rules, made = "sha256:" + "0" * 64, act.new_id("d-")
        details = {{
            "disclosure": made,
            "purpose": asked.purpose,
            "role": acting.role,
            "case": asked.case,
            "permitted": 0,
            "records": len(found["records"]),
            "rests_on": [],
            "clauses": [],
            "channel": asked.channel,
        }}
        how = {{"about": asked.about, "outcome": Outcome.PERMITTED}}
        how |= {{"agreements_digest": rules, "policies_digest": rules}}
        entry = entry_of(act, member.staff, Event.PROFILE_RELEASED, details, **how)
        request = Request(act.at, acting.by, acting.role, asked.purpose, asked.about, asked.case, asked.reason)
        records = tuple((one["record"], "full") for one in found["records"])
        recipient, answered = member.staff.organisation, DisclosureOutcome.ANSWERED
        kept = StoredDisclosure(made, answered, request, recipient, rules, rules, rules, records=records)
        record_disclosure(act, kept, entry=entry)
        return {{"disclosure": made, "at": instant_text(act.at), **found}}
    return world.store.perform(world.clock, work)

profiles.release_profile = permit
"""
LOGS_NOTHING: Final = f"""{_PERMIT}
def permit(world, acting, asked, again=None):
    with world.store.look() as view:
        return everything(view, acting, asked)[1]

profiles.do_once = lambda world, admitted, work, again, id_of: work(world)
profiles.release_profile = permit
"""
_TICK: Final = {"BROKER_ANSWER_TICK_MS": str(Settings.model_fields["answer_tick_ms"].default)}


def _signed(served: Served, count: int) -> list[Request]:
    value = asked(served.partner)
    return [served.request("POST", "/v1/profiles", value) for _ in range(count)]


def _require_answered(statuses: Sequence[int]) -> None:
    if set(statuses) != {200}:
        raise AssertionError(f"not all were answered: {set(statuses)}")


def rate(served: Served, count: int) -> float:
    """Answers a second."""
    requests = _signed(served, count)
    with ThreadPoolExecutor(SENDERS) as pool:
        began = time.perf_counter()
        statuses = list(pool.map(lambda one: served.send(one, verify=False).status, requests))
        seconds = time.perf_counter() - began
    _require_answered(statuses)
    return count / seconds


def steady(served: Served, count: int) -> list[float]:
    """How many milliseconds each answer came after it was due, shortest first."""

    def ask(due: float, request: Request) -> tuple[int, float]:
        time.sleep(max(0.0, due - time.perf_counter()))
        status = served.send(request, verify=False).status
        return status, (time.perf_counter() - due) * 1000

    requests = _signed(served, count)
    with ThreadPoolExecutor(count) as pool:  # one each: nobody waits for another's answer to be sent
        began = time.perf_counter() + 0.5
        asking = [pool.submit(ask, began + number / STEADY, one) for number, one in enumerate(requests)]
        found = [one.result() for one in asking]
    _require_answered([status for status, _ in found])
    return sorted(took for _, took in found)


def _percentiles(times: Sequence[float]) -> dict[str, float]:
    names = {"median": 0.5, "p95": 0.95, "p99": 0.99}
    return {name: round(times[int(share * len(times))], 1) for name, share in names.items()}


@contextmanager
def _office_on(durable: Server) -> Iterator[Office]:
    """An office whose database is on this server."""
    url = durable.make()
    owner = open_engine(text_of(url))
    upgrade(owner)
    grant_to(owner, APP)
    owner.dispose()
    with (
        tempfile.TemporaryDirectory(prefix="broker-bench-") as name,
        _opened(_settings(Path(name) / "office", text_of(url)), "office") as office,
    ):
        yield office
    durable.drop(url)


@contextmanager
def _served(
    durable: Server, spoiled: str = "", more: Mapping[str, str] = MappingProxyType({})
) -> Iterator[Served]:
    """A server before an office of its own, each of whose workers has the rules in hand."""
    with _office_on(durable) as office, serving(partner(working(office)), WORKERS, spoiled, more) as served:
        rate(served, SENDERS * WORKERS)
        yield served


def _rates(servers: Sequence[Served], count: int) -> list[float]:
    """The median round of each, by turns."""
    found = [[rate(served, count) for served in servers] for _ in range(ROUNDS)]
    return [statistics.median(rates) for rates in zip(*found, strict=True)]


def measure(*, quick: bool = False) -> Iterator[dict[str, Any]]:
    """Nothing where there is no PostgreSQL."""
    try:
        durable = durable_server()
    except NoServer as why:
        print(f"profile_release_postgres: {why}", file=sys.stderr)
        return
    count, due = (60, STEADY * 3) if quick else (400, STEADY * 30)
    with _served(durable) as deciding:
        with _served(durable, PERMITS_EVERYTHING) as peer:
            value, permitting = _rates((deciding, peer), count)
        with _served(durable, LOGS_NOTHING) as peer:
            (unlogged,) = _rates((peer,), count)
        sections = deciding.ask("POST", "/v1/profiles", asked(deciding.partner)).json["sections"]
        yield {
            "name": "profile_release_postgres",
            "value": round(value, 1),
            "unit": "releases/s",
            "target": TARGET,
            "peers": {
                "same_address_permitting_everything": round(permitting, 1),
                "the_same_unlogged": round(unlogged, 1),
            },
            "ratio_to_peer": round(value / permitting, 3),
            "governance_costs": round(permitting / value - 1, 3),
            "workers": WORKERS,
            "connections": SENDERS,
            "records_in_each": sum(map(len, sections.values())),
            "releases": ROUNDS * count,
            "machine": machine(),
        }
        at_once = _percentiles(steady(deciding, due))
    with _served(durable, more=_TICK) as shipped:
        found = _percentiles(steady(shipped, due))
    yield {
        "name": "profile_release_20_a_second",
        "value": found["p95"],
        "unit": "ms from when it was due, 95th percentile",
        "target": STEADY_TARGET,
        "median": found["median"],
        "p99": found["p99"],
        "tick_ms": int(_TICK["BROKER_ANSWER_TICK_MS"]),
        "without_ticks": at_once,
        "workers": WORKERS,
        "releases": due,
        "machine": machine(),
    }


if __name__ == "__main__":
    for line in measure(quick="--quick" in sys.argv[1:]):
        print(json.dumps(line))
