"""Judges histories: by what the workers were told, and by the log and the store afterwards.

What is promised, each a function below:

1. A release that begins after a withdrawal was acknowledged, and before anybody agrees again, holds nothing of it;
   nor does one that is handed on again for a retry.
2. Every answered release is in the log once, each time that it was handed on again too, and nothing is in the log
   as released that was not.
3. Read in the log's order, no release rests on something that had ended (the verifier's own reading).
4. A withdrawal finds every release that rested on what it withdraws, and the log says of each that its recipient
   is told: nobody who received it goes untold.
5. In the log's order, the instants of acts about one child go forwards, whatever the clocks of the workers said.
6. Every decision, recomputed from what had been recorded by its instant, is the same decision.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from broker.audit.verify.meaning import Meaning
from broker.decision.evaluate import evaluate
from broker.release.disclosure import decision_digest
from broker.store.audit import find_entries, find_tree_head, integrate_entries
from broker.store.disclosures import find_disclosure
from broker.store.gather import gather_facts
from broker.store.kinds import BasisKind
from broker.store.session import View
from broker.usecases.rules.rules import read_rules
from tests.histories.histories import Desk, History, Operation


def check(desk: Desk, histories: Sequence[History]) -> list[str]:
    """Everything that is wrong, each with its seed; nothing at best."""
    broker = desk.office.broker
    while integrate_entries(broker.store, broker.clock):
        pass
    problems = [found for history in histories for found in _withdrawn_is_withheld(history)]
    with broker.store.look() as view:
        entries = find_entries(view, 0, find_tree_head(view).frontier.size)
        log = [json.loads(data) for data in entries]
        problems += _logged_once(histories, log)
        problems += _handed_on_logged(histories, log)
        problems += _said_to_be_told(histories, log)
        problems += _means_something(entries)
        problems += [one for history in histories for one in _told_of_all(view, history)]
        problems += [one for history in histories for one in _forwards(view, history, log)]
        problems += _recomputed(view, desk, histories)
    return problems


def _withdrawn_is_withheld(history: History) -> Iterator[str]:
    for release in (one for one in history.operations if one.kind == "release"):
        if release.failed:
            yield f"{history.seed}: a release failed: {release.failed}"
        if release.shown and _must_be_withheld(history, release):
            yield f"{history.seed}: a release begun after an acknowledged withdrawal holds what it withdrew"
    for one in history.operations:
        if one.kind != "release" and one.failed:
            yield f"{history.seed}: {one.kind} failed: {one.failed}"


def _must_be_withheld(history: History, release: Operation) -> bool:
    """Whether some withdrawal had been acknowledged before it began, and no agreement can lie between the two."""
    acknowledged = [one for one in history.operations if one.kind == "withdraw" and one.ended < release.began]
    if not acknowledged:
        return False
    last = max(acknowledged, key=lambda one: one.ended)
    return not any(
        one.kind == "give" and one.ended > last.began and one.began < release.ended for one in history.operations
    )


def _logged_once(histories: Sequence[History], log: Sequence[dict[str, Any]]) -> Iterator[str]:
    released = Counter(one["details"]["disclosure"] for one in log if one["event"] == "profile.released")
    told = {
        one.disclosure_id: history.seed
        for history in histories
        for one in history.operations
        if one.kind == "release" and not one.failed
    }
    for disclosure_id, seed in told.items():
        if released[disclosure_id] != 1:
            yield f"{seed}: a release is in the log {released[disclosure_id]} times"
    for disclosure_id in released.keys() - told.keys():
        yield f"the log holds the release `{disclosure_id}` that nobody was answered with"


def _handed_on_logged(histories: Sequence[History], log: Sequence[dict[str, Any]]) -> Iterator[str]:
    """An answer to a retry is in the log as often as it was given."""
    again = Counter(one["details"]["disclosure"] for one in log if one["event"] == "profile.repeated")
    answers = Counter(
        one.disclosure_id
        for history in histories
        for one in history.operations
        if one.kind == "release" and not one.failed
    )
    for disclosure_id, count in answers.items():
        if count - 1 != again[disclosure_id]:
            yield f"`{disclosure_id}` was handed on {count} times, and {again[disclosure_id]} of them say so again"


def _said_to_be_told(histories: Sequence[History], log: Sequence[dict[str, Any]]) -> Iterator[str]:
    recalled = Counter(one["details"]["disclosure"] for one in log if one["event"] == "disclosure.recalled")
    told = Counter(one for history in histories for done in history.operations for one in done.told)
    for disclosure_id in sorted(told.keys() - recalled.keys()):
        yield f"`{disclosure_id}` was withdrawn, and the log does not say that its recipient is told"


def _means_something(entries: Sequence[bytes]) -> Iterator[str]:
    meaning = Meaning()
    for index, data in enumerate(entries):
        meaning.take(index, data)
    yield from (f"entry {one.index}: {one.message}" for one in meaning.problems)
    if meaning.unknown:
        yield f"entries of an unknown event: {meaning.unknown}"


def _told_of_all(view: View, history: History) -> Iterator[str]:
    for withdrawal in (one for one in history.operations if one.kind == "withdraw" and not one.failed):
        rested = {
            one.disclosure_id
            for one in history.operations
            if one.kind == "release" and not one.failed and _rests_on(view, one, withdrawal.consent_id)
        }
        if rested - withdrawal.told:
            missed = len(rested - withdrawal.told)
            yield f"{history.seed}: a withdrawal did not find {missed} releases that rest on what it withdrew"


def _rests_on(view: View, release: Operation, consent_id: str) -> bool:
    found = find_disclosure(view, release.disclosure_id)
    return found is not None and (BasisKind.CONSENT, consent_id) in found.rests_on


def _forwards(view: View, history: History, log: Sequence[dict[str, Any]]) -> Iterator[str]:
    who = view.keys.pseudonym_text("audit", history.child)
    instants: list[tuple[str, str]] = []
    for one in log:
        if who in one["about"] and one["event"] in {"consent.given", "consent.withdrawn", "profile.released"}:
            # Releases do not wait for each other; a consent waits for all and all for it.
            moved = one["event"] != "profile.released"
            before = [at for event, at in instants if moved or event != "profile.released"]
            if before and max(before) >= one["at"]:
                yield f"{history.seed}: {one['event']} has an instant no later than an act before it"
            instants.append((one["event"], one["at"]))


def _recomputed(view: View, desk: Desk, histories: Sequence[History]) -> Iterator[str]:
    table = read_rules(view, desk.office.broker.partnership).table
    for history in histories:
        for one in history.operations:
            stored = find_disclosure(view, one.disclosure_id) if one.disclosure_id else None
            if stored is None:
                continue
            request = stored.request
            facts = gather_facts(
                view, request.about, case_id=request.case, staff_ids=[request.by], known_at=request.at
            )
            if decision_digest(evaluate(table, facts, request)) != stored.decision_digest:
                yield f"{history.seed}: a decision recomputed as it was known then is another"
