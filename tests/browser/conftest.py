"""Chromium, once; an office served, for each test. Pages are the same on both databases: one is enough."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.site import Served, browsing, serving_pages
from tests.functional.usecases.office import Template, reopen_office, working_template

# Other tests run beside these: what comes at all may take a while.
expect.set_options(timeout=20_000)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Headless Chromium, closed with the module: while it is open a loop of its own runs in this thread, and tests
    of other modules run theirs."""
    with browsing() as found:
        yield found


@pytest.fixture(scope="session")
def office_template() -> Template:
    """An office at work, closed again."""
    return working_template("sqlite")


@pytest.fixture
def served(office_template: Template, tmp_path: Path, browser: Browser) -> Iterator[Served]:
    """The pages of an office at work."""
    with reopen_office(office_template, tmp_path / "office") as office, serving_pages(office, browser) as found:
        yield found
