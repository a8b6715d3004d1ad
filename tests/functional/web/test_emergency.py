"""Emergency access through its pages: what is asked, what is said before, who may answer, and what never shows."""

from __future__ import annotations

import html
from typing import Any

import pytest

from broker.audit.events import Event
from broker.usecases.casework.cases import join_team
from broker.usecases.release.alerts import CONFLICT
from tests.functional.usecases.office import KIM, SCHOOL_LEAD, TOM
from tests.functional.web.visitors import Pages, Visitor

WHY = "Not seen since Friday, nobody opens the door"


@pytest.fixture
def kim(pages: Pages) -> Visitor:
    """Kim, with a safeguarding lead at her council."""
    pages.office.enrol_one("sal", "Sal Frost", "ecc", "safeguarding-lead")
    return pages.visitor("kim", "lead-practitioner")


def wanted(pages: Pages, **changes: Any) -> dict[str, Any]:
    return {
        "reason": "significant-harm",
        "justification": WHY,
        "gateway": "vital-interests",
        "purpose": "family-support",
        "about": [pages.office.people["child"]],
        "case": pages.office.cases["team"],
        "how": "together",
        "second": "ecc",
        "minutes": "30",
        **changes,
    }


def asked(pages: Pages, kim: Visitor, **changes: Any) -> str:
    answer = kim.post("/emergency-access/new", wanted(pages, **changes))
    assert answer.status_code == 303, html.unescape(answer.text)
    return str(answer.headers["location"])


def text_of(visitor: Visitor, path: str) -> str:
    answer = visitor.get(path)
    assert answer.status_code == 200, path
    return html.unescape(answer.text)


def test_the_form_begins_with_999_and_says_what_acting_alone_shows(pages: Pages, kim: Visitor) -> None:
    shown = text_of(kim, f"/emergency-access/new?case={pages.office.cases['team']}")
    assert shown.index("Ring 999") < shown.index("<h1")
    for said in ("short summaries", "nothing from private services", "told at once", "Child Testing", "age 10"):
        assert said in shown, said
    assert shown.index("short summaries") < shown.index('value="alone"')
    assert "override" not in shown.partition("<main")[2].lower()


def test_a_second_person_says_yes_and_whoever_asked_may_look_until_a_time(pages: Pages, kim: Visitor) -> None:
    path = asked(pages, kim)
    assert "It waits for a second person" in text_of(kim, path)
    sal = pages.visitor("sal", "safeguarding-lead")
    assert "Kim Ward asked: Risk of significant harm to a child" in text_of(sal, "/emergency-access")
    shown = text_of(sal, path)
    assert WHY in shown
    assert "Child Testing" not in shown, "to the second person they are references"
    assert "Somebody whose name you are not shown" in shown
    join_team(pages.office.broker, KIM, pages.office.cases["team"], "sal")
    assert "Child Testing" in text_of(sal, path), "whoever is in the case reads whom it is about"
    assert sal.post(f"{path}/approve").status_code == 303
    open_now = text_of(kim, path)
    assert "You may look until 10:" in open_now
    assert "Sal Frost" in open_now
    assert "Child Testing" in open_now
    assert kim.post(f"{path}/close").status_code == 303
    assert "It is over" in text_of(kim, path)


def test_the_second_person_says_no_in_words(pages: Pages, kim: Visitor) -> None:
    path = asked(pages, kim)
    sal = pages.visitor("sal", "safeguarding-lead")
    missing = sal.post(f"{path}/refuse")
    assert missing.status_code == 422
    assert "Answer “Why not?”: say" in html.unescape(missing.text)
    assert sal.post(f"{path}/refuse", {"reason": "The duty worker is there"}).status_code == 303
    shown = text_of(kim, path)
    assert "The second person said no" in shown
    assert "The duty worker is there" in shown


