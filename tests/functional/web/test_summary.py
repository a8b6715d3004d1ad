"""The family summary: asked for, decided and written down anew each time, and the same page for two families that
differ only in what is silent."""

from __future__ import annotations

import io
import re

import httpx2
from pypdf import PdfReader

from broker.audit.events import Event, Outcome
from broker.casework.contact import FamilyKnows
from broker.consent.record import ConsentDecision
from broker.people import ProtectionMarker
from broker.release.own_case import OwnCase
from broker.usecases.acting import Acting
from broker.usecases.casework.cases import join_team
from broker.usecases.casework.screen_contact import take_contact
from broker.usecases.release.own_case import own_case
from tests.functional.usecases.front_door_staff import ANN, contact, sign_front_door, staff_front_door
from tests.functional.usecases.office import KIM, TRIAGE
from tests.functional.web.visitors import Pages, Visitor

REASON = "Preparing the first review"


def kim(pages: Pages) -> Visitor:
    return pages.visitor("kim", "lead-practitioner")


def form(pages: Pages, **others: object) -> dict[str, object]:
    people = [pages.office.people[one] for one in ("mum", "partner", "child")]
    found = {"purpose": "family-support", "reason": REASON, "about": people, "case": pages.office.cases["team"]}
    return {**found, **others}


def asked(pages: Pages, visitor: Visitor, **others: object) -> str:
    answer = visitor.post("/summary/new", form(pages, **others))
    assert answer.status_code == 303, answer.text
    where: str = answer.headers["location"]
    return where


def words(answer: httpx2.Response) -> str:
    """What somebody reads, without what differs from one view to the next."""
    text = re.sub(r"<[^>]+>", " ", answer.text)
    return re.sub(r"\s+", " ", text)


def test_each_look_is_decided_and_written_down_anew(pages: Pages) -> None:
    visitor = kim(pages)
    where = asked(pages, visitor)
    before = len(pages.office.entries())
    first, second = visitor.get(where), visitor.get(where)
    assert (first.status_code, second.status_code) == (200, 200)
    told = pages.office.entries()[before:]
    assert [one.event for one in told] == [Event.PROFILE_RELEASED] * 2
    assert {one.details["channel"] for one in told} == {"web"}
    for entry in told:
        assert entry.outcome is Outcome.PERMITTED
    assert "Who is already involved" in first.text
    assert "01632 960123" in first.text
    assert "Ring before you visit" in first.text


def test_nothing_that_was_typed_is_in_an_address_or_a_title(pages: Pages) -> None:
    visitor = kim(pages)
    where = asked(pages, visitor)
    answer = visitor.get(where)
    title = re.search(r"<title>(.*?)</title>", answer.text)
    assert title is not None
    for word in ("Testing", "Mum", "review"):
        assert word not in where
        assert word not in title[1]


def test_a_look_after_somebody_said_no_shows_less(pages: Pages) -> None:
    visitor = kim(pages)
    where = asked(pages, visitor)
    assert "81 %" in visitor.get(where).text
    pages.office.consent("child", "mum", ConsentDecision.REFUSED)
    after = visitor.get(where)
    assert after.status_code == 200
    assert "81 %" not in after.text
    assert "Agreement has not been given" in after.text


def test_somebody_elses_summary_is_nobodys(pages: Pages) -> None:
    where = asked(pages, kim(pages))
    answer = pages.visitor("tom", "team-member").get(where)
    assert answer.status_code == 422
    assert "Testing" not in answer.text


def test_a_refusal_is_a_calm_page_with_a_next_step_and_names_nobody(pages: Pages) -> None:
    visitor = pages.visitor("tri", "triage")
    where = asked(pages, visitor, purpose="front-door-screening")
    answer = visitor.get(where)
    assert answer.status_code == 403
    assert "This is not open to you now" in answer.text
    assert "Change what you ask" in answer.text
    assert "Testing" not in words(answer)
    assert pages.office.entries()[-1].event is Event.PROFILE_REFUSED


