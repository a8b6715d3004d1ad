"""Asking a holder through pages: what can be asked, and that a question reads the same whatever became of it."""

from __future__ import annotations

import html
import re

import pytest

from broker.decision.facts import HolderRuling
from broker.people import ProtectionMarker
from tests.functional.usecases.office import SCHOOL_LEAD
from tests.functional.usecases.test_holder_inbox import INCIDENT, answer, ask, staffed
from tests.functional.web.visitors import Pages, Visitor


def kim(pages: Pages) -> Visitor:
    return pages.visitor("kim", "lead-practitioner")


def text_of(visitor: Visitor, path: str) -> str:
    found = visitor.get(path)
    assert found.status_code == 200, path
    return html.unescape(found.text)


@pytest.fixture
def form(pages: Pages) -> dict[str, str]:
    """What somebody sends who asks the police about mum."""
    staffed(pages.office)
    return {
        "case": pages.office.cases["team"],
        "about": pages.office.people["mum"],
        "from": "essex-police",
        "category": "police-incidents",
        "purpose": "family-support",
        "reason": "We plan a visit on Friday",
    }


def test_a_member_asks_and_is_told_by_when(pages: Pages, form: dict[str, str]) -> None:
    path = f"/ask-holder/new?case={form['case']}&category=police-incidents&controller=essex-police"
    shown = text_of(kim(pages), path)
    for name in ("Mum Testing", "Partner Testing", "Child Testing", "Supporting a family"):
        assert name in shown
    assert 'value="essex-police" selected' in shown
    sent = kim(pages).post("/ask-holder/new", form)
    assert sent.status_code == 303
    told = text_of(kim(pages), sent.headers["location"])
    assert "An answer is due by the end of 9 March 2026" in told
    assert "Police incidents about Mum Testing" in told
    assert "Not answered yet" in told


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"about": ""}, "Answer “About whom?”"),
        ({"reason": ""}, "Answer “Why do you need it?”"),
        ({"category": "sexual-health"}, "No clause in force lets"),
    ],
)
def test_what_cannot_be_asked_is_said_and_nothing_typed_is_lost(
    pages: Pages, form: dict[str, str], wrong: dict[str, str], says: str
) -> None:
    answer = kim(pages).post("/ask-holder/new", {**form, **wrong})
    assert answer.status_code == 422
    assert says in html.unescape(answer.text)
    assert wrong.get("reason", form["reason"]) in answer.text


def test_a_withholding_reads_like_no_answer_and_one_that_is_told_does_not(pages: Pages) -> None:
    staffed(pages.office)
    pages.office.record("essex-police", "police-incidents", ["mum"], INCIDENT)
    silent = ask(pages.office)
    waiting = text_of(kim(pages), "/asked")
    answer(pages.office, silent.question_id, HolderRuling.WITHHOLD)
    assert plain(text_of(kim(pages), "/asked")) == plain(waiting)
    told = ask(pages.office, "child", category="attendance", controller="oakdale-primary")
    assert "I see it differently" not in text_of(kim(pages), "/asked")
    answer(pages.office, told.question_id, HolderRuling.RELEASE, by=SCHOOL_LEAD)
    assert "They let it go" in text_of(kim(pages), "/asked")


def plain(page: str) -> str:
    """The page without what is of the session alone."""
    return re.sub(r'"[0-9a-f]{64}"|data-ends-in="\d+"|until \d+:\d\d [ap]m', "", page)


def test_one_takes_back_what_one_asked_and_nobody_elses(pages: Pages) -> None:
    pages.office.step()
    asked = ask(pages.office)
    tom = pages.visitor("tom", "team-member")
    assert tom.post(f"/asked/{asked.question_id}/drop").status_code == 403
    assert kim(pages).post(f"/asked/{asked.question_id}/drop").status_code == 303
    assert "You have asked no holder anything" in text_of(kim(pages), "/asked")


def test_somebody_protected_since_has_no_name_there(pages: Pages) -> None:
    ask(pages.office)
    assert "Mum Testing" in text_of(kim(pages), "/asked")
    pages.office.mark("mum", ProtectionMarker.PROTECTED)
    shown = text_of(kim(pages), "/asked")
    assert "Mum" not in shown
    assert "somebody whose name is not shown here" in shown
