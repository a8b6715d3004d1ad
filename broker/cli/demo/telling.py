"""How the demo speaks: short sentences, small tables, and one profile in full.

Decides no fact. Everything told goes through `plain`, so that no name is ever taken for markup.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final

from rich.console import Console

from broker.cli.demo.checks import Checks, Claim
from broker.cli.profile_page import show_profile, show_refusal
from broker.cli.screen import plain, table
from broker.dates import LONDON, uk_date, uk_time
from broker.release.citing import clauses_in_words
from broker.release.disclosure import Disclosure
from broker.vocabulary.codes import Category

WIDE: Final = 100


class Teller:
    """Tells the demo on a console; with `silent` nothing is told."""

    def __init__(self, out: Console, *, silent: bool) -> None:
        self._out = out
        self.silent = silent

    def chapter(self, title: str) -> None:
        """A heading."""
        self._say(f"\n{title}", style="bold")

    def say(self, text: str) -> None:
        """A sentence or two."""
        self._say(text)

    def command(self, text: str) -> None:
        """A command to copy: one line, however long."""
        if not self.silent:
            self._out.print(plain(f"  {text}"), soft_wrap=True)

    def claim(self, claim: Claim) -> None:
        """What was checked, and whether it held."""
        self._say(f"  {'✓' if claim.holds else '✗'} {claim.says}", style=None if claim.holds else "bold red")

    def claims(self, checks: Checks, story: str, claims: Iterable[tuple[str, object]]) -> None:
        """Each of them checked and told."""
        for says, holds in claims:
            self.claim(checks.claim(story, says, bool(holds)))

    def rows(self, title: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
        """A table."""
        if not self.silent:
            self._out.print(table(title, columns, rows))

    def shown(self, title: str, disclosure: Disclosure) -> None:
        """What was released, a line for each thing said and no papers but the clause. Two lines that read the same
        are one with a count: which is which is nothing to the reader."""
        profile = disclosure.profile
        items = profile.items if profile is not None else ()
        called = profile.people if profile is not None else {}
        titles = profile.titles if profile is not None else {}
        lines = Counter(
            (
                ", ".join(called[one] for one in item.about),
                item.papers.category_title,
                item.papers.controller_name,
                uk_date(item.papers.occurred_on),
                clauses_in_words(", ".join(item.papers.clauses), titles) or "emergency access",
            )
            for item in items
        )
        self.rows(
            title,
            ("about", "what", "from", "when", "by", "items"),
            [(*line, count) for line, count in lines.items()],
        )
        if not lines:
            self.say("  Nothing released.")

    def profile(self, disclosure: Disclosure, categories: Mapping[str, Category]) -> None:
        """The whole page, as `broker profile` prints it: every item with the reason why it may be shown."""
        if self.silent:
            return
        if disclosure.profile is None:
            show_refusal(disclosure, self._out)
        else:
            show_profile(disclosure, categories, self._out)
            self._out.print()

    def _say(self, text: str, style: str | None = None) -> None:
        if not self.silent:
            self._out.print(plain(text), style=style, width=min(WIDE, self._out.width))


def clock_words(at: datetime) -> str:
    """`Monday 2 November 2026 at 9:20 am`, in England."""
    local = at.astimezone(LONDON)
    return f"{local:%A} {uk_date(local.date())} at {uk_time(at)}"
