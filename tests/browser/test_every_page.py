"""The search over every page (tests/scorecard/every_page.py) in small: that it still walks and sends, that these
pages keep nobody out, and that whatever keeps somebody out would be found."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import httpx2
import pytest

from tests.browser.judged import Judge
from tests.browser.kept import answers, keep_answers
from tests.browser.site import Served
from tests.browser.walked import Addresses, Answer, Walker
from tests.functional.web.matrix import rows
from tests.scorecard.every_page import Everywhere

BROKEN = b"""<!doctype html><html><head><title> - Testing</title>
<style>.wide { width: 900px } a:focus { outline: none } a { color: #ccc }</style></head>
<body><div class="govuk-error-summary"><a href="#gone">Choose</a></div>
<h1>One</h1><h1>Two</h1><p id="a" class="wide">Wide</p><p id="a">Twice</p>
<a href="/far" tabindex="2">Late</a><a href="/near" tabindex="1">Early</a><button>Press</button>
<form id="scripted" method="post" hidden><input name="only"></form>
<script>document.getElementById("scripted").hidden = false; throw new Error("it fails")</script></body></html>"""
FOUND = (
    "names somebody in its title",
    "has 2 headings",
    "has not the focus",
    "does not say that something is wrong",
    "leads nowhere",
    "an id twice: a",
    "skip link first",
    "Tab comes late",
    "nobody sees that the focus",
    "axe: color-contrast",
    "axe: html-has-lang",
    "wider than a phone: p.wide",
    "at 400 % wider",
    "in forced colours nobody sees",
    "cut off on paper",
    "nobody can press it",
    "a script failed",
    "without scripts no forms",
)


@pytest.fixture
def judge(served: Served) -> Iterator[Judge]:
    """A judge of the office's pages."""
    found = Judge(served.browser, served.address, frozenset({"Testing"}))
    yield found
    found.close()


def test_a_page_that_keeps_somebody_out_is_found(judge: Judge) -> None:
    faults = list(judge.faults("/", 200, {"content-type": "text/html"}, BROKEN, None))
    assert [one for one in FOUND if not any(one in fault for fault in faults)] == []


def test_what_a_test_of_pages_is_answered_is_kept_and_what_only_sends_somebody_away_reaches_nothing(
    tmp_path: Path,
) -> None:
    assert keep_answers(tmp_path, "tests/functional/web/test_cover_pages.py")
    found = list(answers(tmp_path))
    reached = {f"{one.method} {one.row.address}" for one in found if one.row is not None and one.reached}
    assert {"GET /cover", "POST /cover", "GET /cover/arranged/{draft_id}", "POST /leavers"} <= reached
    assert any("Answer “Until which day?”".encode() in one.body for one in found)
    head = {"location": "/sign-in"}
    away = Answer("POST", "/cover", rows()[0], 303, head, b"", None)
    assert not away.reached
    assert replace(away, headers={"location": "/cover/arranged/d-x"}).reached
    only_said = Answer("GET", "/cover", rows()[0], 422, {}, b"<main><form>", None)
    assert not only_said.reached


def test_pages_and_what_their_forms_answer_keep_nobody_out(served: Served, judge: Judge) -> None:
    everywhere = Everywhere(judge)
    with httpx2.Client(timeout=60) as client:
        secret = served.secret("tri/triage")
        walker = Walker(
            served.address, client, Addresses(rows()), lambda: secret, lambda _name: "Testing", everywhere.take
        )
        walker.look("/queue")
        walker.look("/search")
        walker.send(next(form for form in walker.forms if form.action == "/search"))
    assert everywhere.faults == set()
    assert {"GET /queue 200", "GET /search 200", "POST /search 422"} <= everywhere.looked.keys()
