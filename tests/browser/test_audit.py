"""An IG officer asked in court: search, the decision, test by test, the evidence; by keyboard, without scripts."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.site import Served
from tests.functional.usecases.office import KIM


def test_an_officer_finds_a_release_reads_why_and_packs_the_evidence(served: Served) -> None:
    released = served.office.ask(KIM)
    served.office.step()
    page = served.visit("ola/ig-officer", "/", scripts=False)
    page.get_by_role("link", name="Audit").first.click()
    page.get_by_label("A court or an inspector asks").focus()
    page.keyboard.press("Space")
    page.get_by_label("What happened").select_option(label="Family summaries: shown or refused")
    page.get_by_role("button", name="Search the log").focus()
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Found in the log")
    page.get_by_role("link", name="Why?").click()
    expect(page).to_have_url(f"{served.address}/audit/decisions/{released.id}")
    expect(page.get_by_text("The same.")).to_be_visible()
    page.get_by_role("link", name=re.compile("Oakdale Primary School.*School attendance")).click()
    expect(page.locator("h1")).to_have_text("Why could this be shown?")
    expect(page.get_by_text("this clause decided")).to_be_visible()
    page.get_by_role("link", name="The whole decision").click()
    page.get_by_role("button", name="Pack evidence of this").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Download the evidence").click()
    assert download.value.suggested_filename == "evidence.zip"
