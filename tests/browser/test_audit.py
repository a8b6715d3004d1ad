"""An IG officer asked in court: search, the decision, test by test, the evidence; by keyboard, without scripts."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.browser.site import Served, is_wider_than_its_window, violations
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


def test_every_page_of_it_is_readable_by_everybody(served: Served) -> None:
    released = served.office.ask(KIM)
    page = served.visit("ola/ig-officer", "/audit")
    page.get_by_role("button", name="Search the log").click()
    expect(page.get_by_role("alert")).to_be_visible()
    assert violations(page) == []
    page.get_by_label("A complaint").check()
    page.get_by_role("button", name="Search the log").click()
    for path in (
        page.url,
        f"/audit/decisions/{released.id}",
        f"/audit/decisions/{released.id}/parts/1",
        f"/audit/decisions/{released.id}/evidence",
        "/audit/log",
    ):
        page.goto(path)
        for width in (1280, 320):
            page.set_viewport_size({"width": width, "height": 800})
            assert violations(page) == [], (path, width)
            assert not is_wider_than_its_window(page), (path, width)
