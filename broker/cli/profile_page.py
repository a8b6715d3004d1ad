"""The profile in a terminal, in the order in which a tired person needs it.

Decides order and wording, never what is shown. What is not there is said as "Nothing released about this", never
as "nothing held". From pages ("Family summary").
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import groupby
from typing import Any, Final

from rich.console import Console
from rich.text import Text

from broker.cli.screen import plain, table
from broker.dates import LONDON, parse_date
from broker.decision.reasons import Refusal
from broker.release.disclosure import Disclosure
from broker.release.profile import CoverageLine, Profile, ProfileItem, uk_date
from broker.release.sections import TITLES, Section
from broker.vocabulary.codes import Category, FieldKind

NOTHING: Final = "Nothing released about this."
COVERAGE_WORDS: Final[Mapping[str, str]] = {
    "covered": "shared under this purpose",
    "late": "shared under this purpose, but the source is late",
    "agreement-not-in-force": "the agreement is not in force today",
    "party-not-signed": "an organisation has not signed",
    "prohibited": "not for this purpose",
    "gateway-not-in-force": "the legal power does not apply today",
    "ask-the-holder": "ask the holder",
}
TOLD_WORDS: Final[Mapping[str, tuple[str, str]]] = {
    "consent-needed": ("Agreement is needed", "Ask whoever can agree for this person"),
    "consent-not-given": ("Agreement has not been given", "Talk with the family before asking again"),
    "holder-decides": ("The organisation that holds it decides", "Ask the holder to decide"),
    "condition-not-met": ("The agreement does not reach this person or this kind of case", "Ask your IG officer"),
    "gateway-not-in-force": ("The legal power to share does not apply here today", "Ask your IG officer"),
    "party-not-signed": ("An organisation has not signed the agreement", "Ask your IG officer who must sign"),
    "agreement-not-in-force": ("The agreement is not in force today", "Ask your IG officer about its renewal"),
    "prohibited": ("It may not be shared for this purpose", "Nothing changes this"),
    "opt-out": ("The person has opted out of this kind of use", "Nothing changes this"),
}
REFUSAL_WORDS: Final[Mapping[str, str]] = {
    Refusal.NOT_AUTHORISED.value: "This role may not ask for this purpose. Name a role you hold.",
    Refusal.POST_ENDED.value: "This post has ended, and access with it.",
    Refusal.TRAINING_LAPSED.value: "Your training has lapsed. Renew it, then ask again.",
    Refusal.CASE_REQUIRED.value: "This purpose needs a case. Name it with --case.",
    Refusal.CASE_CLOSED.value: "This case is not open.",
    Refusal.PURPOSE_NOT_IN_CASE.value: "This case was not opened for this purpose.",
    Refusal.NOT_IN_TEAM.value: "You are not in this team now. Its lead practitioner can add you.",
    "not-available": "Not available to you. Ask a colleague to take it.",
}


def show_refusal(disclosure: Disclosure, out: Console) -> None:
    """What the requester is told of a refusal."""
    words = REFUSAL_WORDS.get(disclosure.refused_because or "", "Not available to you.")
    out.print(_heading("Refused"))
    out.print(plain(words))
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


class _Page:
    """One profile on its way to the screen."""

    def __init__(
        self, disclosure: Disclosure, profile: Profile, categories: Mapping[str, Category], out: Console
    ) -> None:
        self._disclosure, self._profile, self._out = disclosure, profile, out
        self._kinds = {
            (category.code, spec.name): spec.kind for category in categories.values() for spec in category.fields
        }

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
            (source, words, ", ".join(line.category_title for line in those))
            for (source, words), those in _grouped(self._profile.coverage)
        ]
        self._out.print(table("", ("From", "When nothing is shown", "Kinds of information"), rows))

    def not_shared(self) -> None:
        """8: what is not shared and what would change it."""
        self._out.print(_heading("Not shared, and what would change this"))
        if not self._profile.not_shared:
            self._out.print(plain("Nothing more can be said here."))
            return
        people = self._profile.people
        together: dict[tuple[str, str, str, str], list[str]] = {}
        for line in self._profile.not_shared:
            because, usual = TOLD_WORDS[line.reason]
            key = (people.get(line.person, line.person), line.controller_name, because, line.next_step or usual)
            together.setdefault(key, []).append(line.category_title)
        rows = [
            (who, source, _listed(kinds), because, step)
            for (who, source, because, step), kinds in together.items()
        ]
        self._out.print(table("", ("About", "From", "Kinds of information", "Because", "Next step"), rows))

    def this_release(self) -> None:
        """9: why this release is right, the reason typed and the audit reference."""
        self._out.print(_heading("This release"))
        statements = self._disclosure.statements
        for word, said in statements.in_order() if statements is not None else ():
            line = Text(f"{word}. ", style="bold")
            line.append(said, style="not bold")
            self._out.print(line)
        receipt = self._disclosure.receipt
        self._out.print(_dim(f"Audit reference {receipt.leaf_hash} in {receipt.origin}"))

    def _item(self, item: ProfileItem, *, dated: bool = False) -> None:
        who = _listed(self._profile.people.get(one, one) for one in item.about)
        joint = " and somebody else" if item.joint else ""
        when = f"{uk_date(item.papers.occurred_on)} · " if dated else ""
        said = "; ".join(self._fields(item)) or "known, and no more is shown"
        self._out.print(plain(f"• {when}{who}{joint}: {item.papers.category_title.lower()}. {said}"))
        self._out.print(_dim(f"  {_papers_line(item)}"))

    def _fields(self, item: ProfileItem) -> Iterator[str]:
        for name, value in item.fields:
            kind = self._kinds.get((item.papers.category, name), FieldKind.TEXT)
            yield f"{name.replace('_', ' ')} {self._value(kind, value)}"

    def _value(self, kind: FieldKind, value: Any) -> str:
        text = str(value)
        day = parse_date(text) if kind is FieldKind.DATE else None
        if day is not None:
            return uk_date(day)
        if kind is FieldKind.PERSON:
            return self._profile.people.get(text, text)
        return text.replace("-", " ") if kind is FieldKind.CODE else text


def _papers_line(item: ProfileItem) -> str:
    """`from Oakdale School · School attendance · clause 4.1 of family-support v2 · Public task · agreed by …`."""
    papers = item.papers
    clauses = [f"clause {number} of {name.replace('@', ' v')}" for name, _, number in map(_split, papers.clauses)]
    parts = [
        f"from {papers.controller_name}",
        *clauses,
        *(["emergency access"] if papers.override else []),
        *papers.basis,
        *papers.consent,
        f"detail: {papers.detail}",
        f"recorded {uk_date(papers.recorded_at.astimezone(LONDON).date())}",
        *(one.replace("-", " ") for one in papers.obligations),
    ]
    return " · ".join(parts)


def _split(clause: str) -> tuple[str, str, str]:
    return clause.partition("#")


def _grouped(
    coverage: tuple[CoverageLine, ...],
) -> Iterator[tuple[tuple[str, str], list[CoverageLine]]]:
    """The lines by source and by what silence means there."""

    def key(line: CoverageLine) -> tuple[str, str]:
        return line.controller_name, COVERAGE_WORDS[line.state]

    for found, those in groupby(sorted(coverage, key=key), key=key):
        yield found, list(those)


def _listed(names: Any) -> str:
    return ", ".join(names)


def _heading(text: str) -> Text:
    return Text(f"\n{text}", style="bold")


def _dim(text: str) -> Text:
    return Text(text, style="dim")


def _clock(at: datetime) -> str:
    """`2 March 2026 at 4:40 pm`."""
    local = at.astimezone(LONDON)
    hour = local.hour % 12 or 12
    return f"{uk_date(local.date())} at {hour}:{local.minute:02d} {'am' if local.hour < 12 else 'pm'}"
