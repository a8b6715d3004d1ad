"""The agreement desk in a real browser: by keyboard on a phone without scripts, with them, and on paper."""

from __future__ import annotations

import io

from playwright.sync_api import Page, expect
from pypdf import PdfReader

from tests.browser.site import Served, follow, is_wider_than_its_window, violations
from tests.functional.usecases.test_consent import given_for, kinds_shown

KIM = "kim/lead-practitioner"
PHONE = {"width": 320, "height": 640}


def choose(page: Page, group: str, name: str) -> None:
    page.get_by_role("group", name=group).get_by_role("radio", name=name, exact=True).press("Space")


def press(page: Page, name: str) -> None:
    assert not is_wider_than_its_window(page), page.url
    page.get_by_role("button", name=name).press("Enter")


def answer_alone(page: Page) -> None:
    choose(page, "Was anyone else in the room?", "No, they were seen alone")
    choose(page, "Is there any sign of pressure?", "No")
    page.get_by_role("radio", name="In person").press("Space")


def test_a_family_says_no_to_some_and_changes_its_mind_by_keyboard_on_a_phone(served: Served) -> None:
    office = served.office
    page = served.visit(KIM, "/agreement-desk", scripts=False, viewport=PHONE)
    expect(page.locator("h1")).to_have_text("What is somebody agreeing to?")
    page.get_by_role("link", name="Ask for a decision").press("Enter")
    choose(page, "Whose information is it about?", "Child Testing")
    choose(page, "Who decides?", "Mum Testing")
    press(page, "Check who can agree")
    says = "Mum Testing can agree for Child Testing: their mother, who has parental responsibility."
    expect(page.get_by_role("status")).to_have_text(says)
    press(page, "Continue: read it aloud")
    expect(page.locator("h1")).to_have_text("Read this aloud to Mum Testing")
    press(page, "Easy read")
    expect(page.locator(".app-aloud")).to_contain_text("You keep the help you have.")
    choose(page, "What do they say?", "Yes to some of them")
    page.get_by_role("checkbox", name="Essex County Council", exact=True).press("Space")
    press(page, "Continue")
    page.get_by_role("link", name="Read aloud").press("Enter")
    expect(page.get_by_role("checkbox", name="Essex County Council", exact=True)).to_be_checked()
    press(page, "Continue")
    answer_alone(page)
    press(page, "Continue: read it back")
    expect(page.get_by_role("alert")).to_contain_text("Choose whether they could make this decision")
    choose(page, "Could Mum Testing make this decision?", "Yes")
    press(page, "Continue: read it back")
    expect(page.locator("h1")).to_have_text("Is this right?")
    expect(page.locator("main")).not_to_contain_text("pressure")
    press(page, "Yes, this is right")
    expect(page.get_by_role("heading", level=1)).to_contain_text("You said yes")
    assert not is_wider_than_its_window(page)
    assert "attendance" not in kinds_shown(office.ask())
    page.get_by_role("link", name="Agreement desk").first.press("Enter")
    page.get_by_label("Reference").fill(given_for(office, "mum"))
    press(page, "They change their mind")
    expect(page.locator("main")).to_contain_text("Essex County Council, which received something")
    page.get_by_role("checkbox", name="I have read them").press("Space")
    press(page, "Continue")
    answer_alone(page)
    press(page, "Take it back now")
    expect(page.get_by_role("heading", level=1)).to_contain_text("You changed your mind")


def test_the_desk_keeps_nobody_out_says_who_can_agree_while_choosing_and_prints_one_side(served: Served) -> None:
    page = served.visit(KIM, "/agreement-desk")
    seen = [(page.url, violations(page))]

    def on(name: str) -> None:
        follow(page, page.get_by_role("button", name=name))
        seen.append((page.url, violations(page)))

    page.get_by_role("link", name="Ask for a decision").click()
    about = page.get_by_role("group", name="Whose information is it about?")
    about.get_by_role("radio", name="Child Testing").check()
    by = page.get_by_role("group", name="Who decides?")
    by.get_by_role("radio", name="Partner Testing").check()
    says = page.locator("[data-who-can-says]")
    expect(says).to_contain_text("Partner Testing cannot agree for Child Testing yet.")
    by.get_by_role("radio", name="Mum Testing").check()
    expect(says).to_contain_text("Mum Testing can agree for Child Testing")
    on("Continue: read it aloud")
    on("Continue")
    page.get_by_role("radio", name="Yes, to all the services above").check()
    on("Continue")
    on("Continue: read it back")
    choose(page, "Could Mum Testing make this decision?", "Yes")
    answer_alone(page)
    on("Continue: read it back")
    on("Yes, this is right")
    first, second, *_rest = (
        one.extract_text() for one in PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True))).pages
    )
    assert "/agreement-explained" in first, "one side, to its end"
    assert "The full list" in second
    with page.expect_download() as paper:
        page.get_by_role("button", name="Receipt to print (PDF)").click()
    assert paper.value.suggested_filename == "receipt.pdf"
    page.goto(f"/agreement-desk/case/{served.office.cases['team']}")
    seen.append((page.url, violations(page)))
    page.get_by_text("What exactly").first.click()
    seen.append((page.url, violations(page)))
    follow(page, page.get_by_role("button", name="They change their mind").first)
    seen.append((page.url, violations(page)))
    page.goto("/agreement-explained?in=easy")
    seen.append((page.url, violations(page)))
    assert [one for one in seen if one[1]] == []
    assert not [one for one in (served.pages) if is_wider_than_its_window(one)]
