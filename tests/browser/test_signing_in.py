"""Signing in with a provider, proving again who one is, leaving: in a real browser, with scripts and without."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from broker.audit.events import Event
from tests.browser.site import Served, violations


def sign_in(page: Page, who: str) -> None:
    """From the page that asks to sign in, over the provider's, and back."""
    page.get_by_role("button", name="Sign in").click()
    page.locator(f'input[name="who"][value="{who}"]').check()
    page.get_by_role("button", name="Sign in").click()


@pytest.mark.parametrize("scripts", [True, False])
def test_somebody_signs_in_works_and_signs_out(served: Served, scripts: bool) -> None:
    page = served.visit(None, "/queue", scripts=scripts)
    expect(page).to_have_url(f"{served.address}/sign-in?back=/queue")
    sign_in(page, "tri")
    expect(page).to_have_url(f"{served.address}/queue")
    expect(page.locator("h1")).to_have_text("What do I take next?")
    page.get_by_role("link", name="Sign out").first.click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.locator("h1")).to_have_text("You are signed out")
    page.goto("/queue")
    expect(page).to_have_url(f"{served.address}/sign-in?back=/queue")
    told = [entry.event for entry in served.office.entries()]
    assert Event.SESSION_STARTED in told
    assert Event.SESSION_ENDED in told


WEATHER = "https://www.bbc.co.uk/weather"


def test_a_warning_comes_two_minutes_before_and_is_answered_by_keyboard(served: Served) -> None:
    page = served.visit("kim/lead-practitioner", "/")
    page.clock.install()
    page.goto("/your-session")
    dialog = page.get_by_role("alertdialog")
    page.clock.fast_forward("27:50")
    expect(dialog).to_be_hidden()
    page.clock.fast_forward("00:15")
    expect(dialog).to_be_visible()
    expect(page.get_by_role("button", name="Stay signed in")).to_be_focused()
    assert violations(page) == []
    page.keyboard.press("Enter")
    expect(dialog).to_be_hidden()
    page.clock.fast_forward("27:50")
    expect(dialog).to_be_hidden()
    page.clock.fast_forward("02:15")
    expect(page).to_have_url(f"{served.address}/sign-in?ended=yes&back=%2Fyour-session")
    expect(page.get_by_text("What you had typed is kept for you")).to_be_visible()


@pytest.mark.parametrize("how", ["press", "shift", "without scripts"])
def test_leaving_leaves_nothing_behind_the_back_button(served: Served, how: str) -> None:
    page = served.visit("kim/lead-practitioner", "/your-session", scripts=how != "without scripts")
    page.context.route("https://www.bbc.co.uk/**", lambda route: route.fulfill(body="<title>Weather</title>Rain"))
    if how == "shift":
        for _ in range(3):
            page.keyboard.press("Shift")
    else:
        page.get_by_role("button", name="Exit this page").click()
    page.wait_for_url(WEATHER)
    page.evaluate("history.back()") if how != "without scripts" else page.go_back(wait_until="commit")
    if how != "without scripts":
        page.wait_for_url(WEATHER)
    expect(page.get_by_text("Kim Ward")).to_have_count(0)
    expect(page.get_by_role("heading", name="Your session")).to_have_count(0)
    ended = [one.details["reason"] for one in served.office.entries() if one.event is Event.SESSION_ENDED]
    assert ended == ["left"]
    beside = page.context.new_page()  # the first may still be on its way back
    beside.goto(f"{served.address}/sign-in")
    expect(beside.locator("h1")).to_have_text("Sign in")


def test_somebody_proves_again_who_they_are_and_nobody_can_for_another(served: Served) -> None:
    page = served.visit("kim/lead-practitioner", "/prove?back=/your-session", scripts=False)
    page.get_by_role("button", name="Sign in once more").click()
    assert "prompt=login" in page.url
    assert "max_age=0" in page.url
    before = page.context.cookies()[0]["value"]
    page.locator('input[name="who"][value="tom"]').check()
    page.get_by_role("button", name="Sign in").click()
    expect(page.locator("h1")).to_have_text("You could not be signed in")
    page.goto("/sign-in/start?again=yes&back=/your-session")
    page.locator('input[name="who"][value="kim"]').check()
    page.get_by_role("button", name="Sign in").click()
    expect(page).to_have_url(f"{served.address}/your-session")
    assert before not in [one["value"] for one in page.context.cookies()]
    told = [entry.event for entry in served.office.entries()]
    assert told.count(Event.SESSION_STEPPED_UP) == 1
    assert told.count(Event.SESSION_STARTED) == 1