def test_what_is_missing_stands_beside_its_field_and_what_was_typed_is_kept(pages: Pages) -> None:
    visitor = kim(pages)
    answer = visitor.post("/summary/new", form(pages, reason=" ", about=[pages.office.people["mum"]]))
    assert answer.status_code == 422
    assert "Answer “Why do you need it now?”" in answer.text
    ticked = re.findall(r'value="(p-[^"]+)" checked', answer.text)
    assert ticked == [pages.office.people["mum"]]


def test_what_a_search_sends_is_asked_which_work_it_is_for_and_nobody_is_blamed(pages: Pages) -> None:
    visitor = kim(pages)
    sent = form(pages, about=[pages.office.people["mum"]], called=["Mum Testing, aged 37"])
    del sent["case"]
    answer = visitor.post("/summary/new", sent)
    assert answer.status_code == 200
    assert "There is a problem" not in answer.text
    assert "Mum Testing, aged 37" in answer.text
    assert pages.office.cases["team"] in answer.text


def test_a_case_that_is_not_theirs_and_one_never_opened_are_one_answer(pages: Pages) -> None:
    stranger = pages.visitor("soc", "social-worker")
    answers = [
        words(stranger.get(f"/summary/new?case={one}")).replace(one, "")
        for one in (pages.office.cases["team"], "k-neveropened")
    ]
    assert answers[0] == answers[1]


def test_a_holder_is_asked_from_the_page_and_the_page_says_so(pages: Pages) -> None:
    visitor = kim(pages)
    where = asked(pages, visitor)
    page = visitor.get(where)
    assert "Ask Essex Police about Mum Testing" in page.text
    sent = visitor.post(
        f"{where}/ask", {"about": pages.office.people["mum"], "of": "essex-police/police-incidents"}
    )
    assert (sent.status_code, sent.headers["location"]) == (303, where)
    assert Event.HOLDER_ASKED in [one.event for one in pages.office.entries()]
    after = visitor.get(where).text
    assert "You asked Essex Police about Mum Testing" in after
    assert "Ask Essex Police about Mum Testing" not in after


def test_nobody_is_asked_about_who_the_summary_is_not_about(pages: Pages) -> None:
    visitor = kim(pages)
    where = asked(pages, visitor, about=[pages.office.people["child"]])
    sent = visitor.post(
        f"{where}/ask", {"about": pages.office.people["mum"], "of": "essex-police/police-incidents"}
    )
    assert sent.status_code == 422
    assert Event.HOLDER_ASKED not in [one.event for one in pages.office.entries()]


def test_who_can_agree_is_told_by_what_they_are_and_only_to_whoever_reads_agreements(pages: Pages) -> None:
    mine = kim(pages)
    assert "Their mother, who has parental responsibility" in mine.get(asked(pages, mine)).text
    office = pages.office
    join_team(office.broker, KIM, office.cases["team"], "tom")
    theirs = pages.visitor("tom", "team-member")
    page = theirs.get(asked(pages, theirs)).text
    assert "parental responsibility" not in page.partition("Not shared")[0]
    assert "Ask the lead practitioner, or the agreement desk." in page


def test_nobody_unsafe_to_approach_is_pointed_to(pages: Pages) -> None:
    pages.office.mark("mum", ProtectionMarker.UNSAFE_TO_APPROACH)
    visitor = kim(pages)
    page = visitor.get(asked(pages, visitor)).text
    assert "their mother" not in page.lower()
    assert "Nobody can be named here" in page


def test_the_timeline_is_filtered_by_person_and_source_without_scripts(pages: Pages) -> None:
    visitor = kim(pages)
    where = asked(pages, visitor)
    child, mum = pages.office.people["child"], pages.office.people["mum"]
    assert "81 %" in visitor.get(f"{where}?person={child}").text
    assert "81 %" not in visitor.get(f"{where}?person={mum}").text
    assert "81 %" in visitor.get(f"{where}?source=oakdale-primary").text
    assert "81 %" in visitor.get(f"{where}?source=nobody&person=nobody").text


