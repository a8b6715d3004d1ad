"""The heavy searches of `make scorecard` at the door, a little of each: none may find anything."""

from __future__ import annotations

from tests.functional.api.door import Partner
from tests.scorecard.disk import failing_disk
from tests.scorecard.refusal_timing import interval, measured
from tests.scorecard.signed_door import forgeries, mutated_at_the_door, revocations, rotation


def test_no_mutated_request_passes_the_door(council: Partner) -> None:
    found = mutated_at_the_door(council, range(150))
    assert (found["bad"], found["failures"]) == (0, 0)


def test_forgeries_burn_no_nonce(council: Partner) -> None:
    assert forgeries(council, range(101)) == {"bad": 0, "nonces_kept": 2}


def test_nothing_valid_is_refused_while_one_key_replaces_another(council: Partner) -> None:
    assert rotation(council, range(60)) == {"bad": 0}


def test_a_revocation_counts_in_another_process_within_five_seconds(council: Partner) -> None:
    assert revocations(council, range(2))["bad"] == 0


def test_how_long_a_refusal_takes_is_measured_in_pairs(council: Partner) -> None:
    """That it is measured: whether the two can be told apart is for a quiet machine to say."""
    found = measured(council, 12, 1, margin_us=60_000_000)
    assert found["low_us"] <= found["median_us"] <= found["high_us"]
    assert found["bad"] == 0
    assert interval([float(n) for n in range(101)]) == (50, 40, 61)


def test_nothing_leaves_unlogged_while_the_disk_fails(council: Partner) -> None:
    found = failing_disk(council, range(40))
    assert found["bad"] == 0
    assert found["said_503"] > 0
    assert found["done_and_not_told"] > 0
