"""A holder decides, in a real browser: without scripts, at the width of a phone, and nothing that keeps anybody
out."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.site import Served, follow, is_wider_than_its_window, violations
from tests.functional.usecases.test_holder_inbox import INCIDENT, ask, staffed

POL = "pol/safeguarding-lead"
PHONE = {"width": 320, "height": 640}


def test_a_holder_decides_a_question_by_keyboard_on_a_phone(served: Served) -> None:
    staffed(served.office)
    served.office.record("essex-police", "police-incidents", ["mum"], INCIDENT)
    ask(served.office)
    page = served.visit(POL, "/inbox", scripts=False, viewport=PHONE)
    expect(page.locator("h1")).to_have_text("What must we decide, and by when?")
    assert not is_wider_than_its_window(page)
    page.get_by_role("link", name="May Essex County Council").press("Enter")
    assert not is_wider_than_its_window(page)
    page.get_by_role("button", name="Decide").press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("Answer “What do you decide?”: choose one")
    page.get_by_role("link", name="Answer “What do you decide?”").press("Enter")
    page.get_by_role("radio", name="Release it").press("Space")
    page.get_by_role("textbox", name="Why?").fill("It bears on the plan")
    page.get_by_role("button", name="Decide").press("Enter")
    expect(page.get_by_role("heading", name="You released it")).to_be_visible()
    assert not is_wider_than_its_window(page)
    page.get_by_role("button", name="Go back to the inbox").press("Enter")
    expect(page.locator("main")).to_contain_text("Nothing waits for your organisation to decide")


def test_the_inbox_keeps_nobody_out(served: Served) -> None:
    staffed(served.office)
    served.office.record("essex-police", "police-incidents", ["mum"], INCIDENT)
    ask(served.office, urgent=True)
    served.office.step(60 * 24 * 9)
    page = served.visit(POL, "/inbox")
    assert violations(page) == []
    follow(page, page.get_by_role("link", name="May Essex County Council"))
    page.get_by_text("Hand it to a colleague").click()
    assert violations(page) == []
    follow(page, page.get_by_role("button", name="Decide"))
    assert violations(page) == []
    for path in ("/adhoc", "/adhoc/new"):
        other = served.visit(POL, path, viewport=PHONE)
        assert violations(other) == [], path
        assert not is_wider_than_its_window(other), path
    page.get_by_role("radio", name="Withhold it").check()
    page.get_by_role("textbox", name="Why?").fill("An enquiry is open")
    follow(page, page.get_by_role("button", name="Decide"))
    assert violations(page) == []
