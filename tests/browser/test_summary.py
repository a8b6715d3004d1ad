"""The family summary in a real browser: asked for by keyboard and without scripts, read on a phone and on
paper."""

from __future__ import annotations

import io

import pypdf
import pytest
from playwright.sync_api import Page, expect

from tests.browser.site import Served, is_wider_than_its_window, violations

KIM = "kim/lead-practitioner"
REASON = "Preparing the first review"
PHONE = {"width": 320, "height": 640}


def furnished(served: Served) -> None:
    """The office with a tie and the family's own words."""
    office = served.office
    mother = {"relationship": "mother", "person": office.people["mum"], "since": "2015-06-01"}
    office.record("ecc", "household", ["child", "mum"], mother)
    office.record("ecc", "family-voice", ["mum"], {"strength": "Gran helps", "wish": "Calm mornings"})


def tab_to(page: Page, name: str) -> None:
    """Presses Tab until what has this text is focused."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if name in page.evaluate("document.activeElement.innerText || document.activeElement.value || ''"):
            return
    raise AssertionError(f"no Tab leads to {name}")


def asked(served: Served, page: Page) -> None:
    page.goto(f"/summary/new?case={served.office.cases['team']}")
    page.get_by_label("Why do you need it now?").fill(REASON)
    page.get_by_role("button", name="Show the family summary").click()
    expect(page.locator("h1")).to_have_text("Testing family")


def test_the_whole_way_by_keyboard(served: Served) -> None:
    furnished(served)
    page = served.visit(KIM, "/summary/new")
    assert violations(page) == []
    tab_to(page, "Partner Testing")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Who is it about, and why do you need it?")
    assert violations(page) == []
    tab_to(page, "Show the family summary")
    page.keyboard.press("Enter")
    expect(page.locator(".govuk-error-summary")).to_be_focused()
    assert violations(page) == []
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Why do you need it now?")).to_be_focused()
    page.keyboard.type(REASON)
    tab_to(page, "Show the family summary")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Testing family")
    assert page.title() == "Family summary – Information sharing"
    assert violations(page) == []
    headings = page.locator("main h2").all_inner_texts()
    assert headings == [
        "Before you contact them",
        "Who is already involved",
        "The family",
        "What is going well, in their own words",
        "What has happened",
        "What silence means here",
        "Not shared, and what would change this",
        "This release",
    ]
    tab_to(page, "from Oakdale Primary School")
    page.keyboard.press("Enter")
    expect(page.locator("#timeline").get_by_text("Article 6(1)(e)")).to_be_visible()
    tab_to(page, "Ask Essex Police about Mum Testing")
    page.keyboard.press("Enter")
    expect(page.get_by_text("You asked Essex Police about Mum Testing")).to_be_visible()


def test_choosing_filters_the_timeline_at_once(served: Served) -> None:
    page = served.visit(KIM)
    asked(served, page)
    entries = len(served.office.entries())
    line = page.locator("#timeline").get_by_text("attendance: 81 %")
    page.locator("#timeline select[name=person]").select_option(label="Mum Testing")
    expect(line).to_be_hidden()
    expect(page.get_by_text("0 shown")).to_be_visible()
    page.locator("#timeline select[name=person]").select_option(label="Child Testing")
    expect(line).to_be_visible()
    assert len(served.office.entries()) == entries


def test_without_scripts_on_a_phone(served: Served) -> None:
    furnished(served)
    page = served.visit(KIM, scripts=False, viewport=PHONE, color_scheme="light")
    page.goto(f"/summary/new?case={served.office.cases['team']}")
    assert not is_wider_than_its_window(page)
    page.get_by_label("Why do you need it now?").fill(REASON)
    page.get_by_role("button", name="Show the family summary").click()
    expect(page.locator("#timeline")).to_be_visible()
    assert not is_wider_than_its_window(page)
    page.locator("#timeline select[name=person]").select_option(label="Mum Testing")
    page.locator("#timeline").get_by_role("button", name="Show").click()
    expect(page.get_by_text("0 shown, about Mum Testing")).to_be_visible()
    expect(page.locator("#timeline").get_by_text("attendance: 81 %")).to_have_count(0)
    page.get_by_role("link", name="Show everything").click()
    page.locator("#timeline").get_by_text("from Oakdale Primary School").click()
    expect(page.locator("#timeline").get_by_text("attendance: 81 %")).to_be_visible()


@pytest.mark.parametrize(
    "context",
    [{"viewport": PHONE, "device_scale_factor": 4}, {"forced_colors": "active"}],
    ids=["400-percent", "forced"],
)
def test_enlarged_and_in_forced_colours(served: Served, context: dict[str, object]) -> None:
    """1,280 pixels at 400 % are 320 of a style sheet's."""
    furnished(served)
    page = served.visit(KIM, **context)
    asked(served, page)
    assert violations(page) == []
    assert not is_wider_than_its_window(page)
    for line in page.locator("line.app-tie").all():
        assert line.evaluate("one => getComputedStyle(one).stroke") != "none"
    small = page.evaluate(
        "[...document.querySelectorAll('main a, main button, main summary, main select')]"
        ".map(one => [one.innerText, one.getBoundingClientRect()])"
        ".filter(([, box]) => box.width && box.height && box.height < 23.5).map(([text]) => text)"
    )
    assert small == []


def test_every_printed_page_says_who_when_why_and_which_of_how_many(served: Served) -> None:
    furnished(served)
    page = served.visit(KIM)
    asked(served, page)
    page.emulate_media(media="print")
    expect(page.locator(".app-header")).to_be_hidden()
    expect(page.get_by_role("button", name="Ask Essex Police about Mum Testing")).to_be_hidden()
    printed = pypdf.PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True)))
    assert len(printed.pages) > 1
    for number, sheet in enumerate(printed.pages, start=1):
        text = " ".join(sheet.extract_text().split())
        assert f"Page {number} of {len(printed.pages)}" in text
        assert "Printed by Kim Ward, Lead practitioner, Essex County Council, 2 March 2026 at" in text
        assert f"Why: {REASON}" in text
    whole = " ".join(" ".join(sheet.extract_text().split()) for sheet in printed.pages)
    assert "Article 6(1)(e)" in whole, "what was folded on the screen is open on paper"


def test_a_refusal_is_calm_and_offers_one_step(served: Served) -> None:
    page = served.visit("tri/triage", f"/summary/new?case={served.office.cases['team']}", viewport=PHONE)
    expect(page.locator("h1")).to_have_text("This is not open to you")
    assert violations(page) == []
    assert not is_wider_than_its_window(page)


def test_copies_are_chosen_and_read_on_a_phone(served: Served) -> None:
    furnished(served)
    page = served.visit(KIM, viewport=PHONE)
    asked(served, page)
    summary = page.url
    for choose, whose, title in (
        ("for a meeting", page.get_by_role("checkbox", name="Kim Ward"), "Family summary for a meeting"),
        (
            "the family's own",
            page.get_by_role("radio", name="Mum Testing"),
            "What we share about you, your own copy",
        ),
    ):
        page.goto(f"{summary}/copy")
        assert violations(page) == []
        assert not is_wider_than_its_window(page)
        page.get_by_label(choose).check()
        whose.check()
        page.get_by_role("button", name="Make the copy").click()
        expect(page.locator("h1")).to_have_text(title)
        assert violations(page) == []
        assert not is_wider_than_its_window(page)
        assert (
            page.request.get(page.url.replace("/sheet", "/paper.pdf")).headers["content-type"] == "application/pdf"
        )
