"""Searches for a signed request that the door lets in and should not, or refuses and should not.

Through ASGI, with a database. Each function takes seeds and returns counts, among them `bad`, which must stay at
nought; each makes an office and a partner of its own.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import Final

from broker.http_signatures import RequestHead
from broker.logs import set_up_logs
from broker.store.door import NONCES
from broker.usecases.agreements.partner_keys import RevokedBecause, revoke_key
from tests.functional.api.door import ADMIN, Partner, call, partner
from tests.functional.usecases.office import engine_of, open_office
from tests.scorecard.signed_requests import mutated
from tests.unit.http_signatures.asking import Sent

REFUSED: Final = frozenset({400, 401, 413, 415, 421})
_SLOW_MS: Final = 5_000
_OTHER_PROCESS: Final = """
import sys
from datetime import datetime
from broker.http_signatures import MessageRefused
from broker.settings import Settings
from broker.usecases.partners.admit_request import find_live_key
from broker.wiring import open_broker
with open_broker(Settings.read()) as broker:
    for line in sys.stdin:
        key, at = line.split()
        try:
            find_live_key(broker, key, datetime.fromisoformat(at))
        except MessageRefused:
            print("refused", flush=True)
        else:
            print("live", flush=True)
"""


@contextmanager
def council() -> Iterator[Partner]:
    """A partner in front of an empty office."""
    with tempfile.TemporaryDirectory(prefix="broker-door-") as name, open_office(Path(name)) as office:
        set_up_logs(office.clock, "error")  # each refusal is logged, and what is printed here is the number
        yield partner(office)


def _sent(one: Partner, dice: Random) -> Sent:
    """An honest request of the partner to an address that is not there: let in, it is answered with 404."""
    path = "/v1/" + dice.choice(("nothing", "nowhere/x-1"))
    body = dice.choice((b"", b"{}", b'{"a":1}'))
    retry = dice.choice((None, "visit-7"))
    components = one.components("POST", path, body, dice.choice(("", "a=1")), retry)
    head = RequestHead(
        "POST",
        path.encode(),
        components["@query"][1:].encode(),
        tuple(one.headers(components, dice.randbytes(16))),
    )
    return Sent(head, body)


def status_of(one: Partner, sent: Sent) -> int:
    """With what the door answers it."""
    head = sent.head
    return call(one.app, head.method, head.path, head.query, head.headers, sent.body).status


def mutated_at_the_door(one: Partner, seeds: range) -> dict[str, int]:
    """Mutated requests that the door let in, or that met a failure."""
    bad = failures = 0
    for seed in seeds:
        dice = Random(seed)
        sent, other = _sent(one, dice), _sent(one, dice)
        wrong = mutated(sent, other, dice)
        while not wrong.head.path.startswith(b"/v1/"):
            wrong = mutated(sent, other, dice)
        status = status_of(one, wrong)
        failures += status >= 500
        bad += status not in REFUSED
    return {"bad": bad, "failures": failures}


def forgeries(one: Partner, seeds: range) -> dict[str, int]:
    """Forgeries after which the honest request, of the same nonce, was not let in; or that were let in."""
    bad = 0
    for seed in seeds:
        dice = Random(seed)
        sent = _sent(one, dice)
        signature = sent.header("signature")
        at = dice.randrange(5, len(signature) - 5)
        letter = "A" if signature[at] != "A" else "B"
        forged = sent.with_header("signature", signature[:at] + letter + signature[at + 1 :])
        bad += status_of(one, forged) != 401
        if seed % 100 == 0:
            bad += status_of(one, sent) != 404
            bad += status_of(one, sent) != 401
    engine = engine_of(one.office)
    with engine.connect() as connection:
        kept = len(connection.execute(NONCES.select()).all())
    engine.dispose()
    return {"bad": bad + (kept != sum(seed % 100 == 0 for seed in seeds)), "nonces_kept": kept}


def rotation(one: Partner, seeds: range) -> dict[str, int]:
    """Valid requests that were refused while one key replaced another under load: requests go on by whichever key
    the system uses at the moment, from four threads, and the old one is revoked when none by it is under way."""
    office = one.office
    new = partner(office, seed=8, name="case-system-2027")
    using, under_way, lock = [one], {one.key_id: 0, new.key_id: 0}, threading.Lock()
    half = seeds[len(seeds) // 2]

    def ask(seed: int) -> bool:
        with lock:
            key = using[0]
            under_way[key.key_id] += 1
        try:
            return status_of(key, _sent(key, Random(seed))) != 404
        finally:
            with lock:
                under_way[key.key_id] -= 1

    with ThreadPoolExecutor(4) as pool:
        asked = [pool.submit(ask, seed) for seed in seeds if seed < half]
        while sum(one.done() for one in asked) < len(asked) // 2:
            time.sleep(0.01)
        with lock:
            using[0] = new
        asked += [pool.submit(ask, seed) for seed in seeds if seed >= half]
        while under_way[one.key_id]:
            time.sleep(0.001)
        revoke_key(office.broker, ADMIN, one.key_id, RevokedBecause.REPLACED)
        bad = sum(one.result() for one in asked)
    return {"bad": bad + (status_of(one, _sent(one, Random(0))) != 401)}


def revocations(one: Partner, seeds: range) -> dict[str, int]:
    """Revocations after which another process took the key for longer than five seconds; `worst_ms` is the longest
    from the acknowledged revocation to the other's no."""
    office, settings = one.office, one.office.broker.settings
    where = {"BROKER_DATA_DIR": str(settings.data_dir), "BROKER_DATABASE_URL": settings.database()}
    keys = [partner(office, seed=20 + number, name=f"k-{number}") for number in range(len(seeds))]
    bad, worst = 0, 0.0
    with subprocess.Popen(
        [sys.executable, "-c", _OTHER_PROCESS],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, **where},
    ) as other:
        assert other.stdin is not None
        assert other.stdout is not None
        for key in keys:
            line = f"{key.key_id} {office.clock.at.isoformat()}"
            print(line, file=other.stdin, flush=True)
            bad += other.stdout.readline().strip() != "live"
            revoke_key(office.broker, ADMIN, key.key_id, RevokedBecause.STOLEN)
            started = time.perf_counter()
            while time.perf_counter() - started < 2 * _SLOW_MS / 1000:
                print(line, file=other.stdin, flush=True)
                if other.stdout.readline().strip() == "refused":
                    break
            took = (time.perf_counter() - started) * 1000
            worst = max(worst, took)
            bad += took > _SLOW_MS
        other.stdin.close()
    return {"bad": bad, "worst_ms": round(worst)}


def mutated_requests_asgi(seeds: range) -> dict[str, int]:
    """See `mutated_at_the_door`."""
    with council() as one:
        return mutated_at_the_door(one, seeds)


def forgeries_burn_no_nonce(seeds: range) -> dict[str, int]:
    """See `forgeries`."""
    with council() as one:
        return forgeries(one, seeds)


def rotation_under_load(seeds: range) -> dict[str, int]:
    """See `rotation`."""
    with council() as one:
        return rotation(one, seeds)


def revocation(seeds: range) -> dict[str, int]:
    """See `revocations`."""
    with council() as one:
        return revocations(one, seeds)
