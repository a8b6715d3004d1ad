"""Checks asked of an agency, and the front door's numbers, without a browser."""

from __future__ import annotations

import re
from typing import Any

import httpx2
import pytest

from broker.casework.statistics import FEWER
from broker.usecases.casework.agency_checks import ask_check
from broker.usecases.casework.contact_open_to import OpenTo
from broker.usecases.casework.front_door_queue import show_contact
from broker.usecases.casework.recalled_leads import RecalledAnswer, RecalledLead
from broker.usecases.casework.screen_contact import take_contact
from broker.web.pages.contact_leads import leads_said
from tests.functional.usecases.front_door_staff import contact, sign_front_door, staff_front_door
from tests.functional.usecases.office import TRIAGE
from tests.functional.web.visitors import Pages, Visitor


@pytest.fixture(autouse=True)
def staffed(pages: Pages) -> None:
    staff_front_door(pages.office)
    sign_front_door(pages.office)


def nav(pages: Pages) -> Visitor:
    return pages.visitor("nav", "navigator")


def words(answer: httpx2.Response) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", answer.text).split())


def taken(pages: Pages, **others: Any) -> str:
    case_id = contact(pages.office, **others).case.id
    pages.office.step()
    take_contact(pages.office.broker, TRIAGE, case_id)
    pages.office.step()
    return case_id


def checked(pages: Pages) -> tuple[str, str]:
    case_id = taken(pages)
    _, check = ask_check(pages.office.broker, TRIAGE, case_id, "essex-police")
    pages.office.step()
    return case_id, check.id


def test_an_agency_sees_who_asks_about_how_many_and_nothing_that_was_said(pages: Pages) -> None:
    checked(pages)
    read = words(nav(pages).get("/checks"))
    assert "Essex County Council" in read
    assert "Asks about 1 person." in read
    assert "left" in read
    for kept_from_them in ("canary-worry", "Child", "Dee Long"):
        assert kept_from_them not in read


def test_who_it_is_comes_in_the_summary_which_shows_their_own_agencys_records(pages: Pages) -> None:
    _, check_id = checked(pages)
    went = nav(pages).post(f"/checks/{check_id}/summary")
    assert went.headers["location"].startswith("/summary/d-")
    page = nav(pages).get(went.headers["location"])
    assert page.status_code == 200
    assert "Child Testing" in words(page)
    other = pages.visitor("dee", "safeguarding-lead").post(f"/checks/{check_id}/summary")
    assert other.status_code == 422


def test_a_check_is_answered_and_whoever_asked_learns_that_alone(pages: Pages) -> None:
    case_id, check_id = checked(pages)
    missing = nav(pages).post(f"/checks/{check_id}", {f"answer-{check_id}": "declined"})
    assert missing.status_code == 422
    assert f'href="#declined-{check_id}"' in missing.text
    fields = {f"answer-{check_id}": "declined", f"declined-{check_id}": "no-capacity"}
    assert nav(pages).post(f"/checks/{check_id}", fields).headers["location"] == "/checks?done=answered"
    assert "No check waits for an answer." in words(nav(pages).get("/checks"))
    assert show_contact(pages.office.broker, TRIAGE, case_id).row.checks[0].declined == "no-capacity"
    theirs = pages.visitor("dee", "safeguarding-lead").post(f"/checks/{check_id}", fields)
    assert theirs.status_code == 403


def test_the_numbers_are_told_by_week_and_a_small_one_never(pages: Pages) -> None:
    for _ in range(3):
        contact(pages.office)
    ola = pages.visitor("ola", "ig-officer")
    small = ola.get("/statistics?weeks=4")
    assert "<svg" not in small.text, "a picture of small numbers would tell them"
    assert FEWER in small.text
    for _ in range(4):
        contact(pages.office)
    page = ola.get("/statistics?weeks=4")
    assert page.text.count("<svg") == 3, "arrived, no outcome yet, and repeats"
    assert re.search(r"</th><td[^>]*>7</td>", page.text)
    assert "Total" not in page.text
    assert ola.get("/statistics?weeks=0").status_code == 422


def test_who_is_involved_is_said_in_words_and_days_as_people_write_them() -> None:
    lead = RecalledLead("Ada Example", "k-1", "Kim Ward", "ecc", "01632 960125")
    school = (
        ("phone", "01632 960112"),
        ("since", "2026-09-03"),
        ("worker", "Mrs Patel"),
        ("until_about", "spring"),
    )
    involved = (("Ada Example", "oakdale-primary", school), ("Ada Example", "ecc", (("service", "Team 4"),)))
    said = leads_said(OpenTo(("ecc",), 1), RecalledAnswer((lead,), involved, None, ""))
    assert said.involved[0].said == "since 3 September 2026, Mrs Patel, 01632 960112, until about: spring"
    assert said.leads[0].service == "Team 4", "the service, where it was told"
