"""How many profiles a second partner systems are given by a server of four workers on PostgreSQL.

Run: `python -m tests.performance.profile_release`. Prints one JSON line. Both are `broker serve` over real
connections, before a server of this run's own that waits for the disk: the signed request is verified, its nonce
taken, what was signed kept and logged, the answer signed. `value` is the release: decided, arranged, recorded and
logged. The peer of the same run is the same address that permits everything without a decision: it opens every
record of the people asked about, writes them out, and records nothing more. Requests are signed beforehand and
sent by eight connections at once; rounds alternate; the figure is the median round.
"""

from __future__ import annotations

import json
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Final

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from broker.store.dialect import open_engine
from broker.store.grants import grant_to
from broker.store.schema import upgrade
from tests.databases import APP, NoServer, Server, text_of
from tests.functional.api.door import asked, partner
from tests.functional.usecases.office import Office, _opened, _settings, working
from tests.performance.audit_append_postgresql import durable_server
from tests.performance.machine import machine
from tests.scorecard.serving import WORKERS, Served, serving

ROUNDS: Final = 3
SENDERS: Final = 8
PERMITS_EVERYTHING: Final = """
from broker.api.v1 import profiles
from broker.store.records import find_headers, open_contents
from broker.store.vault import find_identities

def permit(world, acting, asked, again=None):
    with world.store.look() as view:
        headers = [found.header for found in find_headers(view, asked.about)]
        contents = open_contents(view, [one.id for one in headers])
        names = find_identities(view, asked.about)
    return {
        "people": {one: found.full_name() for one, found in names.items()},
        "records": [{"category": one.category, "fields": contents[one.id]} for one in headers],
    }

profiles.do_once = lambda world, admitted, work, again, id_of: work(world)
profiles.release_profile, profiles.as_mapping = permit, lambda found: found
"""


def rate(served: Served, count: int) -> float:
    """Answers a second."""
    value = asked(served.partner)
    requests = [served.request("POST", "/v1/profiles", value) for _ in range(count)]
    with ThreadPoolExecutor(SENDERS) as pool:
        began = time.perf_counter()
        statuses = set(pool.map(lambda one: served.send(one, verify=False).status, requests))
        seconds = time.perf_counter() - began
    if statuses != {200}:
        raise AssertionError(f"not all were answered: {statuses}")
    return count / seconds


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


def measure(*, quick: bool = False) -> Iterator[dict[str, Any]]:
    """Nothing where there is no PostgreSQL."""
    try:
        durable = durable_server()
    except NoServer as why:
        print(f"profile_release_postgres: {why}", file=sys.stderr)
        return
    count = 60 if quick else 400
    ours, theirs = [], []
    with ExitStack() as stack:
        found = []
        for spoiled in ("", PERMITS_EVERYTHING):
            opened = stack.enter_context(_office_on(durable))
            found.append(stack.enter_context(serving(partner(working(opened)), WORKERS, spoiled)))
        deciding, permitting = found
        records = sum(
            map(len, deciding.ask("POST", "/v1/profiles", asked(deciding.partner)).json["sections"].values())
        )
        for _ in range(ROUNDS):
            theirs.append(rate(permitting, count))
            ours.append(rate(deciding, count))
    value, peer = statistics.median(ours), statistics.median(theirs)
    yield {
        "name": "profile_release_postgres",
        "value": round(value, 1),
        "unit": "releases/s",
        "target": None,
        "peers": {"same_address_permitting_everything": round(peer, 1)},
        "ratio_to_peer": round(value / peer, 3),
        "workers": WORKERS,
        "connections": SENDERS,
        "records_in_each": records,
        "releases": ROUNDS * count,
        "machine": machine(),
    }


if __name__ == "__main__":
    for line in measure(quick="--quick" in sys.argv[1:]):
        print(json.dumps(line))
