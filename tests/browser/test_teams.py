"""A lead practitioner's day, in a real browser: a team, its plan, somebody joins; without scripts, on a phone."""

from __future__ import annotations

from playwright.sync_api import expect

from broker.decision.facts import HolderRuling
from broker.usecases.rules.proposals import restrict_case
from tests.browser.site import Served, is_wider_than_its_window, violations
from tests.functional.usecases.office import KIM as LEAD
from tests.functional.usecases.office import SCHOOL_LEAD
from tests.functional.usecases.test_holder_inbox import answer, ask, staffed

KIM = "kim/lead-practitioner"
PHONE = {"width": 320, "height": 640}


def test_a_lead_writes_the_plan_and_adds_somebody_on_a_phone(served: Served) -> None:
    page = served.visit(KIM, "/teams", scripts=False, viewport=PHONE)
    assert not is_wider_than_its_window(page)
    page.get_by_role("link", name="Partner Testing").press("Enter")
    expect(page.locator("h1")).to_have_text("Team around Partner, Mum and Child")
    assert not is_wider_than_its_window(page)
    page.get_by_role("link", name="Write the plan").press("Enter")
    page.get_by_role("textbox", name="What is going well").fill("They eat together")
    page.get_by_role("textbox", name="In the family’s own words").fill("I want quiet mornings")
    assert not is_wider_than_its_window(page)
    page.get_by_role("button", name="Keep this plan").press("Enter")
    expect(page.locator("blockquote")).to_have_text("I want quiet mornings")
    page.get_by_role("link", name="Add a goal").press("Enter")
    page.get_by_role("textbox", name="What will be done?").fill("A breakfast club place")
    page.get_by_role("radio", name="The family").press("Space")
    page.get_by_role("button", name="Keep this goal").press("Enter")
    page.get_by_role("link", name="Add somebody").press("Enter")
    page.get_by_label("A colleague of yours").select_option(label="Tom Reed, Member of the team around the family")
    page.get_by_role("button", name="Add them to the team").press("Enter")
    expect(page.get_by_role("region", name="Who is in it")).to_contain_text("Tom Reed")
    assert not is_wider_than_its_window(page)


def test_the_pages_of_a_team_keep_nobody_out(served: Served) -> None:
    served.office.enrol_one("pat", "Pat Lowe", "ecc", "practice-manager")
    page = served.visit(KIM, "/teams")
    base = f"/teams/{served.office.cases['team']}"
    assert violations(page) == []
    for step in ("", "/plan", "/goals/new", "/move", "/restrict"):
        page.goto(base + step)
        assert violations(page) == [], step
    page.get_by_role("button", name="Keep it to its members").click()
    expect(page.get_by_role("alert")).to_be_visible()
    assert violations(page) == []
    page.goto(f"{base}/close")
    page.get_by_role("radio", name="The plan is done").check()
    page.get_by_role("button", name="Close it").click()
    expect(page.get_by_role("heading", name="It is closed")).to_be_visible()
    assert violations(page) == []


def test_what_is_due_asked_and_disagreed_about_keeps_nobody_out(served: Served) -> None:
    office = served.office
    staffed(office)
    office.enrol_one("max", "Max Rowe", "ecc", "practice-manager")
    question = ask(office, "child", category="attendance", controller="oakdale-primary")
    answer(office, question.question_id, HolderRuling.WITHHOLD, by=SCHOOL_LEAD, tell=True)
    restrict_case(office.broker, LEAD, office.cases["team"], "max", "A neighbour works here")
    page = served.visit(KIM, "/asked", viewport=PHONE)
    assert violations(page) == []
    assert not is_wider_than_its_window(page)
    page.get_by_role("link", name="I see it differently").click()
    page.get_by_role("textbox", name="What do you see differently").fill("We need to know if he is at school")
    page.get_by_role("button", name="Raise it").click()
    expect(page.locator("main")).to_contain_text("Kim Ward raised it")
    assert violations(page) == []
    assert not is_wider_than_its_window(page)
    for path in (
        "/disagreements",
        "/due",
        "/notices",
        "/cover",
        f"/teams/{office.cases['team']}/told",
        f"/ask-holder/new?case={office.cases['team']}",
    ):
        page.goto(path)
        assert violations(page) == [], path
        assert not is_wider_than_its_window(page), path
    manager = served.visit("max/practice-manager", "/to-allow", viewport=PHONE)
    assert violations(manager) == []
    manager.get_by_role("link", name="To keep this to its members").click()
    manager.get_by_role("radio", name="Yes").check()
    assert violations(manager) == []
    manager.get_by_role("button", name="Keep this answer").click()
    expect(manager.locator("main")).to_contain_text("Nothing waits for you to allow")
