"""When a notice is tried again: later each time, never later than an hour, and never all at once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broker.webhooks.retries import LONGEST_WAIT, wait_after


@pytest.mark.parametrize(
    ("attempts", "seconds"), [(1, 5), (2, 10), (3, 20), (9, 1280), (10, 2560), (11, 3600), (1000, 3600)]
)
def test_the_wait_doubles_up_to_an_hour(attempts: int, seconds: int) -> None:
    assert wait_after(attempts, 1.0) == timedelta(seconds=seconds)
    assert wait_after(attempts, 0.0) == timedelta(seconds=seconds) / 2


@given(st.integers(1, 10**6), st.floats(0, 1))
def test_it_is_never_nothing_and_never_longer_than_an_hour(attempts: int, chance: float) -> None:
    assert timedelta(seconds=2.5) <= wait_after(attempts, chance) <= LONGEST_WAIT
