"""How long a refusal takes: about somebody nobody has heard of, and about somebody protected.

Paired and in random order, because a machine's speed drifts; what is judged is the median of the differences with
its interval (95 per cent, by order statistics, so that nothing is assumed of how they are spread). They are
equivalent where the whole interval is within the margin. From docs/security.md section 4.
"""

from __future__ import annotations

import json
import math
import tempfile
import time
from dataclasses import replace
from datetime import date
from pathlib import Path
from random import Random
from statistics import median
from typing import Final

from broker.app import make_app
from broker.logs import set_up_logs
from broker.people import ProtectionMarker
from broker.settings import Settings
from broker.usecases.people.people import NewPerson, add_person
from tests.functional.api.door import AUTHORITY, Partner, asked, call, partner
from tests.functional.usecases.office import TRIAGE, Office, open_office, working

MARGIN_US: Final = 2_000
"""Microseconds: a difference within it drowns in the network between two organisations."""


def differences(council: Partner, unknown: str, hidden: str, pairs: int, dice: Random) -> list[float]:
    """By how many microseconds the answer about the protected person took longer, pair by pair."""
    found = []
    for _ in range(pairs):
        took = {}
        for who in dice.sample([unknown, hidden], 2):
            body = json.dumps({**asked(council), "about": [council.office.people["mum"], who]}).encode()
            headers = council.headers(council.components("POST", "/v1/profiles", body))
            started = time.perf_counter()
            got = call(council.app, "POST", b"/v1/profiles", b"", headers, body)
            took[who] = time.perf_counter() - started
            assert got.status == 200
        found.append((took[hidden] - took[unknown]) * 1e6)
    return found


def interval(found: list[float]) -> tuple[int, int, int]:
    """The median, and the ends of its interval."""
    ordered, half = sorted(found), 0.98 * math.sqrt(len(found))
    low = max(0, math.floor(len(found) / 2 - half))
    high = min(len(found) - 1, math.ceil(len(found) / 2 + half))
    return round(median(found)), round(ordered[low]), round(ordered[high])


def protect_somebody(office: Office) -> str:
    """Somebody lives there who does not exist for the council's staff."""
    added = add_person(office.broker, TRIAGE, NewPerson("Hidden", "Testing", date(2010, 1, 1), postcode="CM1 1LX"))
    office.people["hidden"] = added
    office.step()
    office.mark("hidden", ProtectionMarker.PROTECTED)
    return office.people.pop("hidden")


def measured(council: Partner, pairs: int, seed: int, margin_us: int = MARGIN_US) -> dict[str, int]:
    """Both ways: as soon as may be, and on the tick as it is served; `bad` where the latter are not equivalent."""
    office, dice = council.office, Random(seed)
    hidden = protect_somebody(office)
    unknown = "".join(dice.choice("abcdefghijkmnpqrstuvwxyz") if one.isalpha() else one for one in hidden[2:])
    work = interval(differences(council, f"p-{unknown}", hidden, pairs, dice))
    tick = Settings.model_fields["answer_tick_ms"].default
    ticking = office.broker.settings.model_copy(update={"answer_tick_ms": tick})
    served = replace(council, app=make_app(replace(office.broker, settings=ticking), council.signer, AUTHORITY))
    told = interval(differences(served, f"p-{unknown}", hidden, pairs, dice))
    bad = int(told[1] < -margin_us or told[2] > margin_us)
    names = ("median_us", "low_us", "high_us")
    return {
        "bad": bad,
        "margin_us": margin_us,
        **dict(zip(names, told, strict=True)),
        **{f"without_tick_{name}": value for name, value in zip(names, work, strict=True)},
    }


def refusal_timing(seeds: range) -> dict[str, int]:
    """Whether the two can be told apart by how long they take."""
    with tempfile.TemporaryDirectory(prefix="broker-timing-") as name, open_office(Path(name)) as office:
        set_up_logs(office.clock, "error")
        return measured(partner(working(office)), len(seeds), seeds.start)
