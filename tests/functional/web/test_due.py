"""What is due with us, as a page: for a member by name, for an officer in numbers."""

from __future__ import annotations

import html
import re
from datetime import date, timedelta

from broker.people import ProtectionMarker
from broker.usecases.casework.cases import join_team
from broker.usecases.casework.plan_case import NewGoal, set_goal
from tests.functional.usecases.office import KIM
from tests.functional.usecases.test_holder_inbox import INCIDENT, ask, staffed
from tests.functional.web.test_emergency import wanted
from tests.functional.web.visitors import Pages


def due(pages: Pages, staff_id: str, role: str, within: str = "30") -> str:
    answer = pages.visitor(staff_id, role).get(f"/due?within={within}")
    assert answer.status_code == 200
    return html.unescape(answer.text)


def test_a_member_reads_reviews_goals_and_ends_in_order(pages: Pages) -> None:
    office = pages.office
    office.consent("mum", "mum", until_at=office.clock.now() + timedelta(days=20))
    office.step()
    join_team(office.broker, KIM, office.cases["team"], "tom", office.clock.now() + timedelta(days=5))
    office.step()
    set_goal(office.broker, KIM, office.cases["team"], NewGoal("A club", due_on=date(2026, 3, 20)))
    shown = due(pages, "kim", "lead-practitioner")
    review = "Review: Team around Partner, Mum and Child"
    goal, ends = "A goal in the plan: Team around Partner, Mum and Child", "What was agreed about Mum Testing ends"
    assert [shown.index(text) for text in (goal, ends, review)] == sorted(
        shown.index(text) for text in (goal, ends, review)
    )
    assert "the end of 20 March 2026" in shown
    assert "Tom Reed leaves" not in shown, "that is Tom's to know"
    assert "Tom Reed leaves the team" in due(pages, "tom", "team-member")
    office.step(60 * 24 * 20)
    late = due(pages, "kim", "lead-practitioner")
    assert late.index("Overdue") < late.index(goal) < late.index(review)


def test_nothing_due_is_said_and_an_unknown_time_is_thirty_days(pages: Pages) -> None:
    assert "Nothing that you may know of is due by then" in due(pages, "dee", "safeguarding-lead", "none")


def test_an_officer_reads_numbers_and_no_name_of_a_family(pages: Pages) -> None:
    office = pages.office
    office.consent("mum", "mum", until_at=office.clock.now() + timedelta(days=20))
    shown = due(pages, "ola", "ig-officer")
    assert "<strong>1</strong> agreements of people end" in shown
    assert "Mum" not in shown


def test_an_officer_reads_every_clock_of_their_desk_and_each_leads_to_its_page(pages: Pages) -> None:
    office = pages.office
    ola = pages.visitor("ola", "ig-officer")
    breach = {"kind": "confidentiality", "what": "Sent to the wrong team", "people": "2"}
    breach_page = ola.post("/rights/new/breach", breach).headers["location"]
    request = {"about": office.people["mum"], "identity": "Passport seen", "capacity": "self"}
    request_page = ola.post("/rights/new/request", request).headers["location"]
    kim = pages.visitor("kim", "lead-practitioner")
    window = str(kim.post("/emergency-access/new", wanted(pages, how="alone")).headers["location"])
    assert window not in due(pages, "ola", "ig-officer"), "it is open still: nothing to review"
    office.step(60 * 24 * 6)
    shown = due(pages, "ola", "ig-officer", "90")
    assert "Nothing that you may know of" not in shown
    for page in (breach_page, request_page, window):
        assert f'href="{page}"' in shown, page
    assert "Mum Testing: Asks for their own information" in shown
    assert shown.index(breach_page) < shown.index(request_page), "what is overdue stands first"
    assert re.search(r"Was due by 3 March 2026 at \d+:\d\d am, \d days ago", shown), "the partners, within a day"
    ola = pages.visitor("ola", "ig-officer")
    mine = html.unescape(ola.get(breach_page).text)
    assert re.search(r"Was due by 5 March 2026 at \d+:\d\d am, \d days ago\.", mine)
    sid = due(pages, "sid", "siro")
    assert breach_page in sid
    members = due(pages, "kim", "lead-practitioner", "90")
    assert "/rights/" not in members.partition("<main")[2]
    assert window not in members, "the review of what one did is somebody else's to make"


def test_a_holder_is_told_how_many_questions_are_overdue(pages: Pages) -> None:
    staffed(pages.office)
    pages.office.record("essex-police", "police-incidents", ["mum"], INCIDENT)
    ask(pages.office)
    pages.office.step(60 * 24 * 9)
    assert "One question to your organisation is not answered" in due(pages, "pol", "safeguarding-lead")


def test_somebody_one_knows_has_no_name_there(pages: Pages) -> None:
    office = pages.office
    office.befriend("fay", "mum", "ecc", "lead-practitioner")
    join_team(office.broker, KIM, office.cases["team"], "fay")
    office.consent("mum", "mum", until_at=office.clock.now() + timedelta(days=20))
    shown = due(pages, "fay", "lead-practitioner")
    assert "Mum" not in shown


def test_somebody_protected_is_not_there(pages: Pages) -> None:
    office = pages.office
    office.consent("mum", "mum", until_at=office.clock.now() + timedelta(days=20))
    office.mark("mum", ProtectionMarker.PROTECTED)
    assert "Mum" not in due(pages, "kim", "lead-practitioner")
