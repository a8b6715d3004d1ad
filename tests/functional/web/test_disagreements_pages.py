"""Disagreements, and what a manager is asked to allow, through their pages."""

from __future__ import annotations

import html

import pytest

from broker.casework.threshold import ThresholdOutcome
from broker.usecases.casework.decide_contact import decide_threshold
from broker.usecases.casework.screen_contact import take_contact
from broker.usecases.rules.proposals import propose_purpose, restrict_case
from tests.functional.usecases.front_door_staff import DEB, contact, staff_front_door
from tests.functional.usecases.office import KIM
from tests.functional.web.visitors import Pages, Visitor, text_of


def dee(pages: Pages) -> Visitor:
    return pages.visitor("dee", "safeguarding-lead")


def deb(pages: Pages) -> Visitor:
    return pages.visitor("deb", "decision-maker")


@pytest.fixture
def case_id(pages: Pages) -> str:
    """The school's worry, which Deb decided."""
    office = pages.office
    staff_front_door(office)
    office.enrol_one("pat", "Pat Rowe", "ecc", "practice-manager")
    found = contact(office).case.id
    office.step()
    take_contact(office.broker, DEB, found)
    office.step()
    decide_threshold(office.broker, DEB, found, 1, ThresholdOutcome.ADVICE, "school does well")
    return found


def raised(pages: Pages, case_id: str) -> str:
    answer = dee(pages).post(
        "/disagreements/new", {"about": "threshold", "reference": case_id, "grounds": "We see her every day"}
    )
    assert answer.status_code == 303, html.unescape(answer.text)
    return answer.headers["location"]


def step(visitor: Visitor, path: str, which: str, said: str) -> None:
    answer = visitor.post(path, {"step": which, "said": said})
    assert answer.status_code == 303, html.unescape(answer.text)


def test_one_side_raises_it_and_both_settle_it(pages: Pages, case_id: str) -> None:
    path = raised(pages, case_id)
    shown = text_of(deb(pages), path)
    assert "Dee Long raised it" in shown
    assert "We see her every day" in shown
    step(deb(pages), path, "answer", "Tell us what you see")
    step(dee(pages), path, "propose", "We decide again")
    assert "Your side proposed how it ends" in text_of(dee(pages), path)
    assert 'value="accept"' not in text_of(dee(pages), path)
    step(deb(pages), path, "decline", "Not yet")
    step(dee(pages), path, "propose", "We meet on Monday")
    step(deb(pages), path, "accept", "Agreed")
    settled = text_of(dee(pages), path)
    assert "Settled" in settled
    assert "Deb" in settled
    assert "Send it" not in settled
    assert "No disagreement is open" in text_of(dee(pages), "/disagreements")
    assert path in text_of(dee(pages), "/disagreements?every=true")


def test_a_stage_up_its_manager_sees_it_and_nobody_before(pages: Pages, case_id: str) -> None:
    path = raised(pages, case_id)
    pat = pages.visitor("pat", "practice-manager")
    assert pat.get(path).status_code == 403
    step(dee(pages), path, "escalate", "We still see it differently")
    assert "their managers" in text_of(pat, path)
    assert 'value="propose"' in text_of(pat, path)
    assert 'value="propose"' not in text_of(deb(pages), path), "it is settled at the stage it has reached"


def test_what_is_amiss_stands_beside_its_field(pages: Pages, case_id: str) -> None:
    missing = dee(pages).post("/disagreements/new", {"about": "threshold", "reference": case_id})
    assert "Answer “What do you see differently, and why?”" in html.unescape(missing.text)
    path = raised(pages, case_id)
    assert "Answer “What do you do?”" in html.unescape(deb(pages).post(path, {"said": "Hm"}).text)
    assert "Your answer to “What do you do?” is not one" in html.unescape(
        deb(pages).post(path, {"step": "x", "said": "Hm"}).text
    )
    again = deb(pages).post(path, {"step": "answer"})
    assert again.status_code == 422
    assert "Answer “What do you say?”" in html.unescape(again.text)


def test_what_one_was_not_told_of_and_what_never_was_are_one_answer(pages: Pages, case_id: str) -> None:
    kim = pages.visitor("kim", "lead-practitioner")
    form = {"about": "threshold", "grounds": "x"}
    theirs = kim.post("/disagreements/new", {**form, "reference": case_id})
    never = kim.post("/disagreements/new", {**form, "reference": "k-never"})
    assert theirs.status_code == never.status_code == 403
    assert theirs.text.replace(case_id, "k-never") == never.text


# What a manager is asked to allow


def test_a_manager_allows_or_declines_and_sees_nothing_else_of_the_case(pages: Pages) -> None:
    office, team = pages.office, pages.office.cases["team"]
    office.enrol_one("pat", "Pat Rowe", "ecc", "practice-manager")
    office.step()
    restrict_case(office.broker, KIM, team, "pat", "A neighbour works here")
    office.step()
    propose_purpose(office.broker, KIM, team, "family-support", "section-17", "pat", "An assessment is needed")
    pat = pages.visitor("pat", "practice-manager")
    listed = text_of(pat, "/to-allow")
    assert "A neighbour works here" in listed
    assert "Kim Ward asked on" in listed
    assert "Mum" not in listed
    first, second = _links(listed)
    assert "Answer “Do you allow it?”" in html.unescape(pat.post(first).text)
    assert pat.post(first, {"settled": "authorised"}).status_code == 303
    change = text_of(pat, second)
    assert "no longer for “Supporting a family”" in change
    refused = pat.post(second, {"settled": "declined"})
    assert "Answer “Why?”" in html.unescape(refused.text)
    assert pat.post(second, {"settled": "declined", "reason": "Ask the family first"}).status_code == 303
    assert "Nothing waits for you to allow" in text_of(pat, "/to-allow")
    assert pat.get(first).status_code == pat.get("/to-allow/a-never").status_code == 403


def _links(page: str) -> list[str]:
    return [part.partition('"')[0] for part in page.split('href="')[1:] if part.startswith("/to-allow/a-")]
