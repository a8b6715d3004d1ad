"""The letter that goes with an ad hoc disclosure, or says no: as text, as a page, as data.

Made from what was released and from nothing else. INVARIANT: a refusal, and a release of nothing, say that this
does not mean that anything is held, and are the same whatever the reason about the people in it. Source: ICO
data sharing code, Annex B (decision form); docs/how-to-adhoc.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from html import escape
from typing import Any

from broker.dates import uk_date

NEITHER = "This does not mean that we hold anything, nor that we do not."


@dataclass(frozen=True, slots=True, repr=False)
class Letter:
    """What stands in it. `items` are (about whom, kind, day, fields); `conditions` what whoever gets it must
    keep to; `why_not` a sentence about the request where it is refused. Printing it shows nothing."""

    reference: str
    on: date
    sender: str
    recipient: str
    purpose: str
    right: tuple[str, ...]
    conditions: tuple[str, ...]
    items: tuple[tuple[str, str, date, Mapping[str, Any]], ...]
    why_not: str | None = None


def as_mapping(letter: Letter) -> dict[str, Any]:
    """As JSON-compatible data."""
    return {
        "reference": letter.reference,
        "date": letter.on.isoformat(),
        "from": letter.sender,
        "to": letter.recipient,
        "for": letter.purpose,
        "right": list(letter.right),
        "conditions": list(letter.conditions),
        "information": [
            {
                "about": about,
                "kind": kind,
                "on": on.isoformat(),
                "fields": {name: str(one) for name, one in fields.items()},
            }
            for about, kind, on, fields in letter.items
        ],
        "said": list(_said(letter)),
    }


def as_text(letter: Letter) -> str:
    """As plain text."""
    lines = [
        f"Reference {letter.reference}",
        uk_date(letter.on),
        f"From {letter.sender}",
        f"To {letter.recipient}",
        "",
        f"For: {letter.purpose}",
        "",
        *_said(letter),
    ]
    for about, kind, on, fields in letter.items:
        lines += ["", f"{about}: {kind}, {uk_date(on)}"]
        lines += [f"  {name.replace('_', ' ')}: {value}" for name, value in fields.items()]
    lines += _part("Our right to give it", letter.right) if letter.items else []
    lines += _part("You must keep to this", letter.conditions) if letter.items else []
    return "\n".join(lines) + "\n"


def as_page(letter: Letter) -> str:
    """As one HTML page that needs nothing else."""
    head = f"<h1>{escape(letter.purpose)}</h1>"
    facts = "".join(
        f"<p>{escape(line)}</p>"
        for line in (
            f"Reference {letter.reference}",
            uk_date(letter.on),
            f"From {letter.sender}",
            f"To {letter.recipient}",
            *_said(letter),
        )
    )
    items = "".join(
        f"<h2>{escape(about)}: {escape(kind)}, {uk_date(on)}</h2><dl>"
        + "".join(
            f"<dt>{escape(name.replace('_', ' '))}</dt><dd>{escape(str(value))}</dd>"
            for name, value in fields.items()
        )
        + "</dl>"
        for about, kind, on, fields in letter.items
    )
    rest = "" if not letter.items else _page_list("Our right to give it", letter.right)
    rest += "" if not letter.items else _page_list("You must keep to this", letter.conditions)
    title = escape(f"Disclosure {letter.reference}")
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title></head>'
        f"<body>{head}{facts}{items}{rest}</body></html>\n"
    )


def _said(letter: Letter) -> Iterator[str]:
    if letter.items:
        yield "You asked us for information. This is what we give you, once, for this purpose and no other."
        return
    if letter.why_not is not None:
        yield f"You asked us for information. We are not able to give it: {letter.why_not}"
    else:
        yield "You asked us for information. There is nothing that we can give you."
    yield NEITHER


def _part(title: str, lines: Sequence[str]) -> list[str]:
    return ["", title, *(f"- {line}" for line in lines)] if lines else []


def _page_list(title: str, lines: Sequence[str]) -> str:
    return (
        f"<h2>{escape(title)}</h2><ul>{''.join(f'<li>{escape(line)}</li>' for line in lines)}</ul>"
        if lines
        else ""
    )