def test_alone_it_opens_at_once(pages: Pages, kim: Visitor) -> None:
    path = asked(pages, kim, how="alone")
    shown = text_of(kim, path)
    assert "You may look until" in shown
    assert "You act alone" in shown


@pytest.mark.parametrize("with_case", [True, False])
def test_the_button_of_an_open_window_leads_to_the_family_summary(pages: Pages, *, with_case: bool) -> None:
    """With a case or, as an emergency may have none, without."""
    office = pages.office
    case = office.cases["team"] if with_case else None
    override = office.emergency(TOM, "mum", case=case)
    tom = pages.visitor("tom", "team-member")
    assert 'action="/summary/new"' in text_of(tom, f"/emergency-access/{override}")
    sent = {"override": override, "purpose": "family-support", "case": case or "", "reason": WHY}
    answer = tom.post("/summary/new", {**sent, "about": [office.people["mum"]]})
    assert answer.status_code == 303, html.unescape(answer.text)
    assert "Testing family" in text_of(tom, answer.headers["location"])


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"reason": ""}, "Answer “What could happen?”: choose one"),
        ({"justification": " "}, "Answer “Why can it not wait?”: say"),
        ({"gateway": ""}, "Answer “What lets you do this by law?”: choose one"),
        ({"how": ""}, "Answer “Alone, or with a second person?”: choose one"),
        ({"how": "x"}, "Your answer to “Alone, or with a second person?” is not one of the choices"),
        ({"minutes": "x"}, "Your answer to “For how long?” is not one of the choices"),
        ({"about": [], "others": "Ada Example"}, "“Ada Example” is no reference. Find the person by a search"),
        ({"about": []}, "Answer “Whom do you need to know about?”: choose or name one"),
        ({"case": "not a reference"}, "Your answer to “Which case is it for?” is no case's reference"),
    ],
)
def test_what_is_amiss_stands_beside_its_field(
    pages: Pages, kim: Visitor, change: dict[str, Any], says: str
) -> None:
    answer = kim.post("/emergency-access/new", wanted(pages, **change))
    assert answer.status_code == 422
    assert says in html.unescape(answer.text)
    assert Event.OVERRIDE_REQUESTED not in [entry.event for entry in pages.office.entries()]


def test_without_a_case_whom_it_is_about_is_typed_and_kept(pages: Pages, kim: Visitor) -> None:
    shown = kim.post("/emergency-access/new", wanted(pages, about=["Ada Example"], case=""))
    assert shown.status_code == 422
    read = html.unescape(shown.text)
    assert "“Ada Example” is no reference" in read
    assert ">Ada Example</textarea>" in read
    assert 'href="/search">Find the person by a search' in read
    about = f"{pages.office.people['child']}\n{pages.office.people['mum']}"
    path = asked(pages, kim, about=[about], case="")
    assert text_of(kim, path).count("Somebody you named by reference") == 2


def test_asking_needs_a_fresh_proof(pages: Pages, kim: Visitor) -> None:
    pages.office.step(11)
    answer = kim.post("/emergency-access/new", wanted(pages))
    assert answer.status_code == 303
    assert answer.headers["location"].startswith(("/sign-in", "/prove"))
    assert Event.OVERRIDE_REQUESTED not in [entry.event for entry in pages.office.entries()]


def test_a_case_that_is_not_theirs_offers_nobody_as_one_never_opened_does(pages: Pages) -> None:
    """Tom is not in Kim's team; somebody in it who knows the family is alerted about, and sees nobody either."""
    office = pages.office
    soc = pages.visitor("soc", "social-worker")
    theirs, never = (soc.get(f"/emergency-access/new?case={one}") for one in (office.cases["team"], "k-never"))
    assert "Testing" not in theirs.text
    assert theirs.text.replace(office.cases["team"], "k-never") == never.text


