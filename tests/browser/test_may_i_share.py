"""May I share?, asked by somebody who signs in nowhere, by keyboard and without scripts."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.site import Served, is_wider_than_its_window, violations


@pytest.mark.parametrize("scripts", [True, False])
def test_a_housing_officer_asks_about_rent_arrears(served: Served, scripts: bool) -> None:
    page = served.visit(None, "/", scripts=scripts)
    page.get_by_role("link", name="May I share? Ask without signing in").click()
    page.get_by_label("As a").select_option(label="Housing options officer")
    page.get_by_label("at (who holds it)").select_option(label="Chelmsford Housing Association")
    page.get_by_label("may I share").select_option(label="Tenancy, rent and arrears")
    page.get_by_label("with a").select_option(label="Lead practitioner")
    page.get_by_label("at (who would get it)").select_option(label="Essex County Council")
    page.get_by_label("for", exact=True).select_option(label="Supporting a family")
    page.get_by_role("button", name="May I share?").focus()
    page.keyboard.press("Enter")
    expect(page.locator("h2").first).to_have_text("Yes, if the family agrees")
    expect(page).to_have_title("May I share? – Information sharing")
    page.get_by_role("link", name="See everything this organisation may share").click()
    expect(page.locator("h1")).to_contain_text("What Chelmsford Housing Association may share")
    page.get_by_role("link", name=re.compile("If agreed.*Tenancy, rent and arrears")).first.click()
    expect(page.locator("h2").first).to_have_text("Yes, if the family agrees")


def test_every_state_of_it_is_readable_by_everybody(served: Served) -> None:
    ecc = "to=ecc&role=lead-practitioner&purpose=family-support"
    page = served.visit(None, "/may-i-share")
    for path in (
        "/may-i-share",
        f"/may-i-share?from=oakdale-primary&category=attendance&{ecc}",
        "/may-i-share?from=dwp&category=benefits&to=ecc&role=revenue-officer&purpose=debt-recovery",
        "/may-i-share?from=ecc",
        "/may-i-share/matrix?from=ecc&purpose=family-support",
    ):
        for width in (1280, 320):
            page.set_viewport_size({"width": width, "height": 800})
            page.goto(path)
            assert violations(page) == [], (path, width)
            assert not is_wider_than_its_window(page), (path, width)
