"""Every process of a server is killed in the middle of a release, and the partner asks again under the same key.

Each function takes seeds, as many as there are kills, and returns counts, among them `bad`, which must stay at
nought: releases that were handed out and are not in the log, or in the log and not in the store; releases done
twice under one key; gaps in the log; a retry that was answered with another release.
"""

from __future__ import annotations

import os
import signal
import statistics
import time
from collections import Counter
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from random import Random
from typing import Any, Final

from broker.audit.events import Event
from broker.audit.verify import Verdict
from broker.store.audit import count_waiting
from broker.store.disclosures import find_disclosures_about
from broker.usecases.kinds import DisclosureOutcome
from broker.usecases.log.verify_log import verify_live
from tests.functional.api.door import Got, Partner, asked
from tests.scorecard.replays import HELD_UP, log_of
from tests.scorecard.serving import NoAnswer, Served, council, serving, slow_statements

WARM: Final = 5
"""Releases by which it is learned how long one takes."""
AGAIN: Final = 0.3
"""How often the retry is killed as well."""
TRIES: Final = 20
SLOWLY: Final = slow_statements(1, 0.001)
"""Statements that come when they come, so that a kill falls before and after each of them."""


def kill_all(served: Served) -> None:
    """Kills the workers and the keeper at once; whoever started them starts others."""
    for one in served.workers():
        with suppress(ProcessLookupError):
            os.kill(one, signal.SIGKILL)


def killed_releases(served: Served, kills: Iterable[int]) -> dict[str, Any]:
    """Releases of which the first try, and some retries, were killed at a random moment; returns the ids answered
    under each key, in their order, and what else came."""
    value = asked(served.partner)
    took = [_seconds(served, value, number) for number in range(WARM)]
    longest = 1.2 * statistics.median(took)
    answers: dict[str, list[str]] = {}
    cut_off = strange = 0
    left = list(kills)
    with ThreadPoolExecutor(1) as pool:
        while left:
            key, dice = f"kill-{left[-1]}", Random(left[-1])
            answers[key] = []
            killing = True
            while left and killing:
                left.pop()
                _wait_for_a_worker(served)
                asking = pool.submit(_ask, served, value, key)
                time.sleep(dice.random() * longest)
                kill_all(served)
                got = asking.result()
                cut_off += got is None
                strange += _note(answers[key], got)
                killing = dice.random() < AGAIN
            # Asked until it is answered, as a partner's client does.
            for _ in range(TRIES):
                got = _ask(served, value, key)
                strange += _note(answers[key], got)
                if got is not None and got.status == 200:
                    break
    return {"answers": answers, "cut_off": cut_off, "strange": strange}


def _wait_for_a_worker(served: Served) -> None:
    """Until there is somebody to kill."""
    for _ in range(TRIES):
        with suppress(NoAnswer):
            served.ask("GET", "/v1/nothing")
            return


def _seconds(served: Served, value: Any, number: int) -> float:
    began = time.perf_counter()
    served.ask("POST", "/v1/profiles", value, f"warm-{number}")
    return time.perf_counter() - began


def _ask(served: Served, value: Any, key: str) -> Got | None:
    try:
        return served.ask("POST", "/v1/profiles", value, key)
    except NoAnswer:
        return None


def _note(ids: list[str], got: Got | None) -> bool:
    """Keeps the id of the release that was answered; whether the answer is none that may come here."""
    if got is not None and got.status == 200:
        ids.append(got.json["disclosure"])
    return got is not None and got.status not in {200, HELD_UP}


def judged(one: Partner, found: dict[str, Any]) -> dict[str, int]:
    """What is wrong, once the server is gone."""
    office, answers = one.office, found["answers"]
    entries = log_of(office)
    released, again = (
        Counter(str(entry.details["disclosure"]) for entry in entries if entry.event is event)
        for event in (Event.PROFILE_RELEASED, Event.PROFILE_REPEATED)
    )
    answered = Counter(one for ids in answers.values() for one in ids)
    with office.broker.store.look() as view:
        kept = {
            found.id
            for found in find_disclosures_about(view, office.people["child"])
            if found.outcome is DisclosureOutcome.ANSWERED
        }
        waiting = count_waiting(view)
    verified = verify_live(office.broker)
    unlogged = sum(answered[one] > released[one] + again[one] for one in answered) + len(kept ^ set(released))
    doubles = sum(count > 1 for count in released.values()) + abs(len(released) - WARM - len(answers))
    others = sum(len(set(ids)) != 1 for ids in answers.values())
    gaps = waiting + len(verified.problems) + (verified.verdict is Verdict.TAMPERED)
    return {
        "bad": unlogged + doubles + others + gaps + found["strange"],
        "unlogged": unlogged,
        "doubles": doubles,
        "gaps": gaps,
        "other_answers": others,
        "cut_off": found["cut_off"],
        "done_and_not_told": sum(again[one] > 0 for one in released),
        "releases": len(answers),
    }


def killed(one: Partner, kills: range, spoiled: str = "") -> dict[str, int]:
    """Kills a server of two workers so many times."""
    with serving(one, 2, SLOWLY + spoiled) as served:
        found = killed_releases(served, kills)
    return judged(one, found)


def kills_sqlite(seeds: range) -> dict[str, int]:
    """See `killed`."""
    with council("sqlite") as one:
        return killed(one, seeds)


def kills_postgresql(seeds: range) -> dict[str, int]:
    """See `killed`."""
    with council("postgresql") as one:
        return killed(one, seeds)
