"""The heavy searches of `make scorecard`, a few hundred cases of each: none may find anything."""

from __future__ import annotations

import pytest

from broker.documents.strict_json import JsonRefused, read_json
from tests.scorecard.json_table import TABLE, Row
from tests.scorecard.signed_requests import clock_skew, mutated_requests, two_verifiers


def test_no_mutated_request_is_let_in() -> None:
    assert mutated_requests(range(600)) == {"bad": 0}


def test_two_verifiers_agree() -> None:
    found = two_verifiers(range(400))
    assert found["bad"] == 0
    assert found["both_accept"] >= 200
    assert found["both_refuse"] > 100


def test_clocks_are_compared_as_the_profile_says() -> None:
    found = clock_skew(range(0, 241, 5))
    assert (found["bad"], found["let_in"] > 0) == (0, True)


@pytest.mark.parametrize("row", TABLE, ids=[row.name for row in TABLE])
def test_a_body_is_read_one_way_or_not_at_all(row: Row) -> None:
    if row.taken:
        read_json(row.body)
        return
    with pytest.raises(JsonRefused) as refused:
        read_json(row.body)
    assert "a" * 8 not in str(refused.value)
