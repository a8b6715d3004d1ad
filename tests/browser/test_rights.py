"""The rights desk, access checks and who has looked in a real browser, on a phone: nothing keeps anybody out."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from broker.usecases.acting import Acting
from tests.browser.site import Served, is_wider_than_its_window, violations
from tests.functional.usecases.test_access_checks import enrol

OLA = "ola/ig-officer"
PHONE = {"width": 320, "height": 640}


def looked_at(page: Page) -> None:
    assert violations(page) == [], page.url
    assert not is_wider_than_its_window(page), page.url


def test_a_breach_is_written_down_and_decided_by_keyboard_without_scripts(served: Served) -> None:
    page = served.visit(OLA, "/rights", scripts=False, viewport=PHONE)
    page.get_by_role("link", name="A data breach").press("Enter")
    keep = page.get_by_role("button", name="Write it down")
    keep.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("Answer “What happened?”: choose one")
    page.get_by_role("radio", name="Somebody saw").press("Space")
    page.get_by_role("textbox", name="In your words").fill("Sent to the wrong team")
    keep.press("Enter")
    expect(page.locator("main")).to_contain_text("2 days left")
    page.get_by_role("radio", name="A risk to people is likely").press("Space")
    page.get_by_role("radio", name="Yes").press("Space")
    page.get_by_role("textbox", name="Why?").first.fill("An address was in it")
    page.get_by_role("button", name="Write down the decision").press("Enter")
    expect(page.locator("main")).to_contain_text("Risk decided")
    assert not is_wider_than_its_window(page)


def test_a_request_an_access_check_and_who_has_looked_keep_nobody_out(served: Served) -> None:
    office = served.office
    enrol(office, "me", name="Tess Own", person=office.people["mum"])
    office.ask(Acting("me", "team-member"), about=["mum"])
    office.ask()
    page = served.visit(OLA, "/rights/new/request", viewport=PHONE)
    looked_at(page)
    page.get_by_role("textbox", name="Who are they?").fill(office.people["mum"])
    page.get_by_role("textbox", name="What showed who they are?").fill("Passport seen")
    page.get_by_role("button", name="Write it down").click()
    expect(page.locator("h1")).to_have_text("Mum Testing")
    looked_at(page)
    page.get_by_role("link", name="Leave it out, or give it").first.click()
    looked_at(page)
    page.goto("/rights")
    looked_at(page)

    page.goto(f"/who-has-looked/{office.people['mum']}")
    looked_at(page)
    page.get_by_role("link", name="Decide").first.click()
    looked_at(page)
    page.get_by_role("radio", name="Tell them", exact=True).check()
    page.get_by_role("textbox", name="Why?").fill("Nothing stands against it")
    page.get_by_role("button", name="Keep this").click()
    page.get_by_role("button", name="Make the family’s copy").click()
    expect(page.locator("h1")).to_have_text("Who has looked at information about you")
    looked_at(page)

    page.goto("/access-checks")
    page.get_by_role("button", name="Check what is new in the log").click()
    looked_at(page)
    page.get_by_role("link", name="Tess Own looked at themselves").click()
    looked_at(page)
    page.get_by_role("radio", name="There is a good reason").check()
    page.get_by_role("textbox", name="In your words").fill("A test of the trainer")
    page.get_by_role("button", name="Close it").click()
    expect(page.locator("main")).to_contain_text("A test of the trainer")
    looked_at(page)
