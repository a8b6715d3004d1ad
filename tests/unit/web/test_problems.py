"""What is wrong with a form: a sentence beside its field, without references and whatever the field is called."""

from __future__ import annotations

import pytest

from broker.errors import CallWrong
from broker.web.forms import Beside, Problem, problem_beside


@pytest.mark.parametrize(
    ("where", "message", "expected"),
    [
        ("reason", "is missing: say why", Problem("reason", "Reason is missing: say why")),
        ("--due-on", "is no day", Problem("--due-on", "Due on is no day")),
        ("`tom`", "is no colleague", Problem("", "“tom” is no colleague")),
        ("contact `k-4fq2`", "is held by them already", Problem("", "This contact is held by them already")),
        (
            "emergency access `o-63dr`",
            "waits no more",
            Problem("", "This emergency access waits no more"),
        ),
    ],
)
def test_a_refusal_is_said_beside_the_field_that_it_names(where: str, message: str, expected: Problem) -> None:
    assert problem_beside(CallWrong(where, message)) == expected


def test_a_field_may_be_called_as_what_a_mapping_can_do() -> None:
    beside = Beside([Problem("reason", "Reason is missing")])
    assert beside["reason"] == {"text": "Reason is missing"}
    assert beside["items"] is None
    assert beside["get"] is None
