"""Requests without an agreement through their pages: written down, decided, answered, and the letter."""

from __future__ import annotations

import html

import pytest

from broker.audit.events import Event
from tests.functional.web.visitors import Pages, Visitor, text_of

BY_LAW = {"power": "ea02-175", "article-6": "e", "detail": "summary", "category": "attendance"}


def sent(visitor: Visitor, path: str, fields: dict[str, str]) -> str:
    answer = visitor.post(path, fields)
    assert answer.status_code == 303, html.unescape(answer.text)
    return answer.headers["location"]


def refused(visitor: Visitor, path: str, fields: dict[str, str]) -> str:
    answer = visitor.post(path, fields)
    assert answer.status_code == 422
    return html.unescape(answer.text)


@pytest.fixture
def form(pages: Pages) -> dict[str, str]:
    """What the school's lead writes down: Leeds asks about the child."""
    pages.office.enrol_one("hal", "Hal Moss", "oakdale-primary", "ig-officer")
    return {
        "direction": "out",
        "body": "Leeds MASH",
        "type": "LA-CSC",
        "area": "leeds",
        "contact": "Jo, on 01632 960150",
        "references": pages.office.people["child"],
        "category": "attendance",
        "purpose": "section-47",
        "why": "They look into an injury",
        "items": "percentages of this year",
    }


def dee(pages: Pages) -> Visitor:
    return pages.visitor("dee", "safeguarding-lead")


def hal(pages: Pages) -> Visitor:
    return pages.visitor("hal", "ig-officer")


def test_a_request_is_written_down_and_a_colleague_lets_it_go_in_a_letter(
    pages: Pages, form: dict[str, str]
) -> None:
    path = sent(dee(pages), "/adhoc/new", form)
    shown = text_of(hal(pages), path)
    for said in ("Child Testing", "Leeds MASH", "Jo, on 01632 960150", "They look into an injury", "Dee Long"):
        assert said in shown, said
    assert path in text_of(hal(pages), "/adhoc")
    decide = f"{path}/decide"
    assert "Answer “What do you decide?”" in refused(hal(pages), decide, {"reason": "w"})
    assert "Answer “By which power?”" in refused(
        hal(pages), decide, {"decision": "release", **BY_LAW, "power": ""}
    )
    letter = sent(
        hal(pages),
        decide,
        {"decision": "release", **BY_LAW, "reason": "Their enquiry is open", "conditions": "This enquiry alone\n"},
    )
    page = text_of(hal(pages), letter)
    assert "Child Testing: School attendance" in page
    assert "percentage: 81" in page
    assert "This enquiry alone" in page
    assert "Something went" in text_of(hal(pages), path)
    assert dee(pages).get(letter).status_code == 422, "the letter is for whoever decided"


def test_whoever_wrote_it_down_does_not_decide_it(pages: Pages, form: dict[str, str]) -> None:
    path = sent(dee(pages), "/adhoc/new", form)
    fields = {"decision": "release", **BY_LAW, "reason": "Their enquiry is open"}
    assert dee(pages).post(f"{path}/decide", fields).status_code == 403
    assert Event.ADHOC_RELEASED not in [entry.event for entry in pages.office.entries()]


def test_a_no_says_why_about_the_request(pages: Pages, form: dict[str, str]) -> None:
    path = sent(dee(pages), "/adhoc/new", form)
    letter = sent(hal(pages), f"{path}/decide", {"decision": "no-power", "reason": "They name none"})
    page = text_of(hal(pages), letter)
    assert "we see no legal power to" in page
    assert "percentage" not in page
    assert "We said no" in text_of(hal(pages), "/adhoc?every=true")


def test_one_of_ours_is_answered(pages: Pages, form: dict[str, str]) -> None:
    path = sent(dee(pages), "/adhoc/new", {**form, "direction": "in"})
    assert "What did they answer?" in text_of(dee(pages), f"{path}/answer")
    assert "Answer “Did they give it?”" in refused(dee(pages), f"{path}/answer", {"said": "x"})
    sent(dee(pages), f"{path}/answer", {"given": "no", "said": "They see no power to"})
    assert "They see no power to" in text_of(dee(pages), path)


def test_from_a_team_people_are_chosen_by_name(pages: Pages, form: dict[str, str]) -> None:
    kim, case = pages.visitor("kim", "lead-practitioner"), pages.office.cases["team"]
    assert "Child Testing" in text_of(kim, f"/adhoc/new?case={case}")
    fields = {**form, "case": case, "references": ""}
    assert "names at least one person" in refused(kim, "/adhoc/new", fields)
    path = sent(kim, "/adhoc/new", {**fields, "about": pages.office.people["child"]})
    assert "Somebody else here decides it" in text_of(kim, path)


def test_another_organisations_request_and_one_never_made_are_one_answer(
    pages: Pages, form: dict[str, str]
) -> None:
    path = sent(dee(pages), "/adhoc/new", form)
    ola = pages.visitor("ola", "ig-officer")
    theirs, never = ola.get(path), ola.get("/adhoc/x-never")
    assert theirs.status_code == never.status_code == 403
    assert theirs.text.replace(path.removeprefix("/adhoc/"), "x-never") == never.text
