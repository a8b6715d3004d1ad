"""A page as it is drawn, judged for everybody who reads one: by axe-core, on a phone, at 400 %, in forced colours,
by keyboard alone, on paper and without scripts.

Decides what a fault is. A page is drawn from an answer that was had already, under its own address, headers and
policy, so that a form's answer is judged without the form being sent twice.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Route

from tests.browser.site import AXE, AXE_RULES

ASKED: Final = (Path(__file__).parent / "judged.js").read_text("utf-8")
SCREEN: Final = {"width": 1280, "height": 900}
PHONE: Final = {"width": 320, "height": 640}
ZOOMED: Final = {"width": 320, "height": 256, "deviceScaleFactor": 4, "mobile": False}
"""1280 × 1024 at 400 % (WCAG 2.2, 1.4.10)."""
PAPER: Final = {"width": 718, "height": 1000}
"""A4 within margins of a centimetre, at 96 points an inch."""
ON_A_PHONE: Final = ["target-size", "scrollable-region-focusable"]
"""The rules that ask where things stand; the others find the same on any screen."""
FORCED: Final = ["color-contrast", "link-in-text-block"]
"""The rules that ask for colours."""
TAB: Final = {"key": "Tab", "code": "Tab", "windowsVirtualKeyCode": 9, "nativeVirtualKeyCode": 9}
TIMES: Final = 3
"""That a page is drawn before its scripts are said never to begin."""
MORE_TABS: Final = 6
"""Beyond the stops that are looked for: what scrolls is one too."""
_NOT_REPLAYED: Final = {"content-length", "transfer-encoding", "set-cookie", "refresh", "date", "connection"}
_KINDS: Final = {"stylesheet": "text/css", "script": "text/javascript", "image": "image/svg+xml"}
_PAGES: Final = re.compile(rb"/Type\s*/Page\b")


class Judge:
    """Two windows of one browser, one of them without scripts. `names` are those of families."""

    def __init__(self, browser: Browser, address: str, names: frozenset[str]) -> None:
        self.address = address
        self.names = names
        self._contexts = [
            browser.new_context(base_url=address, java_script_enabled=scripts, viewport=SCREEN)
            for scripts in (True, False)
        ]
        self._with, self._without = (_Window(one, address) for one in self._contexts)
        self._console: list[str] = []
        self._with.page.on("console", self._said)
        self._with.page.on("pageerror", lambda error: self._console.append(f"a script failed: {error.message}"))
        self._devices = self._contexts[0].new_cdp_session(self._with.page)
        # A request left unfinished by the page before holds what is cached of the same file.
        self._devices.send("Network.enable")
        self._devices.send("Network.setCacheDisabled", {"cacheDisabled": True})

    def close(self) -> None:
        """Closes both windows."""
        for one in self._contexts:
            one.close()

    def faults(
        self,
        path: str,
        status: int,
        headers: Mapping[str, str],
        body: bytes,
        secret: str | None,
        *,
        alone: bool = False,
    ) -> Iterator[str]:
        """Everything that is wrong with a page; `alone` where it is of another site than the judge's own."""
        self._with.alone = self._without.alone = alone
        cookie = {"name": "broker-session", "value": secret or "none", "url": self.address}
        for one in self._contexts:
            one.add_cookies([cookie])
        self._console.clear()
        page = self._with.page
        page.set_viewport_size(SCREEN)
        page.emulate_media(media="screen", forced_colors="none")
        # A browser under its debugger now and then leaves the request for a module waiting: a page whose scripts
        # fail by themselves fails each time.
        for _ in range(TIMES):
            self._with.show(self.address + path, status, headers, body)
            page.evaluate(ASKED)
            late = page.evaluate("judged.ready()")
            if not late:
                break
        yield from late
        parts = page.evaluate("judged.parts()")
        yield from self._named(page, parts)
        yield from page.evaluate("judged.errors()")
        yield from _found("an id twice", page.evaluate("judged.twins()"))
        yield from self._keyboard(page)
        yield from _found("axe", _axe(page))
        yield from self._narrow(page)
        yield from _forced(page)
        yield from _paper(page)
        yield from self._console
        page = self._without.page
        page.set_viewport_size(SCREEN)
        self._without.show(self.address + path, status, headers, body)
        page.evaluate(ASKED)
        bare = page.evaluate("judged.parts()")
        for name, has in parts.items():
            yield from _found(f"without scripts no {name}", [one for one in has if one not in bare[name]])
        page.set_viewport_size(PHONE)
        yield from _found("without scripts wider than a phone", page.evaluate("judged.wider()"))

    def _named(self, page: Page, parts: Mapping[str, Any]) -> Iterator[str]:
        title = page.title()
        if not title.partition("–")[0].removeprefix("Error:").strip():
            yield "has no title"
        if self.names & set(re.findall(r"[\w'-]+", title)):
            yield f"names somebody in its title: {title}"
        if len(parts["h1"]) != 1:
            yield f"has {len(parts['h1'])} headings of the first level"

    def _keyboard(self, page: Page) -> list[str]:
        for _ in range(page.evaluate("judged.beginTabs()") + MORE_TABS):
            for kind in ("rawKeyDown", "keyUp"):
                self._devices.send("Input.dispatchKeyEvent", {"type": kind, **TAB})
        return list(page.evaluate("judged.endTabs()"))

    def _narrow(self, page: Page) -> Iterator[str]:
        page.set_viewport_size(PHONE)
        yield from _found("wider than a phone", page.evaluate("judged.wider()"))
        yield from _found("on a phone: axe", _axe(page, ON_A_PHONE))
        self._devices.send("Emulation.setDeviceMetricsOverride", ZOOMED)
        yield from _found("at 400 % wider than its window", page.evaluate("judged.wider()"))
        self._devices.send("Emulation.clearDeviceMetricsOverride")
        page.set_viewport_size(SCREEN)

    def _said(self, message: ConsoleMessage) -> None:
        if message.type != "error":
            return
        # A browser reports every page of refusals and errors so: it is the answer that is looked at.
        if message.text.startswith("Failed to load resource") and "/static/" not in message.location.get(
            "url", ""
        ):
            return
        self._console.append(f"in the console: {message.text}")


