"""Emergency access in a real browser: asked for on a phone without scripts, approved, closed and reviewed; nothing
that keeps anybody out."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.site import Served, is_wider_than_its_window, violations

PHONE = {"width": 320, "height": 640}


def looked_at(page: Page) -> None:
    assert violations(page) == [], page.url
    assert not is_wider_than_its_window(page), page.url


def test_from_asking_to_telling(served: Served) -> None:
    served.office.enrol_one("sal", "Sal Frost", "ecc", "safeguarding-lead")
    case = served.office.cases["team"]
    kim = served.visit(
        "kim/lead-practitioner", f"/emergency-access/new?case={case}", scripts=False, viewport=PHONE
    )
    expect(kim.get_by_role("note").first).to_contain_text("Ring 999")
    assert not is_wider_than_its_window(kim)
    expect(kim.locator("main")).to_contain_text("Your privacy officers are told at once")
    ask = kim.get_by_role("button", name="Ask for emergency access")
    ask.press("Enter")
    expect(kim.get_by_role("alert")).to_contain_text("Answer “What could happen?”: choose one")
    assert not is_wider_than_its_window(kim)
    kim.get_by_role("radio", name="Risk of significant harm to a child").press("Space")
    kim.get_by_role("textbox", name="Why can it not wait?").fill("Not seen since Friday")
    kim.get_by_role("checkbox", name="Child Testing").press("Space")
    kim.get_by_role("radio", name="With a second person").press("Space")
    ask.press("Enter")
    expect(kim.locator("h1")).to_have_text("It waits for a second person")
    assert not is_wider_than_its_window(kim)

    tom = served.visit("tom/team-member", "/emergency-access/new", viewport=PHONE)
    looked_at(tom)
    tom.get_by_role("button", name="Ask for emergency access").click()
    looked_at(tom)

    sal = served.visit("sal/safeguarding-lead", "/emergency-access", viewport=PHONE)
    looked_at(sal)
    sal.get_by_role("link", name="Kim Ward asked").click()
    looked_at(sal)
    sal.get_by_role("button", name="Yes, open it now").click()
    expect(sal.locator("h1")).to_contain_text("It is open until")

    kim.reload()
    expect(kim.locator("h1")).to_contain_text("You may look until")
    assert not is_wider_than_its_window(kim)
    kim.get_by_text("Close it early").click()
    kim.get_by_role("button", name="Close it now").press("Enter")
    expect(kim.locator("h1")).to_have_text("It is over")

    ola = served.visit("ola/ig-officer", "/emergency-access", viewport=PHONE)
    expect(ola.locator("main")).to_contain_text("To review")
    looked_at(ola)
    ola.get_by_role("link", name="Kim Ward asked").click()
    ola.get_by_role("radio", name="It was right to use it").check()
    ola.get_by_role("textbox", name="In your words").fill("The child was found")
    looked_at(ola)
    ola.get_by_role("button", name="Write down the review").click()
    ola.get_by_role("link", name="They should not be told yet").click()
    looked_at(ola)
    ola.get_by_role("radio", name="Telling them could put somebody in danger").check()
    ola.get_by_role("textbox", name="In your words").fill("He opens her post")
    for name, value in (("Day", "1"), ("Month", "6"), ("Year", "2026")):
        ola.get_by_role("textbox", name=name).fill(value)
    ola.get_by_role("button", name="Propose it").click()
    expect(ola.locator("main")).to_contain_text("It still has to be told, until somebody else agrees")
    looked_at(ola)
