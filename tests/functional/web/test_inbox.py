"""The holder's inbox through its pages: what a question shows, what deciding it does, what is never there."""

from __future__ import annotations

import html

import pytest

from broker.audit.events import Event
from tests.functional.usecases.test_holder_inbox import INCIDENT, WHY, ask, staffed
from tests.functional.web.visitors import Pages, Visitor

QUESTION = "May Essex County Council have “Police incidents” about Mum Testing, for “Supporting a family”?"


@pytest.fixture
def asked(pages: Pages) -> str:
    """A question to the police, who hold an incident about mum."""
    staffed(pages.office)
    pages.office.record("essex-police", "police-incidents", ["mum"], INCIDENT)
    return ask(pages.office).question_id


def police(pages: Pages, staff_id: str = "pol") -> Visitor:
    return pages.visitor(staff_id, "safeguarding-lead")


def text_of(visitor: Visitor, path: str) -> str:
    answer = visitor.get(path)
    assert answer.status_code == 200, path
    return html.unescape(answer.text)


def test_a_question_says_who_asks_why_what_would_go_and_what_the_law_allows(pages: Pages, asked: str) -> None:
    assert QUESTION in text_of(police(pages), "/inbox")
    shown = text_of(police(pages), f"/inbox/{asked}")
    for said in (
        QUESTION,
        "Kim Ward",
        WHY,
        "What part they played in it",
        "Where it was",
        "At most this is in one of your records.",
        "The agreement leaves this to your organisation to decide each time",
        "Children Act 2004 s.10",
        "Agreement to early help: given, by them",
        "the end of 9 March 2026",
        "2 September 2026",
    ):
        assert said in shown, said
    assert "domestic-abuse" not in shown, "what is held is no part of the question"
    title = shown.partition("</title>")[0]
    assert "Mum" not in title
    assert "incident" not in title.lower()


def test_releasing_says_what_happens_next_and_the_summary_then_shows_it(pages: Pages, asked: str) -> None:
    sent = {"decision": "release", "reason": "It bears on the plan"}
    days = {"until-day": "1", "until-month": "June", "until-year": "2026"}
    answer = police(pages).post(f"/inbox/{asked}", {**sent, **days})
    assert answer.status_code == 303
    told = text_of(police(pages), answer.headers["location"])
    assert "You released it" in told
    assert "It ends by itself as 1 June 2026 begins" in told
    assert "Mum" not in told
    disclosure = pages.office.ask()
    assert disclosure.profile is not None
    assert "police-incidents" in {item.papers.category for item in disclosure.profile.items}
    assert "Nothing waits for your organisation" in text_of(police(pages), "/inbox")
    assert police(pages, "pia").get(answer.headers["location"]).status_code == 422, "it was told to one person"


def test_withholding_says_whether_those_who_asked_are_told(pages: Pages, asked: str) -> None:
    answer = police(pages).post(f"/inbox/{asked}", {"decision": "withhold", "reason": "An enquiry is open"})
    told = text_of(police(pages), answer.headers["location"])
    assert "To them the question reads as not answered" in told
    assert "It stands until you decide again" in told


@pytest.mark.parametrize(
    ("sent", "says"),
    [
        ({"reason": "weighed"}, "Answer “What do you decide?”: choose one"),
        ({"decision": "release"}, "Answer “Why?”: say in a sentence why"),
        (
            {"decision": "release", "reason": "w", "until-day": "31", "until-month": "2", "until-year": "2027"},
            "Your answer to “Until which day?” is no date",
        ),
        (
            {"decision": "release", "reason": "w", "until-day": "1", "until-month": "2", "until-year": "2020"},
            "Your answer to “Until which day?” ends before it begins",
        ),
    ],
)
def test_what_is_amiss_stands_beside_its_field_and_nothing_is_decided(
    pages: Pages, asked: str, sent: dict[str, str], says: str
) -> None:
    answer = police(pages).post(f"/inbox/{asked}", sent)
    assert answer.status_code == 422
    assert says in html.unescape(answer.text)
    assert sent.get("reason", "") in answer.text
    assert Event.HOLDER_DECISION_MADE not in [entry.event for entry in pages.office.entries()]


def test_it_is_handed_to_a_colleague_by_name(pages: Pages, asked: str) -> None:
    missing = police(pages).post(f"/inbox/{asked}/hand-over")
    assert "Answer “Who decides it instead?”: choose a colleague" in html.unescape(missing.text)
    assert police(pages).post(f"/inbox/{asked}/hand-over", {"to": "pia"}).status_code == 303
    assert "It is with Pia Lane" in text_of(police(pages), f"/inbox/{asked}")
    assert "with Pia Lane" in text_of(police(pages), "/inbox")


def test_who_could_take_it_depends_on_nobody_it_is_about(pages: Pages, asked: str) -> None:
    shown = text_of(police(pages), f"/inbox/{asked}")
    pages.office.befriend("fay", "mum", "essex-police", "safeguarding-lead")
    with_friend = text_of(police(pages), f"/inbox/{asked}")
    assert 'value="fay"' not in shown
    assert 'value="fay"' in with_friend, "a list without her would say that she knows them"
    refused = police(pages).post(f"/inbox/{asked}/hand-over", {"to": "fay"})
    nobody = police(pages).post(f"/inbox/{asked}/hand-over", {"to": "pat"})
    assert refused.status_code == nobody.status_code == 422


def test_another_organisations_question_and_one_never_asked_are_one_answer(pages: Pages, asked: str) -> None:
    school = pages.visitor("dee", "safeguarding-lead")
    theirs, never = school.get(f"/inbox/{asked}"), school.get("/inbox/q-never")
    assert theirs.status_code == never.status_code == 403
    assert theirs.text.replace(asked, "q-never") == never.text
