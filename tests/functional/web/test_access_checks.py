"""Access checks through their pages: a question in a sentence, answered in words, never by the one it is about."""

from __future__ import annotations

import html

import pytest

from broker.oversight.register import CHECKS
from broker.usecases.acting import Acting
from broker.usecases.notices import list_notices
from broker.web.pages.access_checks import SENTENCES
from tests.functional.usecases.office import OFFICER
from tests.functional.usecases.test_access_checks import enrol
from tests.functional.web.visitors import Pages, Visitor

SENTENCE = "Any Body looked at themselves"


@pytest.fixture
def ola(pages: Pages) -> Visitor:
    """The officer, after somebody who is in the family has looked at themselves."""
    office = pages.office
    enrol(office, "me", person=office.people["mum"])
    office.ask(Acting("me", "team-member"), about=["mum"])
    visitor = pages.visitor("ola", "ig-officer")
    assert visitor.post("/access-checks/run").status_code == 303
    return visitor


def text_of(visitor: Visitor, path: str) -> str:
    answer = visitor.get(path)
    assert answer.status_code == 200, path
    return html.unescape(answer.text)


def waiting(pages: Pages) -> str:
    (found,) = [one for one in list_notices(pages.office.broker, OFFICER) if one.topic == "check-own-record"]
    return f"/access-checks/{found.notice_id}"


def test_every_check_has_a_sentence() -> None:
    assert SENTENCES.keys() == CHECKS.keys()
    assert all(one.count("%s") == 1 for one in SENTENCES.values())


def test_a_look_is_asked_about_in_a_sentence_and_closed_with_words(pages: Pages, ola: Visitor) -> None:
    assert SENTENCE in text_of(ola, "/access-checks")
    path = waiting(pages)
    shown = text_of(ola, path)
    assert SENTENCE in shown
    assert "Asked for a family summary, and nothing was released" in shown
    assert "Testing" not in shown, "whom they looked at is a reference"
    assert ola.post(path, {"answer": "explained"}).status_code == 422, "in no words"
    assert ola.post(path, {"answer": "explained", "words": "A test of the trainer"}).status_code == 303
    after = text_of(ola, "/access-checks")
    assert SENTENCE not in after
    assert "A test of the trainer" in after
    assert ola.post(path, {"answer": "explained", "words": "twice"}).status_code == 422
    assert not [one for one in list_notices(pages.office.broker, OFFICER) if "check" in one.topic]


def test_one_that_is_a_breach_is_recorded_with_its_clocks(pages: Pages, ola: Visitor) -> None:
    answer = ola.post(waiting(pages), {"answer": "breach", "words": "She had no reason"})
    assert answer.status_code == 303
    assert [entry.event for entry in pages.office.entries()][-1] == "breach.recorded"


def test_whoever_it_is_about_sees_neither_the_question_nor_the_answer(pages: Pages) -> None:
    office = pages.office
    enrol(office, "sia", name="Sia Own", role="siro", person=office.people["mum"])
    office.ask(Acting("sia", "siro"), about=["mum"])
    ola, sia = pages.visitor("ola", "ig-officer"), pages.visitor("sia", "siro")
    ola.post("/access-checks/run")
    path = waiting(pages)
    assert "Sia Own" not in text_of(sia, "/access-checks").partition("<main")[2]
    theirs, never = sia.get(path), sia.get("/access-checks/n-never")
    assert theirs.status_code == never.status_code == 422
    assert theirs.text.replace(path.rpartition("/")[2], "n-never") == never.text
    ola.post(path, {"answer": "training", "words": "A word with her"})
    assert "A word with her" not in text_of(sia, "/access-checks")


def test_somebody_is_watched_and_the_list_shows_nobody(pages: Pages, ola: Visitor) -> None:
    about = pages.office.people["child"]
    missing = ola.post("/access-checks/watch", {"about": about, "change": "yes"})
    assert missing.status_code == 422
    assert "Answer “Why?”" in html.unescape(missing.text)
    assert ola.post("/access-checks/watch", {"about": about, "change": "yes", "words": "Press"}).status_code == 303
    assert about not in text_of(ola, "/access-checks")
