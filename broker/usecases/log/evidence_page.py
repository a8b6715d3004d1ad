"""The page of an evidence pack: what its entries say, in words, for somebody who will never read JSON.

Decides wording and layout, and that nothing is shown which was not released or is not in the entries: people by
their pseudonyms in the log, staff by their ids. What counts is `pack.json`; the page says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from html import escape
from typing import Any, Final

from broker.audit.evidence import EvidenceEntry
from broker.dates import LONDON, uk_date
from broker.vocabulary.codes import Vocabulary

_STYLE: Final = (
    "body{font:16px/1.5 sans-serif;margin:2em auto;max-width:60em;padding:0 1em}"
    "table{border-collapse:collapse;width:100%}"
    "td,th{border-bottom:1px solid #888;padding:.3em .6em .3em 0;text-align:left;vertical-align:top}"
    "code,pre{font-size:13px;overflow-wrap:anywhere;white-space:pre-wrap}"
)


@dataclass(frozen=True, slots=True)
class ReleasedPart:
    """One permitted cell: a person by the pseudonym the log has, and what flowed from whom, in what detail."""

    person: str
    category: str
    controller: str
    detail: str


@dataclass(frozen=True, slots=True)
class Release:
    """A release the pack explains."""

    disclosure_id: str
    recipient: str
    purpose: str
    role: str
    parts: tuple[ReleasedPart, ...]


@dataclass(frozen=True, slots=True)
class Clauses:
    """An agreement's document as it was published: where it lies in the pack, its digest and its bytes."""

    ground: str
    file: str
    digest: str
    document: bytes


def page_of(
    title: str,
    checkpoint: str,
    entries: Iterable[EvidenceEntry],
    releases: Iterable[Release],
    clauses: Iterable[Clauses],
    vocabulary: Vocabulary,
    made_at: datetime,
) -> str:
    """The page, whole, in HTML that needs nothing from anywhere."""
    origin, size, _ = checkpoint.split("\n", 2)
    columns = ("Entry", "When", "What", "By", "For", "Outcome")
    parts = [
        f"<h1>{escape(title)}</h1>",
        f"<p>From the audit log <code>{escape(origin)}</code> as it stood at {escape(size)} entries; made on"
        f" {_when(made_at)}. This page says in words what stands in <code>pack.json</code>. To check that nothing"
        " in it was changed or made up, have the log’s public key told to you by the partnership, and run"
        " <code>python3 check.py --log-key KEY</code> in this folder; it needs nothing but Python 3.</p>",
        *(_release(one, vocabulary) for one in releases),
        "<h2>What the log says</h2>",
        _table(columns, (_row(one, vocabulary) for one in entries)),
        "<p>Entries marked “ground” are here because a release rests on what they began, or because they ended or"
        " narrowed it. People are named by pseudonyms which only this log uses.</p>",
        *(_clauses(one) for one in clauses),
    ]
    body = "\n".join(parts)
    return (
        f'<!doctype html>\n<html lang="en-GB"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f"<style>{_STYLE}</style></head>\n<body>\n{body}\n</body></html>\n"
    )


def _table(columns: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """Columns in words, cells in HTML."""
    head = "".join(f"<th>{escape(one)}</th>" for one in columns)
    body = "\n".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<table><thead><tr>{head}</tr></thead>\n<tbody>{body}</tbody></table>"


def _when(at: datetime) -> str:
    local = at.astimezone(LONDON)
    return f"{uk_date(local.date())}, {local:%H:%M:%S}"


def _row(one: EvidenceEntry, vocabulary: Vocabulary) -> tuple[str, ...]:
    value = one.value
    what = str(value["event"]).replace(".", ": ").replace("-", " ")
    shown = [
        escape(what if one.asked else f"{what} (ground)"),
        f"<code>{escape(_details(value['details']))}</code>",
        *(f"<code>{escape(person)}</code>" for person in value["about"]),
    ]
    return (
        str(one.index),
        _when(datetime.fromisoformat(value["at"])),
        "<br>".join(shown),
        escape(str(value["actor"])),
        escape(_organisation(str(value["organisation"]), vocabulary)),
        escape(str(value["outcome"])),
    )


def _details(details: Mapping[str, Any]) -> str:
    return "; ".join(
        f"{name.replace('_', ' ')}: {', '.join(value) if isinstance(value, list) else value}"
        for name, value in details.items()
    )


def _organisation(code: str, vocabulary: Vocabulary) -> str:
    found = vocabulary.organisations.get(code)
    return code if found is None else found.name


def _release(one: Release, vocabulary: Vocabulary) -> str:
    purpose = vocabulary.purposes.get(one.purpose)
    said = one.purpose if purpose is None else purpose.title
    told = (
        f"<h2>What was released: {escape(one.disclosure_id)}</h2><p>To"
        f" {escape(_organisation(one.recipient, vocabulary))}, asked in the role of {escape(one.role)}, for one"
        f" purpose: {escape(said)}. What is not listed here was not released.</p>"
    )
    if not one.parts:
        return f"{told}<p>Nothing was released.</p>"
    rows = (
        (
            f"<code>{escape(part.person)}</code>",
            escape(_category(part.category, vocabulary)),
            escape(_organisation(part.controller, vocabulary)),
            escape(part.detail),
        )
        for part in one.parts
    )
    return told + _table(("About", "Kind of information", "From", "In what detail"), rows)


def _category(code: str, vocabulary: Vocabulary) -> str:
    found = vocabulary.categories.get(code)
    return code if found is None else found.title


def _clauses(one: Clauses) -> str:
    text = escape(one.document.decode("utf-8", "replace"))
    return (
        f"<h2>The clauses as they stood: {escape(one.ground)}</h2><p><code>{escape(one.file)}</code>,"
        f" <code>{escape(one.digest)}</code></p><pre>{text}</pre>"
    )
