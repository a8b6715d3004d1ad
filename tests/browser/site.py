"""A site to look at: an office served over real HTTP on a port of its own, and Chromium before it."""

from __future__ import annotations

import gc
import json
import os
import shutil
import threading
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import pytest
import uvicorn
from playwright.sync_api import Browser, Locator, Page, sync_playwright

from broker.casework.account import Account
from broker.serving.listening import listening
from broker.serving.server import server_config
from broker.store.accounts import account_token
from broker.usecases.signing_in.accounts import bind_account
from broker.usecases.signing_in.sessions import start_session
from broker.web.app import make_web
from tests.functional.usecases.office import Office

AXE: Final = (Path(__file__).parent / "axe.min.js").read_text("utf-8")
REQUIRED: Final = "BROKER_TEST_BROWSER_REQUIRED"
_FLAGS: Final = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
AXE_RULES: Final = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


def find_chromium() -> str | None:
    """Where the browser of this machine is."""
    return shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@contextmanager
def browsing() -> Iterator[Browser]:
    """Chromium. Skips with the reason where there is none, or fails where one is required."""
    where = find_chromium()
    if where is None:
        why = "no Chromium here: install it, on Debian with `apt-get install chromium`"
        if os.environ.get(REQUIRED, "") not in ("", "0"):
            pytest.fail(f"{why} ({REQUIRED} is set)", pytrace=False)
        pytest.skip(why)
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=where, args=_FLAGS)
        try:
            yield browser
        finally:
            browser.close()


@dataclass
class Served:
    """An office whose pages are served at `address`, and the browser that looks at them."""

    office: Office
    address: str
    browser: Browser
    pages: list[Page] = field(default_factory=list)

    def visit(self, who: str | None = None, path: str = "/", *, scripts: bool = True, **context: Any) -> Page:
        """A new browser window: signed in as `who` ("tri/triage"), or as nobody."""
        made = self.browser.new_context(base_url=self.address, java_script_enabled=scripts, **context)
        page = made.new_page()
        page.set_default_timeout(30_000)
        self.pages.append(page)
        if who is not None:
            made.add_cookies([{"name": "broker-session", "value": self.secret(who), "url": self.address}])
            page.goto("/")
        if path != "/" or who is None:
            page.goto(path)
        return page

    def secret(self, who: str) -> str:
        """What the browser of somebody shows who has just signed in and proved who they are, through an account
        that the office's provider would know them by."""
        staff_id, _, role = who.partition("/")
        world = self.office.broker
        account = Account(f"{self.address}/demo-sign-in", staff_id)
        bind_account(world, account, staff_id)
        with world.store.look() as view:
            token = account_token(view, account)
        proved_at = world.clock.now()
        return start_session(world, staff_id, role, "openid", account=token, proved_at=proved_at)[0]

    def close(self) -> None:
        """Closes every window."""
        for page in self.pages:
            page.context.close()


@contextmanager
def serving_pages(office: Office, browser: Browser) -> Iterator[Served]:
    """The office's pages, served by the product's own server until the block ends."""
    with listening(0) as listener:
        name = f"127.0.0.1:{listener.getsockname()[1]}"
        server = uvicorn.Server(server_config(make_web(office.broker, name, demo=True)))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.01)
        served = Served(office, f"http://{name}", browser)
        try:
            yield served
        finally:
            served.close()
            server.should_exit = True
            # A browser opens spare connections: one being accepted as the loop ends is left to the collector.
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", ResourceWarning)
                thread.join(20)
                gc.collect()


def follow(page: Page, link: Locator) -> None:
    """Presses what leads to another page, and waits until it is there."""
    with page.expect_navigation():
        link.click()


def violations(page: Page) -> list[str]:
    """What axe-core finds wrong with the page as it is drawn now, by rule and place; empty when nothing is."""
    # Through the debugger and not as a script of the page, which the page's own policy would rightly refuse.
    found = page.evaluate(AXE + "; window.axe.run(document, " + json.dumps({"runOnly": AXE_RULES}) + ")")
    return [
        f"{one['id']}: {node['target']} {node.get('failureSummary', '')}"
        for one in found["violations"]
        for node in one["nodes"]
    ]


def is_wider_than_its_window(page: Page) -> bool:
    """Whether somebody would have to scroll sideways to read it."""
    return bool(page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"))
