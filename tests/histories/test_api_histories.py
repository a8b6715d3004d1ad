"""Withdrawals, releases and retries at once through the door of a server of several workers, on both databases.

`make scorecard` runs ten thousand of these histories on each database.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.functional.api.door import Partner, partner
from tests.functional.usecases.office import open_office
from tests.histories.api_histories import PartnerSystem, open_counter, run_api_history
from tests.histories.checker import check
from tests.histories.histories import History, Operation

HISTORIES = 4
ANSWERED_FROM_MEMORY = """
from broker.api.v1 import profiles
answers, once = {}, profiles.do_once
def remembered(world, admitted, *works):
    key = admitted.request.idempotency_key
    if key is None:
        return once(world, admitted, *works)
    if key not in answers:
        answers[key] = once(world, admitted, *works)
    return answers[key]
profiles.do_once = remembered
"""
"""A retry is answered with what was answered first, as is done everywhere else."""


@pytest.fixture
def one(tmp_path: Path, database: str) -> Iterator[Partner]:
    with open_office(tmp_path / "office", database=database) as office:
        yield partner(office)


def test_no_history_through_the_door_breaks_a_promise(one: Partner) -> None:
    with open_counter(one) as counter:
        histories = [run_api_history(counter, seed) for seed in range(HISTORIES)]
        assert check(counter.desk, histories) == []
    kinds = {operation.kind for history in histories for operation in history.operations}
    assert kinds >= {"release", "withdraw", "give", "doubt"}
    assert any(operation.shown for history in histories for operation in history.operations)


@pytest.mark.only_on("sqlite")
def test_an_answer_from_memory_after_a_withdrawal_is_found_out(one: Partner) -> None:
    with open_counter(one, ANSWERED_FROM_MEMORY, workers=1) as counter:
        child, mum, case, consent_id = counter.desk.family(1)
        system = PartnerSystem(counter, 1, child, mum, case, random.Random(1))
        done = [Operation("give", 0, 0, consent_id), system.ask(0), *system.withdraw(consent_id, 0), system.ask(0)]
        problems = check(counter.desk, [History(1, child, tuple(done))])
    assert done[1].shown
    assert "1: a release begun after an acknowledged withdrawal holds what it withdrew" in problems
    assert any("handed on 2 times" in problem for problem in problems)
