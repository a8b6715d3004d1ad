"""What is repeated, and how long is waited."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broker.client.asking import query_of
from broker.client.problems import NotFound, ProblemAnswered, problem_error, skew_words
from broker.client.retries import Retries, may_repeat, retry_after_of
from broker.errors import CallWrong


@given(sent=st.integers(1, 40), chance=st.floats(0, 1), asked=st.none() | st.floats(0, 10**7))
def test_a_wait_is_never_longer_than_the_longest_and_comes_to_an_end(
    sent: int, chance: float, asked: float | None
) -> None:
    retries = Retries(most=6)
    wait = retries.wait(sent, chance, asked)
    if sent >= 6:
        assert wait is None
    if wait is not None:
        assert 0 <= wait <= retries.longest_wait.total_seconds()
        assert asked is None or wait == asked


@pytest.mark.parametrize(
    ("method", "key", "safe"),
    [("GET", None, True), ("POST", None, False), ("POST", "k", True), ("PUT", None, False)],
)
def test_only_what_does_nothing_twice_is_repeated(method: str, key: str | None, safe: bool) -> None:
    assert may_repeat(method, key) is safe


@pytest.mark.parametrize("text", [None, "", "soon", "-1", "1.5", "٣", "Wed, 21 Oct 2026 07:28:00 GMT", "99999999"])
def test_a_wish_that_is_no_number_of_seconds_is_no_wish(text: str | None) -> None:
    assert retry_after_of(text) is None


def test_a_query_has_one_spelling() -> None:
    assert query_of(by="kim ward", if_none_match="a+b", after=None) == "by=kim%20ward&if-none-match=a%2Bb"
    with pytest.raises(CallWrong):
        query_of(by="kim\nward")


def test_a_problem_that_is_not_known_is_a_problem() -> None:
    found = problem_error(418, {"type": "urn:broker:problem:new", "title": "new here"}, to_this_request=True)
    assert type(found) is ProblemAnswered
    assert (found.code, found.exit_code) == ("new", 2)
    absent = problem_error(404, {"type": "urn:broker:problem:not-found"}, to_this_request=True)
    assert (type(absent), absent.exit_code) == (NotFound, 1)


def test_clocks_are_told_in_words() -> None:
    from datetime import timedelta

    assert "agrees" in skew_words(timedelta(0))
    assert "1 second behind" in skew_words(-timedelta(seconds=1))
    assert "3 minutes ahead of" in skew_words(timedelta(seconds=181))