def test_a_personal_connection_is_offered_nobody_and_alerts(pages: Pages) -> None:
    office = pages.office
    friend = office.befriend("fay", "mum", "ecc", "lead-practitioner")
    join_team(office.broker, KIM, office.cases["team"], friend.by)
    shown = pages.visitor("fay", "lead-practitioner").get(f"/emergency-access/new?case={office.cases['team']}")
    assert shown.status_code == 200
    assert "Testing" not in shown.text
    assert len(office.notices(CONFLICT)) == 1


def test_a_review_is_written_down_and_the_people_are_told_or_not(pages: Pages) -> None:
    office = pages.office
    override = office.emergency(TOM, "mum", second=None)
    path = f"/emergency-access/{override}"
    office.record("ecc", "involvement", ["mum"], {"service": "Youth club"})
    office.ask(TOM, ["mum"], override=override)
    office.step(61)
    ola, sid = pages.visitor("ola", "ig-officer"), pages.visitor("sid", "siro")
    shown = text_of(ola, path)
    released = (
        "What was released with it",
        "Who is involved and how to reach them, from Essex County Council: 1 record",
    )
    order = ("Was it right to use it?", *released, "What did you find?", "What was allowed, and not released")
    places = [shown.index(one) for one in order]
    assert places == sorted(places)
    assert "from " not in shown[places[-1] :], "what was only allowed is grouped by who holds it"
    assert ola.post(f"{path}/review", {"finding": "training", "words": "Too early"}).status_code == 303
    assert "There is something to learn" in text_of(ola, path)
    days = {"look-again-day": "1", "look-again-month": "6", "look-again-year": "2026"}
    why = {"why": "could-harm", "words": "He opens her post"}
    assert "Why should they not be told yet?" in text_of(ola, f"{path}/not-told/1")
    assert ola.post(f"{path}/not-told/1", why).status_code == 422, "without a day to look again"
    assert ola.post(f"{path}/not-told/1", {**why, **days}).status_code == 303
    assert ola.post(f"{path}/agree", {"person": "1"}).status_code == 403, "it takes two"
    assert sid.post(f"{path}/agree", {"person": "1"}).status_code == 303
    assert "Somebody else agreed" in text_of(sid, path)
    assert ola.get(f"{path}/told/2").status_code == 422
    assert "Told on" not in text_of(ola, path)


def test_a_person_is_told_in_one_of_four_ways(pages: Pages) -> None:
    office = pages.office
    override = office.emergency(TOM, "mum", second=None)
    office.step(61)
    path, ola = f"/emergency-access/{override}", pages.visitor("ola", "ig-officer")
    assert ola.post(f"{path}/review", {"finding": "justified", "words": "Found"}).status_code == 303
    assert "In which way?" in text_of(ola, f"{path}/told/1")
    assert "Answer “In which way?”" in html.unescape(ola.post(f"{path}/told/1").text)
    assert ola.post(f"{path}/told/1", {"how": "phone"}).status_code == 303
    assert "Told on" in text_of(ola, path)


def test_who_is_told_is_between_the_reviewers(pages: Pages) -> None:
    office = pages.office
    override = office.emergency(TOM, "mum", second=None)
    office.step(61)
    path = f"/emergency-access/{override}"
    pages.visitor("ola", "ig-officer").post(f"{path}/review", {"finding": "justified", "words": "Found"})
    tom = pages.visitor("tom", "team-member")
    assert "Tell the people" not in text_of(tom, path)
    assert tom.get(f"{path}/told/1").status_code == 422


def test_one_never_asked_for_and_one_that_is_not_theirs_are_one_answer(pages: Pages, kim: Visitor) -> None:
    path = asked(pages, kim)
    dee = pages.visitor(SCHOOL_LEAD.by, SCHOOL_LEAD.role)
    theirs, never = dee.get(path), dee.get("/emergency-access/o-never")
    assert theirs.status_code == never.status_code == 403
    assert theirs.text.replace(path.rpartition("/")[2], "o-never") == never.text
