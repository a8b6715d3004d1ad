"""Search and recording a contact, without a browser: who is found, who is not, and where it stops."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import httpx2
import pytest

from broker.audit.events import Event
from broker.casework import Staff
from broker.casework.staff import StaffMember
from broker.people import ProtectionMarker
from broker.usecases.casework.front_door_queue import list_contacts
from broker.usecases.people.people import MOST_BY_AGE, NewPerson, add_person
from broker.usecases.posts.enrol_staff import enrol_staff
from tests.functional.usecases.front_door_staff import ANN, staff_front_door
from tests.functional.usecases.office import TRIAGE
from tests.functional.web.visitors import Pages, Visitor

CHILD = {"given": "Child", "family": "Testing"}
BORN = {"born-day": "1", "born-month": "6", "born-year": "2015"}
SCREENING = {"purpose": "front-door-screening", "reason": "A school rang about him"}


@pytest.fixture(autouse=True)
def staffed(pages: Pages) -> None:
    staff_front_door(pages.office)


def tri(pages: Pages) -> Visitor:
    return pages.visitor("tri", "triage")


def near(pages: Pages) -> Visitor:
    """Somebody who declared a link to the child."""
    ned = Staff("ned", "ecc", frozenset({"triage"}), links=frozenset({pages.office.people["child"]}))
    enrol_staff(pages.office.broker, [StaffMember(ned, "Ned Marsh")])
    return pages.visitor("ned", "triage")


def words(answer: httpx2.Response) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", answer.text).split())


def searched(who: Visitor, **fields: Any) -> tuple[str, httpx2.Response]:
    """Where the results are, and their page."""
    went = who.post("/search", {**SCREENING, **fields})
    assert went.status_code == 303, words(went)
    return went.headers["location"], who.get(went.headers["location"])


def test_a_name_spelt_by_ear_is_found_with_just_enough_to_choose(pages: Pages) -> None:
    where, page = searched(tri(pages), given="Chilt", family="Tesding", **BORN)
    read = words(page)
    assert "Is this the right person?" in read
    assert "Child Testing Not as you typed it Age 10, CM1" in read
    assert "1LX" not in read
    assert "Testing" not in where
    assert re.fullmatch(r"/search/d-[a-z0-9]+", where)


def test_purpose_and_reason_come_first_and_one_thing_alone_finds_nobody(pages: Pages) -> None:
    page = words(tri(pages).get("/search"))
    assert page.index("Why do you look?") < page.index("Who do you look for?")
    assert "Screening a worry about a child" in page
    assert "Recovering council tax" not in page, "only purposes of this post"
    before = len(pages.office.entries())
    one = tri(pages).post("/search", {**SCREENING, "family": "Testing"})
    assert one.status_code == 422
    assert "A name alone finds nobody" in words(one)
    assert tri(pages).post("/search", {**SCREENING, **CHILD}).status_code == 422, "two names are one thing"
    unsaid = tri(pages).post("/search", {**SCREENING, **CHILD, **BORN, "reason": ""})
    assert unsaid.status_code == 422
    assert "Answer “What is it about?”: say in a sentence why" in words(unsaid)
    told = [one.event for one in pages.office.entries()[before:]]
    assert Event.PERSON_SEARCHED not in told


def test_an_unknown_and_a_protected_person_are_one_page(pages: Pages) -> None:
    pages.office.mark("child", ProtectionMarker.PROTECTED)
    where, hidden = searched(tri(pages), **{**CHILD, **BORN, "given": "Child", "family": "Testing"})
    other, unknown = searched(tri(pages), **{**CHILD, **BORN, "given": "Chald", "family": "Nobody"})
    assert "Nobody found" in words(hidden)
    assert words(hidden).replace("Child Testing", "X") == words(unknown).replace("Chald Nobody", "X")
    assert len(hidden.content) - len(unknown.content) == len("Child Testing") - len("Chald Nobody")
    assert where != other


def test_similar_people_are_visibly_different(pages: Pages) -> None:
    add_person(pages.office.broker, TRIAGE, NewPerson("Child", "Testing", date(2015, 8, 2), postcode="CM1 1LX"))
    pages.office.clock.advance(timedelta(days=200))
    _, page = searched(tri(pages), given="Child", family="Testing", postcode="CM1 1LX")
    read = words(page)
    assert "born in June 2015" in read
    assert "born in August 2015" in read


def test_a_personal_connection_stops_kindly_and_a_colleague_takes_it(pages: Pages) -> None:
    ned = near(pages)
    where, page = searched(ned, **CHILD, **BORN)
    read = words(page)
    assert "You may know this person" in read
    assert "Ask a colleague to take it" in read
    assert "CM1" not in read
    assert pages.office.people["child"] not in page.text
    assert ned.post(f"{where}/hand-over", {"to": "nobody"}).status_code == 422
    handed = ned.post(f"{where}/hand-over", {"to": "ann"})
    assert "Ann Bell finds it" in words(handed)
    assert ned.get(where).status_code == 422, "it is gone for whoever handed it over"
    last = pages.office.entries()[-1]
    assert (last.event, last.details) == (Event.WORK_HANDED, {"what": "handed-search", "to": "ann"})
    ann = pages.visitor("ann", "triage")
    assert "Ned Marsh asks you to look for somebody" in words(ann.get("/search"))
    draft = re.search(r"/search\?handed=(d-[a-z0-9]+)", ann.get("/search").text)
    assert draft is not None
    form = ann.get(draft[0])
    assert 'value="Testing"' in form.text
    _, found = searched(ann, **CHILD, **BORN, handed=draft[1])
    assert "Child Testing" in words(found)
    assert "Ned Marsh asks" not in words(ann.get("/search"))


def test_what_was_found_is_nobody_elses_and_only_for_a_while(pages: Pages) -> None:
    where, _ = searched(tri(pages), **CHILD, **BORN)
    assert pages.visitor("ann", "triage").get(where).status_code == 422
    pages.office.step(16)
    late = tri(pages).get(where)
    assert "This search is over" in words(late)
    assert "Child Testing" not in words(late)


def test_whom_nobody_found_is_chosen_nobody_goes_on_with(pages: Pages) -> None:
    where, _ = searched(tri(pages), **CHILD, **BORN)
    forged = tri(pages).post(where, {"about": pages.office.people["partner"], "do": "contact"})
    assert forged.status_code == 422
    assert "Choose whom you mean" in words(forged)


def test_none_of_these_is_made_known_and_gone_on_with(pages: Pages) -> None:
    where, page = searched(tri(pages), given="Ada", family="Example", **BORN)
    assert "None of these: record a new person" in words(page)
    assert tri(pages).post(f"{where}/new").status_code == 303
    assert "They are known from now on." in words(tri(pages).get(where))
    _, again = searched(tri(pages), given="Ada", family="Example", **BORN)
    assert "Ada Example" in words(again)


def new_contact(**others: Any) -> dict[str, Any]:
    typed = {"given-1": "Child", "family-1": "Testing", "people": "1"}
    typed |= {name.replace("born", "born-1"): value for name, value in BORN.items()}
    rest = {"worry": "He has no coat", "source": "public", "knows": "no"}
    return {**typed, **rest, **others}


def test_a_contact_is_recorded_in_one_page_about_somebody_known_here(pages: Pages) -> None:
    went = tri(pages).post("/contacts/new", new_contact(rating="amber"))
    where = went.headers["location"].partition("#")[0]
    page = tri(pages).get(where)
    assert "Known here: is this the right person?" in words(page)
    draft = re.search(r"draft=(d-[a-z0-9]+)", where)
    assert draft is not None
    assert "Nothing is recorded yet Known here: is it Child Testing?" in words(page)
    unchosen = tri(pages).post("/contacts/new", new_contact(rating="amber", draft=draft[1]))
    assert unchosen.status_code == 422
    assert "Not recorded yet: is it Child Testing?" in words(unchosen)
    assert 'href="#known-1"' in unchosen.text
    child = pages.office.people["child"]
    chosen = new_contact(rating="amber", draft=draft[1], **{"known-1": child})
    recorded = tri(pages).post("/contacts/new", chosen)
    assert recorded.headers["location"].endswith("?done=recorded")
    (row,) = list_contacts(pages.office.broker, ANN).rows
    assert [one.person_id for one in row.people] == [child]
    back, twice = tri(pages).get(where), tri(pages).post("/contacts/new", chosen)
    for page in (back, twice):
        assert "This is already recorded" in words(page)
        assert f'href="/contacts/{row.case_id}"' in page.text
        assert "He has no coat" not in page.text, "nothing of what was typed is kept"
    assert len(list_contacts(pages.office.broker, ANN).rows) == 1
    gone = pages.visitor("ann", "triage").get(where)
    assert gone.status_code == 422
    assert "What you had begun here was recorded, or is gone" in words(gone)
    assert row.case_id not in gone.text, "it is nobody else's"


def test_whom_a_contact_found_is_shown_for_a_while_and_then_looked_for_anew(pages: Pages) -> None:
    went = tri(pages).post("/contacts/new", new_contact()).headers["location"].partition("#")[0]
    assert pages.office.people["child"] in tri(pages).get(went).text
    pages.office.step(16)
    later = tri(pages).get(went)
    assert pages.office.people["child"] not in later.text
    assert "He has no coat" in later.text, "what was typed is kept"
    draft = went.rpartition("=")[2]
    again = tri(pages).post("/contacts/new", new_contact(draft=draft))
    assert pages.office.people["child"] in tri(pages).get(again.headers["location"].partition("#")[0]).text


def test_somebody_new_is_made_known_where_nobody_like_them_is(pages: Pages) -> None:
    fields = new_contact(**{"given-1": "Ada", "family-1": "Example", "danger": "yes"})
    recorded = tri(pages).post("/contacts/new", fields)
    assert recorded.headers["location"].startswith("/contacts/k-")
    read = words(tri(pages).get(recorded.headers["location"]))
    assert read.index("ring 999") < read.index("Ada")
    assert "No safe way to reach the family is known" in read


def test_nothing_that_was_typed_is_lost_when_something_lacks(pages: Pages) -> None:
    before = len(pages.office.entries())
    page = tri(pages).post("/contacts/new", new_contact(worry="", told_by="Mr Lee"))
    assert page.status_code == 422
    assert 'href="#worry"' in page.text
    assert 'value="Mr Lee"' in page.text
    assert [one.event for one in pages.office.entries()[before:]] == [Event.SESSION_STARTED]
    date_wrong = tri(pages).post("/contacts/new", new_contact(**{"born-1-day": "31"}))
    assert 'href="#born-1"' in date_wrong.text
    empty = tri(pages).post("/contacts/new", {"people": "1", "source": "organisation"})
    said = re.findall(r'<a href="#([a-z0-9_-]+)">([^<]+)</a>', empty.text)
    assert [field for field, _ in said] == ["worry", "given-1", "source_code"], "all at once, as they stand"
    assert said[2][1] == "Answer “Which organisation?”: choose the organisation", "by the name on the page"


def test_somebody_who_may_know_them_makes_nobody_known_in_their_stead(pages: Pages) -> None:
    ned = near(pages)
    fields = new_contact()
    for _ in range(2):
        went = ned.post("/contacts/new", fields)
        where = went.headers["location"].partition("#")[0]
        assert "You may know this person" in words(ned.get(where))
        fields["draft"] = where.rpartition("=")[2]
    assert list_contacts(pages.office.broker, ANN).rows == ()
    assert ned.post("/contacts/new/hand-over", {"draft": fields["draft"], "to": "ann"}).status_code == 200
    ann = pages.visitor("ann", "triage")
    offered = re.search(r"/contacts/new\?handed=(d-[a-z0-9]+)", ann.get("/contacts/new").text)
    assert offered is not None
    assert "contact to record was handed to you" in words(ann.get("/queue"))
    form = ann.get(offered[0])
    assert "He has no coat" in form.text
    assert pages.office.people["child"] not in form.text
    assert "handed to you" in words(ann.get("/queue")), "looking at it takes it from nobody's list"
    handed = offered[0].rpartition("=")[2]
    child = pages.office.people["child"]
    went = ann.post("/contacts/new", new_contact(handed=handed))
    draft = went.headers["location"].partition("#")[0].rpartition("=")[2]
    ann.post("/contacts/new", new_contact(handed=handed, draft=draft, **{"known-1": child}))
    assert len(list_contacts(pages.office.broker, ANN).rows) == 1
    assert "handed to you" not in words(ann.get("/queue"))


def test_one_more_person_is_asked_about_and_nothing_is_lost(pages: Pages) -> None:
    went = tri(pages).post("/contacts/new", {**new_contact(), "do": "more"})
    page = tri(pages).get(went.headers["location"].partition("#")[0])
    assert 'name="given-2"' in page.text
    assert "He has no coat" in page.text


def test_a_name_alone_is_asked_about_once_more_and_then_taken_as_it_is(pages: Pages) -> None:
    fields = new_contact(**{f"born-1-{part}": "" for part in ("day", "month", "year")})
    went = tri(pages).post("/contacts/new", fields)
    where = went.headers["location"].partition("#")[0]
    assert "A name alone finds nobody" in words(tri(pages).get(where))
    again = tri(pages).post("/contacts/new", {**fields, "draft": where.rpartition("=")[2]})
    assert again.headers["location"].endswith("?done=recorded")


def test_from_somebody_found_one_goes_on_to_a_summary_or_to_what_they_agree_to(pages: Pages) -> None:
    where, _ = searched(tri(pages), **CHILD, **BORN)
    child = pages.office.people["child"]
    asked = tri(pages).post(where, {"about": child, "do": "summary"}).headers["location"]
    assert f"Age 10, CM1 Reference {child} Ask for emergency access about Child Testing" in words(
        tri(pages).get(where)
    )
    assert re.fullmatch(r"/summary/new\?draft=d-[a-z0-9]+", asked)
    assert tri(pages).get(asked).status_code == 200
    assert "A school rang about him" in tri(pages).get(asked).text
    desk = tri(pages).post(where, {"about": child, "do": "agreement"}).headers["location"]
    assert desk.startswith("/agreement-desk/new?")
    assert tri(pages).get(desk).status_code == 200
    urgent = f"/emergency-access/new?found={where.rpartition('/')[2]}&person=1"
    assert urgent.replace("&", "&amp;") in tri(pages).get(where).text
    shown = tri(pages).get(urgent)
    assert re.search(rf'value="{child}" checked', shown.text)
    assert "Child Testing age 10" in words(shown)
    again = tri(pages).post(
        "/emergency-access/new", {"about": child, "found": where.rpartition("/")[2], "person": "1"}
    )
    assert again.status_code == 422
    assert "Child Testing age 10" in words(again)
    pages.office.step(16)
    late = tri(pages).get(urgent)
    assert late.status_code == 200
    assert child not in late.text, "what was found is not shown any longer"
    assert "Testing" not in late.text


def test_two_names_and_about_how_old_find_somebody_and_never_a_list_of_namesakes(pages: Pages) -> None:
    """The child is ten. Unknown, protected and too many are one page."""
    office = pages.office
    _, page = searched(tri(pages), given="Chilt", family="Tesding", age="11")
    assert "Child Testing Not as you typed it Age 10, CM1" in words(page)
    assert office.entries()[-1].details["by"] == ("age", "family-name", "given-name")
    for age in ("8", "12", "40"):
        assert "Nobody found" in words(searched(tri(pages), **CHILD, age=age)[1]), age
    _, other = searched(tri(pages), given="Mum", family="Testing", age="11")
    assert "Nobody found" in words(other), "both names, of one person"
    me = tri(pages)
    none = without_draft(searched(me, **CHILD, age="60")[1])
    alone = tri(pages).post("/search", {**SCREENING, "given": "Child", "age": "10"})
    assert "about how old they are" in words(alone)
    kim = pages.visitor("kim", "lead-practitioner")
    helps = {"purpose": "family-support", "reason": "They ask for help", **CHILD, "age": "10"}
    assert kim.post("/search", helps).status_code == 422, "not for a purpose that protects nobody"
    assert "is a number of years" in words(tri(pages).post("/search", {**SCREENING, **CHILD, "age": "ten"}))
    assert "You may know this person" in words(searched(near(pages), **CHILD, age="10")[1])
    for _one in range(MOST_BY_AGE):
        add_person(office.broker, TRIAGE, NewPerson("Child", "Testing", date(2016, 1, 2)))
    many = without_draft(searched(me, **CHILD, age="10")[1])
    assert many.replace("about 10", "about 60") == none
    assert "You may know this person" not in words(searched(near(pages), **CHILD, age="10")[1])
    # As if the seventh were not there: who is protected is counted for nobody.
    office.mark("child", ProtectionMarker.PROTECTED)
    assert words(searched(tri(pages), **CHILD, age="10")[1]).count("Age 10") == MOST_BY_AGE


def without_draft(page: httpx2.Response) -> str:
    return re.sub(r"/search[/?][^\"]*|name=\"token\" value=\"[^\"]*\"", "", page.text)
