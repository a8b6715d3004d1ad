"""The front door in a real browser: by keyboard, without scripts, narrow, and as axe-core sees it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from broker.casework.contact import SourceKind
from broker.vocabulary.clocks import Rating
from tests.browser.site import Served, is_wider_than_its_window, violations
from tests.functional.usecases.front_door_staff import contact, sign_front_door, staff_front_door

NARROW = {"width": 320, "height": 640}


@pytest.fixture(autouse=True)
def staffed(served: Served) -> None:
    staff_front_door(served.office)
    sign_front_door(served.office)


def press_until(page: Page, name: str, key: str = "Tab", most: int = 60) -> None:
    """Moves on by keyboard until the thing with this text has the focus."""
    for _ in range(most):
        page.keyboard.press(key)
        if page.evaluate("document.activeElement.innerText").strip().startswith(name):
            return
    raise AssertionError(f"`{name}` is not reached by `{key}`")


def test_a_contact_is_taken_and_given_a_colour_by_keyboard_alone(served: Served) -> None:
    late = contact(served.office, rating=Rating.RED).case.id
    served.office.step(150)
    contact(served.office, ("mum",), source=SourceKind.FAMILY, source_code=None, worry="I cannot sleep")
    page = served.visit("tri/triage", "/queue?show=unheld")
    assert violations(page) == []
    press_until(page, "Take")
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{served.address}/contacts/{late}?show=unheld&done=take")
    expect(page.locator(".app-done")).to_have_text("It is yours now.")
    press_until(page, "Give it a colour")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    press_until(page, "Write down the colour")
    page.keyboard.press("Enter")
    expect(page).to_have_title("Error: Contact – Information sharing")
    expect(page.locator(".govuk-error-summary")).to_be_focused()
    press_until(page, "Answer “Why?”")
    page.keyboard.press("Enter")
    expect(page.locator("#rate-reason")).to_be_focused()
    page.keyboard.type("A second call came in")
    assert violations(page) == []
    press_until(page, "Write down the colour")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Given the colour amber")).to_be_visible()
    page.get_by_role("link", name="Back to the queue").click()
    expect(page).to_have_url(f"{served.address}/queue?show=unheld")
    expect(page.locator(".app-row")).to_have_count(1)


def test_the_front_door_is_whole_without_scripts_on_a_narrow_screen(served: Served) -> None:
    case_id = contact(served.office, danger=True).case.id
    page = served.visit("tri/triage", "/queue", scripts=False, viewport=NARROW)
    assert not is_wider_than_its_window(page)
    page.get_by_role("button", name="Take").click()
    expect(page).to_have_url(f"{served.address}/contacts/{case_id}?done=take")
    assert not is_wider_than_its_window(page)
    expect(page.get_by_role("alert")).to_contain_text("ring 999")
    page.get_by_role("button", name="Ask who leads").click()
    expect(page.locator(".app-done")).to_have_text("The answer stands below.")


def test_somebody_is_searched_for_and_a_contact_about_them_recorded_by_keyboard_alone(served: Served) -> None:
    page = served.visit("tri/triage", "/search")
    assert violations(page) == []
    page.locator("#reason").focus()
    for typed in ("A school rang", "Chyld", "Testing"):
        page.keyboard.type(typed)
        page.keyboard.press("Tab")
    for typed in ("1", "6", "2015"):
        page.keyboard.type(typed)
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Is this the right person?")
    assert violations(page) == []
    assert "Testing" not in page.url + page.title()
    page.locator("#about").focus()
    page.keyboard.press("Space")
    press_until(page, "Record a contact about them")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Record a contact")
    assert violations(page) == []
    page.locator("#worry").focus()
    page.keyboard.type("He has no coat, and it snows")
    page.locator("#source").focus()
    page.keyboard.press("ArrowDown")
    press_until(page, "Record the contact")
    page.keyboard.press("Enter")
    expect(page.locator(".app-done")).to_contain_text("waits to be taken")
    expect(page.locator("h1")).to_contain_text("Child")


def test_a_contact_is_recorded_without_scripts_on_a_narrow_screen(served: Served) -> None:
    page = served.visit("tri/triage", "/contacts/new", scripts=False, viewport=NARROW)
    assert not is_wider_than_its_window(page)
    page.get_by_label("Somebody is in danger now").check()
    page.get_by_label("What is the worry?").fill("He is shut out in the cold")
    page.get_by_label("First name").fill("Child")
    page.get_by_label("Family name").fill("Testing")
    page.get_by_label("A member of the public").check()
    page.get_by_role("button", name="Record the contact").click()
    expect(page.get_by_text("A name alone finds nobody")).to_be_visible()
    page.get_by_label("Postcode").fill("CM1 1LX")
    page.get_by_role("button", name="Record the contact").click()
    expect(page.locator("#not-recorded")).to_be_focused()
    page.locator("#known-1").check()
    assert not is_wider_than_its_window(page)
    page.get_by_role("button", name="Record the contact").click()
    expect(page.get_by_role("alert")).to_contain_text("ring 999")
