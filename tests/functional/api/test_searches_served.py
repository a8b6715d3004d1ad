"""The heavy searches of `make scorecard` at a server of several workers, a little of each: none may find anything,
and each finds out a broker that was spoiled for it."""

from __future__ import annotations

import pytest

from tests.functional.api.door import Partner
from tests.scorecard.kills import killed
from tests.scorecard.replays import one_request, replays, retries
from tests.scorecard.serving import serving

WITHOUT_MEMORY = """
from broker.usecases.partners import admit_request, once
admit_request.take_nonce = lambda *_, **__: True
admit_request.keep_request = lambda *_, **__: None
once.find_done = lambda *_: None
once.keep_done = lambda *_, **__: True
"""
"""What came before is forgotten: nonces, and acts under an idempotency key."""

FORGETFUL_LOG = """
import itertools
from broker.store import session
append, count = session.append_entries, itertools.count(1)
session.append_entries = lambda *entries: None if next(count) % 3 == 0 else append(*entries)
"""
"""The entries of every third act are lost."""
KILLS = 2


def test_of_many_copies_at_once_one_is_let_in_and_done(council: Partner) -> None:
    found = replays(council, 12)
    assert found["bad"] == 0
    assert (found["accepted"], found["released"], found["same"] + found["changed"]) == (1, 1, 12)


@pytest.mark.only_on("sqlite")
def test_a_door_that_forgets_is_found_out(council: Partner) -> None:
    with serving(council, workers=2, spoiled=WITHOUT_MEMORY) as served:
        assert one_request(served, 5)["bad"] > 0
        assert retries(served, 5)["bad"] > 0


def test_killed_in_the_middle_of_releases_it_has_logged_each_and_done_it_once(council: Partner) -> None:
    found = killed(council, range(KILLS))
    assert found["bad"] == 0
    assert found["releases"] > 0


@pytest.mark.only_on("sqlite")
def test_releases_that_are_not_in_the_log_are_found_out(council: Partner) -> None:
    assert killed(council, range(1), FORGETFUL_LOG)["unlogged"] > 0
