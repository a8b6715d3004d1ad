"""The officers' library in a real browser: read, check against the text, sign, take back."""

from __future__ import annotations

import re
import time

import pytest
from playwright.sync_api import Page, expect

from tests.browser.site import Served, is_wider_than_its_window, violations

AGREEMENT = "/agreements/family-support/1"


def accessible(page: Page) -> None:
    assert violations(page) == []
    page.set_viewport_size({"width": 320, "height": 640})
    assert not is_wider_than_its_window(page)
    page.set_viewport_size({"width": 1280, "height": 800})


def test_an_officer_reads_an_agreement_beside_what_the_system_does(served: Served) -> None:
    served.office.ask()
    page = served.visit("ola/ig-officer", "/agreements")
    accessible(page)
    expect(page.get_by_text("Fewer than five open cases had something under it")).to_be_visible()
    page.get_by_role("link", name="Family support and team around the family").click()
    expect(page.locator("h1")).to_have_text("Family support and team around the family")
    expect(page.get_by_text("In force. Review by 1 January 2027.")).to_be_visible()
    attendance = page.locator("#clause-4\\.3")
    expect(attendance).to_contain_text("Schools share attendance and exclusions of the last two years")
    expect(attendance).to_contain_text("records of the last 2 years")
    expect(attendance).to_contain_text("a school")
    accessible(page)
    until = time.monotonic() + 60
    while not page.get_by_text("scenarios pass;").count():
        assert time.monotonic() < until
        page.wait_for_timeout(500)
        page.goto(AGREEMENT)
    expect(page.locator("#scenarios + p")).to_contain_text("95 of 95 pass")
    page.goto("/record-of-processing")
    expect(page.locator("h1")).to_have_text("What do we process through this system, and why?")
    accessible(page)


@pytest.mark.parametrize("scripts", [True, False])
def test_a_party_takes_its_signature_back_and_signs_again(served: Served, scripts: bool) -> None:
    page = served.visit("sid/siro", AGREEMENT, scripts=scripts)
    page.get_by_role("link", name=re.compile("Take it back.*Essex County Council$")).first.click()
    page.get_by_role("button", name="Take it back").click()
    expect(page.get_by_role("link", name="Answer “Why?”: say why")).to_be_visible()
    page.get_by_label("Why?").fill("The board wants another look")
    page.get_by_role("button", name="Take it back").click()
    expect(page.get_by_text("1 of 14 have not signed: Essex County Council.")).to_be_visible()
    page.get_by_role("button", name="Sign it").click()
    if scripts:
        accessible(page)
    page.get_by_label("On what authority").fill("Scheme of delegation 2026")
    page.get_by_role("button", name="Sign", exact=True).click()
    expect(page.get_by_role("link", name=re.compile("is missing: say that you have read it"))).to_be_visible()
    page.get_by_label("I have read the clauses").check()
    page.get_by_role("button", name="Sign", exact=True).click()
    expect(page.get_by_text("All 14 have signed.")).to_be_visible()


def test_everybody_reads_the_register_without_signing_in(served: Served) -> None:
    page = served.visit(None, "/register")
    accessible(page)
    page.get_by_role("link", name="Family support and team around the family").click()
    expect(page.get_by_text("Oakdale", exact=False).first).to_be_visible()
    assert "Sid Marsh" not in page.content()
    accessible(page)
    with page.expect_download() as download:
        page.goto("/register")
        page.get_by_role("link", name="Download as a spreadsheet (CSV)").click()
    assert download.value.suggested_filename == "agreements.csv"
    assert "Family support and team around the family" in download.value.path().read_text("utf-8-sig")
