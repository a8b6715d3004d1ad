"""The screenshots of docs/pages.md, taken of the demo's county by the product's own server in a real browser.

    make screens

Run it after a page changed how it looks, and look at what it wrote.
"""

from __future__ import annotations

import re
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from io import StringIO
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from playwright.sync_api import Page  # noqa: E402 - the path above makes it importable
from rich.console import Console  # noqa: E402 - the same

from broker.cli.demo.open_house import open_house  # noqa: E402 - the same
from broker.cli.demo.play import Played, Run, play  # noqa: E402 - the same
from broker.cli.demo.stage import prepare_folder, raised, settings_in  # noqa: E402 - the same
from broker.cli.demo.telling import Teller  # noqa: E402 - the same
from broker.clock import RunningClock  # noqa: E402 - the same
from broker.settings import Settings  # noqa: E402 - the same
from tests.browser.site import Served, browsing, is_wider_than_its_window, serving_pages, violations  # noqa: E402
from tests.functional.usecases.office import Office  # noqa: E402 - the same

FOLDER = ROOT / "docs" / "screens"
FAMILIES = 200
TALLEST = 1700


@dataclass(frozen=True, slots=True)
class County:
    """The demo's county, served, and what was played in it."""

    served: Served
    played: Played


Visit = Callable[[County], Page]


def at(who: str | None, path: str, **how: object) -> Visit:
    """A page by its address."""
    return lambda county: county.served.visit(who, path, **how)


def first_link(who: str, path: str, begins: str) -> Visit:
    """The first page of a list."""

    def visit(county: County) -> Page:
        page = county.served.visit(who, path)
        page.goto(page.locator(f'main a[href^="{begins}"]').first.get_attribute("href") or path)
        return page

    return visit


def summary(county: County) -> Page:
    """The family that agreed, as its lead practitioner gets it."""
    page = county.served.visit("kim/lead-practitioner", f"/summary/new?case={county.played.led.case.id}")
    page.get_by_label("Why do you need it now?").fill("Preparing the first review")
    page.get_by_role("button", name="Show the family summary").click()
    page.wait_for_url(re.compile("/summary/d-"))
    return page


SCREENS: dict[str, Visit] = {
    "first-page": at(None, "/"),
    "front-door": at("tom/triage", "/queue"),
    "front-door-phone": at("tom/triage", "/queue", viewport={"width": 390, "height": 844}),
    "contact": first_link("tom/triage", "/queue", "/contacts/k-"),
    "search": at("tom/triage", "/search"),
    "family-summary": summary,
    "teams": at("kim/lead-practitioner", "/teams"),
    "team": first_link("kim/lead-practitioner", "/teams", "/teams/k-"),
    "inbox": at("sam/safeguarding-lead", "/inbox"),
    "question": first_link("sam/safeguarding-lead", "/inbox", "/inbox/"),
    "agreements": at("ivy/ig-officer", "/agreements"),
    "agreement": at("ivy/ig-officer", "/agreements/family-support/1"),
    "may-i-share": at(None, "/may-i-share"),
}


@contextmanager
def county(families: int = FAMILIES) -> Iterator[County]:
    """The demo, played small and served."""
    with tempfile.TemporaryDirectory() as temporary, browsing() as browser:
        folder = prepare_folder(Path(temporary) / "demo")
        teller = Teller(Console(file=StringIO()), silent=True)
        with raised(folder, settings_in(folder / "data", Settings.read()), 1) as stage:
            played = play(stage, teller, Run(), families, 1)
            open_house(stage, played)
            office = Office(replace(stage.broker, clock=RunningClock(stage.clock.now())), stage.clock)
            with serving_pages(office, browser) as served:
                yield County(served, played)


def main() -> None:
    """Takes them all, and says what is wrong with any."""
    FOLDER.mkdir(exist_ok=True)
    wanted = sys.argv[1:] or list(SCREENS)
    with county() as found:
        for name in wanted:
            page = SCREENS[name](found)
            page.wait_for_load_state()
            height = page.evaluate("document.documentElement.scrollHeight")
            size = page.viewport_size or {"width": 1280, "height": 720}
            page.set_viewport_size({"width": size["width"], "height": min(int(height), TALLEST)})
            page.screenshot(path=FOLDER / f"{name}.png")
            wide = "; wider than its window" if is_wider_than_its_window(page) else ""
            print(f"{name}: {len(violations(page))} violations{wide}", flush=True)


if __name__ == "__main__":
    main()
