"""Copies of a family summary through the pages: chosen, decided again, read on the screen and as a PDF."""

from __future__ import annotations

import io
from datetime import timedelta

from pypdf import PdfReader

from broker.audit.events import Event
from broker.casework.telling import How, NotNow
from broker.usecases.casework.cases import join_team
from broker.usecases.consent.tell_family import record_not_told, record_told
from tests.functional.usecases.office import KIM
from tests.functional.web.test_summary import REASON, asked, kim, words
from tests.functional.web.visitors import Pages, Visitor


def made(pages: Pages, visitor: Visitor, **fields: object) -> str:
    answer = visitor.post(f"{asked(pages, visitor)}/copy", fields)
    assert answer.status_code == 303, answer.text
    where: str = answer.headers["location"]
    return where


def read(data: bytes) -> list[str]:
    return [" ".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(data)).pages]


def test_the_summary_as_a_pdf_says_who_when_and_why_on_every_page(pages: Pages) -> None:
    visitor = kim(pages)
    answer = visitor.get(f"{asked(pages, visitor)}/paper.pdf")
    assert answer.headers["content-type"] == "application/pdf"
    sheets = read(answer.content)
    assert len(sheets) > 1
    for number, text in enumerate(sheets, start=1):
        assert "Printed by Kim Ward, Lead practitioner, Essex County Council, 2 March 2026 at" in text
        assert "Why: Preparing the first review" in text
        assert f"Page {number} of {len(sheets)}" in text
    whole = " ".join(sheets)
    for part in ("Before you contact them", "Who is already involved", "What silence means here", "This release"):
        assert part in whole
    assert pages.office.entries()[-1].event is Event.PROFILE_RELEASED


def test_a_copy_for_a_meeting_is_chosen_reader_by_reader(pages: Pages) -> None:
    office, visitor = pages.office, kim(pages)
    join_team(office.broker, KIM, office.cases["team"], "tom")
    choices = visitor.get(f"{asked(pages, visitor)}/copy").text
    assert "Tom Reed" in choices
    where = made(pages, visitor, reader="meeting", members=["kim", "tom"])
    answer = visitor.get(where)
    assert answer.status_code == 200
    assert "Family summary for a meeting" in answer.text
    assert "Ring before you visit" in answer.text
    assert "Not shared" not in words(answer)
    assert "parental responsibility" not in answer.text
    assert office.entries()[-1].event is Event.PROFILE_COPIED
    assert visitor.get(where.removesuffix("/sheet")).headers["location"] == where


def test_a_reader_who_may_not_have_it_stops_the_copy_calmly(pages: Pages) -> None:
    office, visitor = pages.office, kim(pages)
    office.befriend("fay", "child", "ecc", "team-member")
    join_team(office.broker, KIM, office.cases["team"], "fay")
    answer = visitor.get(made(pages, visitor, reader="meeting", members=["kim", "fay"]))
    assert answer.status_code == 403
    assert "Not available to you." in answer.text
    assert "Friend" not in words(answer)


def test_the_familys_own_copy_is_written_to_them(pages: Pages) -> None:
    visitor = kim(pages)
    where = made(pages, visitor, reader="family", person=pages.office.people["mum"])
    page = words(visitor.get(where))
    assert "What we share about you, your own copy" in page
    assert "01632 960123" in page
    assert "What you have agreed to" in page
    assert "by Mum Testing on 2 March 2026" in page
    for left_out in ("Ring before you visit", "81 %", "What silence means", "clause"):
        assert left_out not in page
    assert "Essex Police" not in page
    assert "not an answer to such a request" in page
    printed = " ".join(read(visitor.get(where.replace("/sheet", "/paper.pdf")).content))
    assert "01632 960123" in printed
    assert "Printed by Kim Ward" in printed
    style = visitor.get(where.replace("/sheet", "/print.css")).text
    assert "Kim Ward" in style
    assert "Your own copy" in style
    # What a worker typed may be why somebody is afraid; and staff's marking is for staff.
    for left_out in ("Ring before you visit", REASON, "Why:", "fficial-sensitive", "do not pass it on"):
        assert left_out not in printed + page + style.replace("\\", "")


def test_what_is_missing_for_a_copy_stands_beside_its_field(pages: Pages) -> None:
    visitor = kim(pages)
    where = f"{asked(pages, visitor)}/copy"
    for sent, said in (
        ({}, "“The copy is” is missing"),
        ({"reader": "meeting"}, "Answer “For a meeting: who will have it?”"),
        ({"reader": "family"}, "own: whose copy is it?”"),
    ):
        answer = visitor.post(where, sent)
        assert answer.status_code == 422
        assert said in answer.text


def test_a_child_whose_say_was_not_considered_is_in_no_copy(pages: Pages) -> None:
    office, visitor = pages.office, kim(pages)
    office.record("ecc", "identity", ["child"], {"name": "Child Testing", "born": "2015-06-01", "sex": "male"})
    mum, child = office.people["mum"], office.people["child"]
    without = visitor.get(made(pages, visitor, reader="family", person=mum))
    assert "1 June 2015" not in without.text
    fields = {"reader": "family", "person": mum, f"view-{child}": "not-competent"}
    assert "1 June 2015" in visitor.get(made(pages, visitor, **fields)).text


def test_no_copy_goes_home_while_telling_them_is_not_safe(pages: Pages) -> None:
    office, visitor = pages.office, kim(pages)
    mum, team = office.people["mum"], office.cases["team"]
    before = made(pages, visitor, reader="family", person=mum)
    day = office.clock.now() + timedelta(days=7)
    record_not_told(office.broker, KIM, team, mum, NotNow.COULD_HARM, "He reads her letters", day)
    answer = visitor.post(f"{asked(pages, visitor)}/copy", {"reader": "family", "person": mum})
    assert answer.status_code == 422
    assert "is not to be told for now" in answer.text
    assert "He reads her letters" not in answer.text
    # One that was chosen earlier is not made either.
    assert visitor.get(before).status_code == 422
    record_told(office.broker, KIM, team, mum, How.IN_PERSON)
    assert visitor.get(made(pages, visitor, reader="family", person=mum)).status_code == 200


def test_a_child_who_cannot_be_in_it_is_said_beside_the_choice(pages: Pages) -> None:
    visitor, people = kim(pages), pages.office.people
    fields = {"reader": "family", "person": people["partner"], f"view-{people['child']}": "not-competent"}
    answer = visitor.post(f"{asked(pages, visitor)}/copy", fields)
    assert answer.status_code == 422
    assert f'href="#view-{people["child"]}"' in answer.text
    assert "cannot be in this copy" in answer.text
