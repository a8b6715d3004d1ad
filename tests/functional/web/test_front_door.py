"""The front door's pages, without a browser: what each form does, and what a page never says."""

from __future__ import annotations

import re
from typing import Any

import httpx2
import pytest

from broker.audit.events import Event
from broker.casework import Staff
from broker.casework.checks import CheckAnswer
from broker.casework.contact import SourceKind
from broker.casework.staff import StaffMember
from broker.people import ProtectionMarker
from broker.usecases.casework import front_door_queue
from broker.usecases.casework.agency_checks import answer_check, ask_check
from broker.usecases.casework.cases import close_case
from broker.usecases.casework.screen_contact import take_contact
from broker.usecases.posts.enrol_staff import enrol_staff
from broker.vocabulary.clocks import Rating
from tests.functional.usecases.front_door_staff import ANN, NAV, contact, sign_front_door, staff_front_door
from tests.functional.usecases.office import KIM, TRIAGE
from tests.functional.web.visitors import Pages, Visitor


@pytest.fixture(autouse=True)
def staffed(pages: Pages) -> None:
    staff_front_door(pages.office)
    kim = Staff("kim", "ecc", frozenset({"lead-practitioner"}))
    enrol_staff(pages.office.broker, [StaffMember(kim, "Kim Ward", "01632 960125")])
    sign_front_door(pages.office)


def tri(pages: Pages) -> Visitor:
    return pages.visitor("tri", "triage")


def deb(pages: Pages) -> Visitor:
    return pages.visitor("deb", "decision-maker")


def words(answer: httpx2.Response) -> str:
    """What somebody reads."""
    return " ".join(re.sub(r"<[^>]+>", " ", answer.text).split())


def without_clock(answer: httpx2.Response) -> str:
    """The same whatever minute it is."""
    return re.sub(r"[0-9]+(:[0-9]+ am| min)", "", words(answer))


def taken(pages: Pages, **others: Any) -> str:
    case_id = contact(pages.office, **others).case.id
    pages.office.step()
    take_contact(pages.office.broker, TRIAGE, case_id)
    return case_id


def test_the_queue_says_first_what_is_overdue_then_the_colours_by_time_left(pages: Pages) -> None:
    red = contact(pages.office, rating=Rating.RED).case.id
    pages.office.step(130)
    green = contact(pages.office, rating=Rating.GREEN, about=("mum",)).case.id
    unrated = contact(pages.office, about=("partner",), source=SourceKind.PUBLIC, source_code=None).case.id
    page = tri(pages).get("/queue")
    places = [page.text.index(f'id="{one}"') for one in (red, unrated, green)]
    assert places == sorted(places)
    read = words(page)
    assert "Overdue by" in read
    assert "Told by a member of the public" in read
    assert "“He says there is no food at home, canary-worry”" in read
    assert "Testing" not in read, "first names only"


def test_filters_are_codes_in_the_address_and_survive_going_back(pages: Pages) -> None:
    held, other = taken(pages), contact(pages.office, about=("mum",)).case.id
    page = tri(pages).get("/queue?show=mine")
    assert held in page.text
    assert other not in page.text
    assert f'href="/contacts/{held}?show=mine"' in page.text
    assert 'href="/queue?show=mine"' in tri(pages).get(f"/contacts/{held}?show=mine").text
    assert tri(pages).get("/queue?show=Testing").status_code == 422


