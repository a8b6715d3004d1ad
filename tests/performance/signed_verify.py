"""How many signed requests a second are verified, on one core, and let in at the door.

Run: `python -m tests.performance.signed_verify`. Prints one JSON line. A request is a POST with a body of 1 KiB,
signed by Ed25519; each is another one. `value` is the whole of `read_claim`, `require_in_time` and `verify_claim`.
Peers of the same run: the library `http-message-signatures` over the same requests, with the same components
required, and the Ed25519 verification alone, which nobody can do without. `door` is the same through the signed
door, ASGI in and ASGI out, on SQLite with durable commits: the nonce, the kept request, its audit entry, and the
signed answer. Rounds alternate; the figure is the median round.
"""

from __future__ import annotations

import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from broker.http_signatures import RequestHead, read_claim
from broker.http_signatures.algorithms import require_signature
from broker.http_signatures.base import signature_base
from broker.http_signatures.sign import nonce_text, request_components
from tests.functional.api.door import partner
from tests.functional.usecases.office import open_office
from tests.performance.machine import machine
from tests.scorecard.signed_door import status_of
from tests.scorecard.signed_requests import P256, second_opinion
from tests.unit.http_signatures.asking import AUTHORITY, KEY, Sent, parameters, signed, verified

ROUNDS: Final = 5
BODY: Final = b'{"about":["' + b"p" * 1000 + b'"]}'


def requests(count: int, key: Any = KEY) -> list[Sent]:
    """So many requests, each with a nonce of its own."""
    covered = request_components("POST", AUTHORITY, "/v1/profiles", "a=1&b=%20", "application/json", BODY, "k-1")
    return [
        signed(covered, parameters(nonce=nonce_text(number.to_bytes(16, "big"))), key, body=BODY)
        for number in range(count)
    ]


def rate(work: Callable[[Any], object], each: list[Any]) -> float:
    """So many a second."""
    began = time.perf_counter()
    for one in each:
        work(one)
    return len(each) / (time.perf_counter() - began)


def _alone(sent: Sent) -> Callable[[], None]:
    claim = read_claim(sent.head, AUTHORITY)
    base, public = signature_base(claim.components, claim.parameters), KEY.public_key()
    return lambda: require_signature(public, claim.signature, base)


def measure(*, quick: bool = False) -> Iterator[dict[str, Any]]:
    """Verifications a second, beside the library and the bare signature."""
    count = 200 if quick else 2_000
    ours, p256, theirs, bare, door = [], [], [], [], []
    honest, hardware = requests(count), requests(count, P256)
    alone = [_alone(one) for one in honest]
    with tempfile.TemporaryDirectory(prefix="broker-bench-") as name, open_office(Path(name)) as office:
        system = partner(office)
        for _ in range(ROUNDS):
            ours.append(rate(verified, honest))
            p256.append(rate(lambda one: verified(one, key=P256), hardware))
            theirs.append(rate(lambda one: second_opinion(one, KEY), honest[: count // 4]))
            bare.append(rate(lambda one: one(), alone))
            components = system.components("POST", "/v1/nothing", BODY)
            sent = [
                Sent(RequestHead("POST", b"/v1/nothing", b"", tuple(system.headers(components))), BODY)
                for _ in range(count // 20)
            ]
            began = time.perf_counter()
            statuses = {status_of(system, one) for one in sent}
            door.append(len(sent) / (time.perf_counter() - began))
            if statuses != {404}:
                raise AssertionError(f"not let in: {statuses}")
    if not all(second_opinion(one, KEY) for one in honest[:10]):
        raise AssertionError("the peer refuses what it is to verify")
    yield {
        "name": "signed_verify",
        "value": round(statistics.median(ours)),
        "unit": "requests/s",
        "target": None,
        "p256": round(statistics.median(p256)),
        "door": round(statistics.median(door)),
        "peers": {
            "http_message_signatures": round(statistics.median(theirs)),
            "ed25519_alone": round(statistics.median(bare)),
        },
        "machine": machine(),
    }


if __name__ == "__main__":
    for line in measure(quick="--quick" in sys.argv):
        print(json.dumps(line))
