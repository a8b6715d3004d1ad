"""Signing in with a provider, proving again who one is, leaving: in a real browser, with scripts and without."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from broker.audit.events import Event
from tests.browser.site import Served, is_wider_than_its_window, violations


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


@pytest.mark.parametrize("path", ["/", "/sign-in", "/nowhere", "/signed-out"])
def test_the_first_pages_are_for_everybody(served: Served, path: str) -> None:
    page = served.visit(None, path, viewport={"width": 320, "height": 640})
    assert violations(page) == []
    assert not is_wider_than_its_window(page)