def test_a_long_queue_has_pages_that_survive_going_back_too(pages: Pages, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(front_door_queue, "MOST_ROWS", 1)
    first, second = (contact(pages.office, about=(one,)).case.id for one in ("mum", "child"))
    shown = [first, second] if first in tri(pages).get("/queue").text else [second, first]
    page = tri(pages).get("/queue?show=unheld&page=2")
    assert "2 to 2 of 2, the most urgent first." in words(page)
    assert 'href="/queue?show=unheld" rel="prev"' in page.text
    assert f'href="/contacts/{shown[1]}?show=unheld&amp;page=2"' in page.text
    assert f'action="/contacts/{shown[1]}/take?show=unheld&amp;page=2"' in page.text
    assert 'href="/queue?show=mine"' in page.text, "another filter begins with its first page"
    assert 'href="/queue?page=2" rel="next"' in tri(pages).get("/queue").text
    assert (
        'href="/queue?show=unheld&amp;page=2"' in tri(pages).get(f"/contacts/{shown[1]}?show=unheld&page=2").text
    )
    went = tri(pages).post(f"/contacts/{shown[1]}/take?show=unheld&page=2", {})
    assert went.headers["location"] == f"/contacts/{shown[1]}?show=unheld&page=2&done=take"
    assert shown[0] in tri(pages).get("/queue?show=unheld&page=2").text, "the queue has become shorter"
    assert tri(pages).get("/queue?page=Testing").status_code == 422


def test_an_empty_queue_says_so(pages: Pages) -> None:
    assert "Nothing waiting. 0 closed today." in words(tri(pages).get("/queue"))


def test_the_contact_says_how_to_reach_them_before_anything_else(pages: Pages) -> None:
    case_id = contact(pages.office, danger=True).case.id
    read = words(tri(pages).get(f"/contacts/{case_id}"))
    said = ["ring 999", "Do not leave a voicemail", "The family does not know yet", "canary-worry", "So far"]
    assert [read.index(one) for one in said] == sorted(read.index(one) for one in said)
    assert "<title>Contact – Information sharing</title>" in tri(pages).get(f"/contacts/{case_id}").text


def test_a_contact_goes_through_its_whole_life(pages: Pages) -> None:
    office, case_id = pages.office, contact(pages.office, danger=True).case.id

    def send(who: Visitor, name: str, **fields: str) -> httpx2.Response:
        office.step()
        given = {f"{name}-{key}": value for key, value in fields.items()}
        answer = who.post(f"/contacts/{case_id}/{name}", given)
        assert answer.status_code == 303, words(answer)
        return who.get(answer.headers["location"])

    read = words(send(tri(pages), "take"))
    assert "Yours" in read
    assert "Level of need Not decided yet" in read
    assert "decides about it" in read, "who, where it is somebody else"
    assert "Ask for a family summary" in read
    assert "Given the colour amber by Tri Shaw" in words(
        send(tri(pages), "rate", rating="amber", reason="A second call came in")
    )
    asked = words(send(tri(pages), "check", of="essex-police"))
    assert "Essex Police Not answered yet" in asked
    handed = words(send(tri(pages), "hand-over", to="ann"))
    assert "Held by Ann Bell" in handed
    assert "Ask for a family summary" not in handed, "it is no longer theirs"
    deciding = words(deb(pages).get(f"/contacts/{case_id}"))
    assert "Somebody is in danger now" in deciding
    decided = words(send(deb(pages), "decide", level="2", outcome="taf", reason="School and health both see need"))
    assert "Decided: A team around the family, level 2 by Deb Cole" in decided
    assert "Level of need Level 2" in decided
    assert "Somebody was in danger when this arrived" in decided
    assert "write this down afterwards" not in decided
    before = tri(pages).get(f"/contacts/{case_id}")
    assert "It has gone to the people who can help" in words(before), "shown before it is told"
    assert "Referrer told" not in words(before)
    assert "Referrer told" in words(send(tri(pages), "tell"))
    send(tri(pages), "close")
    assert "1 closed today" in words(tri(pages).get("/queue"))


def test_what_a_form_lacks_stands_beside_its_own_field_and_nothing_is_lost(pages: Pages) -> None:
    case_id = taken(pages)
    answer = tri(pages).post(f"/contacts/{case_id}/rate", {"rate-rating": "amber", "rate-reason": " "})
    assert answer.status_code == 422
    assert 'href="#rate-reason"' in answer.text
    assert re.search(r'<details[^>]*id="rate-form" open', answer.text)
    assert re.search(r'name="rate-rating" type="radio" value="amber" checked', answer.text)
    refused = deb(pages).post(
        f"/contacts/{case_id}/decide",
        {"decide-level": "1", "decide-outcome": "section-47", "decide-reason": "Because it is so"},
    )
    assert refused.status_code == 422
    assert "Because it is so" in refused.text
    wrong = "“Level of need” does not go with “Child protection enquiry (section 47)”: that is for level 4"
    assert wrong in words(refused)
    empty = deb(pages).post(f"/contacts/{case_id}/decide")
    fields = re.findall(r'<a href="#(decide-[a-z]+)">', empty.text)
    assert fields == ["decide-outcome", "decide-level", "decide-reason"], "all at once"
    assert "Answer “Which organisation?”: choose an organisation" in words(
        tri(pages).post(f"/contacts/{case_id}/check")
    )


def test_already_open_is_passed_to_its_lead_in_one_step(pages: Pages) -> None:
    case_id = contact(pages.office).case.id
    pages.office.step()
    unasked = tri(pages).get(f"/contacts/{case_id}")
    assert "Already open to Essex County Council. Pass on to their lead" in words(unasked), "as the queue says it"
    assert "Kim Ward" not in words(unasked)
    told = [one for one in pages.office.entries() if one.details.get("report") == "front-door-contact"]
    assert told[-1].details["already_open"] == (case_id,)
    assert told[-1].agreements_digest is not None
    went = tri(pages).post(f"/contacts/{case_id}/lead", {"lead-reason": "Is somebody with them already?"})
    page = tri(pages).get(went.headers["location"].partition("#")[0])
    assert "Already open to Essex County Council. Kim Ward leads" in words(page)
    pages.office.step()
    fields = {"pass-to": pages.office.cases["team"], "pass-reason": "They lead already"}
    assert tri(pages).post(f"/contacts/{case_id}/pass", fields).status_code == 303
    assert "Nothing waiting. 1 closed today." in words(tri(pages).get("/queue"))


def test_the_queue_says_what_is_open_already_and_passes_it_on_from_its_row(pages: Pages) -> None:
    case_id, other = contact(pages.office).case.id, contact(pages.office, about=("partner",)).case.id
    pages.office.step()
    page = tri(pages).get("/queue?show=already-open")
    assert "Already open to Essex County Council." in words(page)
    assert "Kim Ward" not in words(page), "the organisation, and no person"
    assert pages.office.cases["team"] not in page.text
    assert case_id in page.text
    assert other in page.text
    went = tri(pages).post(f"/contacts/{case_id}/pass?show=already-open", {"pass-reason": "They lead already"})
    assert went.headers["location"] == "/queue?show=already-open&done=pass"
    pages.office.step()
    close_case(pages.office.broker, KIM, pages.office.cases["team"])
    pages.office.step()
    assert "Already open to" not in words(tri(pages).get("/queue"))
    stale = tri(pages).post(f"/contacts/{other}/pass", {"pass-reason": "They lead already"})
    assert stale.status_code == 422
    assert "ask who leads" in words(stale).lower()
    assert 'href="#already-open"' in stale.text
    assert "Already open to" not in words(tri(pages).get(f"/contacts/{other}"))


def test_what_was_told_of_a_lead_is_not_shown_again_once_something_changed(pages: Pages) -> None:
    case_id = contact(pages.office).case.id
    pages.office.step()
    tri(pages).post(f"/contacts/{case_id}/lead", {"lead-reason": "Is somebody with them already?"})
    assert "Kim Ward" in words(tri(pages).get(f"/contacts/{case_id}"))
    pages.office.step()
    pages.office.consent("child", "mum")
    assert "Kim Ward" not in words(tri(pages).get(f"/contacts/{case_id}"))


def test_declined_says_why_and_an_answer_never_says_what_there_was(pages: Pages) -> None:
    office, case_id = pages.office, taken(pages)
    office.step()
    _, check = ask_check(office.broker, TRIAGE, case_id, "essex-police")
    office.step()
    answer_check(office.broker, NAV, check.id, CheckAnswer.NOTHING_RELEVANT)
    read = words(tri(pages).get(f"/contacts/{case_id}"))
    assert "Essex Police Answered" in read
    assert not re.search("nothing (relevant|to add)", read, re.IGNORECASE)


def test_a_contact_of_nobody_and_one_that_is_hidden_are_one_page(pages: Pages) -> None:
    case_id = contact(pages.office).case.id
    near = Staff("ned", "ecc", frozenset({"triage"}), links=frozenset({pages.office.people["child"]}))
    enrol_staff(pages.office.broker, [StaffMember(near, "Ned Marsh")])
    ned = pages.visitor("ned", "triage")
    hidden, unknown = ned.get(f"/contacts/{case_id}"), ned.get("/contacts/k-nothing")
    assert hidden.status_code == unknown.status_code == 403
    assert words(hidden).replace(case_id, "k-nothing") == words(unknown)
    assert case_id not in ned.get("/queue").text


def test_a_change_of_purpose_asks_a_manager(pages: Pages) -> None:
    case_id = taken(pages)
    fields = {
        "purpose-from": "front-door-screening",
        "purpose-to": "section-47",
        "purpose-manager": "deb",
        "purpose-reason": "The strategy discussion decided to enquire",
    }
    assert tri(pages).post(f"/contacts/{case_id}/purpose", fields).status_code == 303
    read = words(tri(pages).get(f"/contacts/{case_id}"))
    assert "Deb Cole is asked to let it be for: Child protection enquiry. Nothing has changed yet." in read
    assert Event.CASE_CHANGED in [one.event for one in pages.office.entries()]


def test_nobody_takes_from_the_queue_what_a_colleague_took_meanwhile(pages: Pages) -> None:
    case_id = contact(pages.office).case.id
    pages.office.step()
    take_contact(pages.office.broker, ANN, case_id)
    pages.office.step()
    late = tri(pages).post(f"/contacts/{case_id}/take", {"take-if-free": "yes"})
    assert late.status_code == 422
    assert "was taken by a colleague a moment ago" in words(late)
    assert "Held by Ann Bell" in words(tri(pages).get(f"/contacts/{case_id}"))


def test_a_contact_that_is_hidden_changes_nothing_of_the_queue(pages: Pages) -> None:
    # The family's team is about the child too: it would be told of no more, as one that was closed.
    close_case(pages.office.broker, KIM, pages.office.cases["team"])
    shown = contact(pages.office, ("partner",)).case.id
    before = without_clock(tri(pages).get("/queue"))
    hidden = contact(pages.office, ("child",)).case.id
    pages.office.mark("child", ProtectionMarker.PROTECTED)
    after = tri(pages).get("/queue")
    assert hidden not in after.text
    assert shown in after.text
    assert without_clock(after) == before
