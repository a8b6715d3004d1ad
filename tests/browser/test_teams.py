"""A lead practitioner's day, in a real browser: a team, its plan, somebody joins; without scripts, on a phone."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.site import Served, is_wider_than_its_window, violations

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
    expect(page.locator(".app-people")).to_contain_text("Tom Reed")
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
