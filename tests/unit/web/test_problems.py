"""What is wrong with a form: a sentence beside its field, without references and whatever the field is called."""

from __future__ import annotations

import pytest

from broker.errors import CallWrong
from broker.web.forms import Beside, Problem, problem_among, problem_beside
from broker.web.labels import called


@pytest.mark.parametrize(
    ("where", "message", "expected"),
    [
        ("reason", "is missing: say why", "Reason is missing: say why"),
        ("--due-on", "is no day", "Due on is no day"),
        ("address", "what you had begun is gone", "What you had begun is gone"),
        ("`tom`", "is no colleague", "“tom” is no colleague"),
        ("contact `k-4fq2`", "is held by them already", "This contact is held by them already"),
        ("emergency access `o-63dr`", "waits no more", "This emergency access waits no more"),
    ],
)
def test_a_refusal_is_said_beside_the_field_that_it_names(where: str, message: str, expected: str) -> None:
    found = problem_beside(CallWrong(where, message))
    assert (found.field, found.text) == ("" if "`" in where else where, expected)


PAGE = """<label class="x" for="reason">Why not?</label><input id="reason" name="reason">
<fieldset><legend><h1>How were they told? (if they were)</h1></legend><input id="how" type="radio" name="how">
<label for="how">By phone</label></fieldset>
<fieldset><legend>Born</legend><label for="born">Day</label><input id="born" name="born-day"></fieldset>
<fieldset><legend>Who</legend><label for="about">Whom is it about</label>
<textarea id="about"></textarea></fieldset>"""


@pytest.mark.parametrize(
    ("where", "message", "says"),
    [
        ("reason", "is missing: say it in a sentence", "Answer “Why not?”: say it in a sentence"),
        ("reason", "is too long", "Your answer to “Why not?” is too long"),
        ("how", "are missing", "Answer “How were they told?”"),
        ("born", "is no date", "“Born” is no date"),
        ("born", "there was no `such` day", "“Born”: there was no “such” day"),
        ("about", "is missing: name one", "“Whom is it about” is missing: name one"),
        ("nothing", "is missing", "Nothing is missing"),
        (
            "about",
            "nobody here has the id `Ada Example`; find the person first",
            "“Whom is it about”: “Ada Example” is no reference. Find the person by a search: "
            "their reference begins with p-",
        ),
        (
            "person",
            "nobody here has the id `p-abc`; find the person first",
            "“p-abc” is nobody’s reference here. Find the person by a search and copy it from there",
        ),
    ],
)
def test_a_refusal_is_said_as_the_page_calls_the_field(where: str, message: str, says: str) -> None:
    [found] = called([problem_among(CallWrong(where, message), {"reason"})], PAGE)
    assert found.text == says


def test_a_field_may_be_called_as_what_a_mapping_can_do() -> None:
    beside = Beside([Problem("reason", "Reason is missing")])
    assert beside["reason"] == {"text": "Reason is missing"}
    assert beside["items"] is None
    assert beside["get"] is None