def test_what_is_silent_changes_no_word_of_the_page(pages: Pages) -> None:
    """Non-interference through the page: a record of a private service, or one that is withheld whole, leaves
    every word as it was, but for the time and the references of the look itself."""
    visitor = kim(pages)
    where = asked(pages, visitor)

    def read() -> str:
        found = words(visitor.get(where))
        return re.sub(r"d-[a-z2-7]{20,}|[0-9a-f]{64}|\d{1,2}:\d\d [ap]m", "", found)

    before = read()
    pages.office.record("ecc", "domestic-abuse", ["mum"], {"status": "open", "risk_score": 14})
    pages.office.record("oakdale-primary", "camhs-content", ["child"], {"concern": "low-mood"})
    assert read() == before


def test_how_to_reach_them_and_who_is_in_the_case_stand_first_for_those_who_are_in_it(pages: Pages) -> None:
    office = pages.office
    staff_front_door(office)
    sign_front_door(office)
    case = contact(office, about=("mum", "child"), family_knows=FamilyKnows.NOT_SAFE).case.id
    office.step()
    take_contact(office.broker, TRIAGE, case)
    visitor = pages.visitor("tri", "triage")
    people = [office.people[one] for one in ("mum", "child")]
    where = asked(pages, visitor, purpose="front-door-screening", about=people, case=case)
    read = words(visitor.get(where))
    said = [
        "Before you contact them How to reach them safely Do not leave a voicemail.",
        "Safe to ring 01632 960123, after 3 pm. Say the code word “canary-bluebell” first.",
        "telling them may put somebody at risk",
        "Staff safety on visits",
        "Has this contact Tri Shaw (you) Front-door triage worker, Essex County Council",
    ]
    assert [read.index(one) for one in said] == sorted(read.index(one) for one in said)
    assert office.entries()[-1].event is Event.CONTACT_SHOWN
    assert f'href="/contacts/{case}"' in visitor.get(where).text
    paper = PdfReader(io.BytesIO(visitor.get(f"{where}/paper.pdf").content))
    assert "canary-bluebell" in "".join(page.extract_text() for page in paper.pages)
    copy = visitor.get(
        visitor.post(f"{where}/copy", {"reader": "meeting", "members": ["tri"]}).headers["location"]
    )
    assert (copy.status_code, "Before you contact them" in copy.text) == (200, True)
    for word in ("canary-bluebell", "somebody at risk", "Has this contact"):
        assert word not in copy.text

    # A team has no contact's words; and whoever may open neither page is told what neither would tell them.
    mine = kim(pages)
    page = words(mine.get(asked(pages, mine)))
    first = page.index("Who is already involved In this case Lead practitioner Kim Ward (you)")
    assert first < page.index("Other services, as released")
    assert "How to reach them safely" not in page
    join_team(office.broker, TRIAGE, case, "dee")
    school = pages.visitor("dee", "safeguarding-lead")
    page = words(school.get(asked(pages, school, purpose="front-door-screening", about=people, case=case)))
    assert "Before you contact them Staff safety on visits" in page
    for word in ("canary-bluebell", "Has this contact", "Back to the"):
        assert word not in page

    def told(acting: Acting) -> OwnCase:
        world = office.broker
        return world.store.perform(
            world.clock, lambda act: own_case(world, act, acting, case, "front-door-screening")
        )

    # A colleague at the front door who is not in it; one who is in it, and may open the team's page alone.
    assert told(ANN) == OwnCase()
    join_team(office.broker, TRIAGE, case, "kim")
    assert "Kim Ward" in {one.name for one in told(KIM).team}
    assert told(KIM).reaching is None
