"""Clauses are told in the words of their agreement's title, and those of the duties in plain ones."""

from __future__ import annotations

import pytest

from broker.release.citing import clauses_in_words

TITLES = {"front-door@1": "Children and families front door", "statutory@1": ""}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            "rests on front-door@1#3.1, kim@example.org",
            "rests on clause 3.1 of Children and families front door (version 1), kim@example.org",
        ),
        ("statutory@1#47.2.", "clause 47.2 of the duties the law sets (version 1)."),
        ("(statutory@1#16LA.1)", "(clause 16LA.1 of the duties the law sets (version 1))"),
        (
            "statutory@1#EDU.1, front-door@2#4",
            "clause EDU.1 of the duties the law sets (version 1), clause 4 of front-door (version 2)",
        ),
    ],
)
def test_a_clause_is_told_by_number_and_title_wherever_it_stands(text: str, words: str) -> None:
    assert clauses_in_words(text, TITLES) == words