class _Window:
    """A window that shows an answer which was had already. What belongs to the page is asked of the site, or is
    empty where it is `alone`: the answer is another site's, and this one knows nothing of what it names."""

    def __init__(self, context: BrowserContext, address: str) -> None:
        self.page = context.new_page()
        self.page.set_default_timeout(60_000)
        self.alone = False
        self._url = ""
        self._told: dict[str, Any] = {}
        self._shown = False
        # Once, for as long as the window is there: one that comes and goes may lose what is on its way.
        self.page.route(re.compile(re.escape(address) + "/(?!static/)"), self._answer)

    def show(self, url: str, status: int, headers: Mapping[str, str], body: bytes) -> Page:
        """Draws it. Raises LookupError where the browser asks for another address than this."""
        kept = {name: value for name, value in headers.items() if name.lower() not in _NOT_REPLAYED}
        self._url, self._told, self._shown = url, {"status": status, "headers": kept, "body": body}, False
        self.page.goto(url)
        if not self._shown:
            raise LookupError(f"the browser spells `{url}` otherwise, and drew what the site answers to that")
        return self.page

    def _answer(self, route: Route) -> None:
        asked = route.request
        if asked.is_navigation_request() and asked.url == self._url:
            self._shown = True
            route.fulfill(**self._told)
        elif self.alone:
            route.fulfill(status=200, content_type=_KINDS.get(asked.resource_type, "text/plain"), body="")
        else:
            route.continue_()


def _found(what: str, places: list[str]) -> list[str]:
    return [f"{what}: {one}" for one in places]


def _axe(page: Page, rules: list[str] = AXE_RULES) -> list[str]:
    """By rule and the first place, so that a fault of every row of a list is one."""
    asked = {"runOnly": rules, "resultTypes": ["violations"]}
    found = page.evaluate(
        ("" if page.evaluate("'axe' in window") else AXE) + f"; axe.run(document, {json.dumps(asked)})"
    )
    return [
        f"{one['id']} {one['nodes'][0]['target']} {one['nodes'][0].get('failureSummary', '')}"
        for one in found["violations"]
    ]


def _forced(page: Page) -> Iterator[str]:
    page.emulate_media(forced_colors="active")
    yield from _found("in forced colours: axe", _axe(page, FORCED))
    yield from page.evaluate("judged.forced()")
    page.emulate_media(forced_colors="none")


def _paper(page: Page) -> Iterator[str]:
    page.emulate_media(media="print")
    page.set_viewport_size(PAPER)
    yield from page.evaluate("judged.paper()")
    if not _PAGES.findall(page.pdf(prefer_css_page_size=True)):
        yield "prints no page"
