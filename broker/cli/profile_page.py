"""The profile in a terminal, in the order in which a tired person needs it.

Decides order and wording, never what is shown. What is not there is said as "Nothing released about this", never
as "nothing held". From pages ("Family summary").
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from itertools import groupby
from typing import Final

from rich.console import Console
from rich.text import Text

from broker.cli.screen import plain, show_rows
from broker.dates import LONDON, london_day, uk_time
from broker.release.citing import clauses_in_words
from broker.release.disclosure import Disclosure
from broker.release.in_words import (
    COVERAGE_WORDS,
    REFUSAL_WORDS,
    TOLD_WORDS,
    field_words,
    in_one_line,
    paper_words,
)
from broker.release.messages import Message, sentence
from broker.release.profile import CoverageLine, Profile, ProfileItem, uk_date
from broker.release.sections import TITLES, Section
from broker.vocabulary.codes import Category, FieldKind

__all__ = ["COVERAGE_WORDS", "NOTHING", "REFUSAL_WORDS", "show_profile", "show_refusal"]

NOTHING: Final = "Nothing released about this."
ONCE_A_PERSON: Final = "condition-not-met"
"""Told once for each person, not once for each source: nobody can change it, so the source does not matter."""


def show_refusal(disclosure: Disclosure, out: Console) -> None:
    """What the requester is told of a refusal."""
    words = REFUSAL_WORDS.get(disclosure.refused_because or "", "Not available to you.")
    out.print(_heading("Refused"))
    out.print(plain(words))
    if disclosure.next_step is not None:
        out.print(plain(disclosure.next_step))
    out.print(_dim(f"{disclosure.refused_because}; written down at {_clock(disclosure.at)} as {disclosure.id}"))


def show_profile(disclosure: Disclosure, categories: Mapping[str, Category], out: Console) -> None:
    """The whole page."""
    profile = disclosure.profile
    if profile is None:
        raise ValueError("a refused request has no profile")
    page = _Page(disclosure, profile, categories, out)
    page.who_and_why()
    page.items(Section.SAFETY)
    page.items(Section.INVOLVED)
    page.items(Section.FAMILY)
    page.items(Section.STRENGTHS)
    page.known_to()
    page.timeline()
    page.silence()
    page.not_shared()
    page.this_release()
    page.notes()
    page.judgement()


class _Page:
    """One profile on its way to the screen."""

    def __init__(
        self, disclosure: Disclosure, profile: Profile, categories: Mapping[str, Category], out: Console
    ) -> None:
        self._disclosure, self._profile, self._out = disclosure, profile, out
        self._kinds = {
            (category.code, spec.name): spec.kind for category in categories.values() for spec in category.fields
        }
        self._notes: dict[str, int] = {}

    def who_and_why(self) -> None:
        """1: whom it is about, for what purpose and case, who is looking and until when they may."""
        profile, disclosure = self._profile, self._disclosure
        self._out.print(_heading(_listed(profile.people.values()) or "Nobody that can be shown"))
        case = f" · case {profile.case}" if profile.case is not None else ""
        self._out.print(plain(f"{profile.purpose_title}{case}"))
        until = disclosure.access_until_at
        lasts = "while you hold this post" if profile.case is None else "while you are in this case"
        ends = lasts if until is None else f"until {_clock(until)}"
        self._out.print(
            plain(
                f"{disclosure.requester_name}, {profile.recipient_name} · {_clock(profile.at)} ·"
                f" access lasts {ends}"
            )
        )
        if disclosure.family_told is not None:
            self._out.print(plain(disclosure.family_told))
        if profile.emergency:
            self._out.print(plain("EMERGENCY ACCESS: this release is reviewed."), style="bold")

    def items(self, section: Section) -> None:
        """One part of the page."""
        self._out.print(_heading(TITLES[section]))
        found = [item for item in self._profile.of(section) if item.papers.detail != "flag"]
        if not found:
            self._out.print(plain(NOTHING))
        for item in found:
            self._item(item)

    def known_to(self) -> None:
        """Who is known where, and no more than that."""
        self._out.print(_heading("Known to"))
        if not self._profile.known_to:
            self._out.print(plain(NOTHING))
        for item in self._profile.known_to:
            self._item(item)

    def timeline(self) -> None:
        """6: what has happened, newest first, by month."""
        self._out.print(_heading(TITLES[Section.TIMELINE]))
        items = [item for item in self._profile.of(Section.TIMELINE) if item.papers.detail != "flag"]
        if not items:
            self._out.print(plain(NOTHING))
        for month, those in groupby(items, key=lambda item: f"{item.papers.occurred_on:%B %Y}"):
            self._out.print(plain(month), style="bold")
            for item in those:
                self._item(item, dated=True)

    def silence(self) -> None:
        """7: what silence means, the same for every family."""
        self._out.print(_heading("What silence means here"))
        rows = [
            (source, words, "; ".join(line.category_title for line in those))
            for (source, words), those in _grouped(self._profile.coverage)
        ]
        show_rows(self._out, "", ("From", "What it means", "Kinds of information"), _merged(rows, 0))

    def not_shared(self) -> None:
        """8: what is not shared and what would change it."""
        self._out.print(_heading("Not shared, and what would change this"))
        if not self._profile.not_shared:
            self._out.print(plain("Nothing more can be said here."))
            return
        people = self._profile.people
        together: dict[tuple[str, str, str, str], dict[str, None]] = {}
        for line in self._profile.not_shared:
            source = "" if line.reason == ONCE_A_PERSON else line.controller_name
            key = (people.get(line.person, line.person), source, TOLD_WORDS[line.reason], line.next_step)
            together.setdefault(key, {})[line.category_title] = None
        rows = [
            (who, source, "; ".join(kinds), because, step)
            for (who, source, because, step), kinds in together.items()
        ]
        show_rows(
            self._out,
            "",
            ("About", "From", "Kinds of information", "Because", "Next step"),
            _merged(_merged(rows, 1), 0),
        )

    def this_release(self) -> None:
        """9: why this release is right, the reason typed and the audit reference."""
        self._out.print(_heading("This release"))
        statements = self._disclosure.statements
        for word, said in statements.in_order() if statements is not None else ():
            line = Text(f"{word}. ", style="bold")
            line.append(clauses_in_words(said, self._profile.titles), style="not bold")
            self._out.print(line)
        receipt = self._disclosure.receipt
        self._out.print(_dim(f"Audit reference {receipt.leaf_hash} in {receipt.origin}"))

    def notes(self) -> None:
        """Why each item may be shown, each reason once: the numbers under the items lead here."""
        if not self._notes:
            return
        self._out.print(_heading("Why each item may be shown"))
        for words, number in self._notes.items():
            self._out.print(_dim(f"[{number}] {words}"))

    def judgement(self) -> None:
        """What the page is not."""
        self._out.print(plain(f"\n{sentence(Message.JUDGEMENT)}"))

    def _item(self, item: ProfileItem, *, dated: bool = False) -> None:
        papers, people = item.papers, self._profile.people
        who = _listed(people.get(one, one) for one in item.about)
        joint = " and somebody else" if item.joint else ""
        when = f"{uk_date(papers.occurred_on)} · " if dated else ""
        fields = field_words(
            papers.category,
            item.fields,
            lambda name: self._kinds.get((papers.category, name), FieldKind.TEXT),
            people,
        )
        said = in_one_line(fields)
        self._out.print(plain(f"• {when}{who}{joint}: {papers.category_title.lower()}. {said}"))
        note = self._notes.setdefault(paper_words(papers, self._profile.titles), len(self._notes) + 1)
        recorded = uk_date(papers.recorded_at.astimezone(LONDON).date())
        self._out.print(_dim(f"  from {papers.controller_name} · recorded {recorded} · [{note}]"))


def _grouped(
    coverage: tuple[CoverageLine, ...],
) -> Iterator[tuple[tuple[str, str], list[CoverageLine]]]:
    """The lines by source and by what silence means there."""

    def key(line: CoverageLine) -> tuple[str, str]:
        return line.controller_name, COVERAGE_WORDS[line.state]

    for found, those in groupby(sorted(coverage, key=key), key=key):
        yield found, list(those)


def _merged(rows: Iterable[tuple[str, ...]], column: int) -> list[tuple[str, ...]]:
    """Rows that say the same but for one column as one row, so that thirty sources do not make thirty rows.

    Nothing is left out: what differed stands together in that column, in the order in which it came.
    """
    together: dict[tuple[str, ...], dict[str, None]] = {}
    for row in rows:
        together.setdefault(row[:column] + row[column + 1 :], {})[row[column]] = None
    return [
        (*rest[:column], _listed(one for one in those if one), *rest[column:]) for rest, those in together.items()
    ]


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names)


def _heading(text: str) -> Text:
    return Text(f"\n{text}", style="bold")


def _dim(text: str) -> Text:
    return Text(text, style="dim")


def _clock(at: datetime) -> str:
    """`2 March 2026 at 4:40 pm`."""
    return f"{uk_date(london_day(at))} at {uk_time(at)}"
