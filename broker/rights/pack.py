"""The answer itself, as it is handed over: the items, where they came from, what for, how long, with whom, and
rights.

Decides which of the releases made through the broker are listed as recipients: none for a protective purpose, none
to a body that is itself a secret and none of a kind above tier T2, because who looked, and when, can tell somebody
that another person asked for help. They are left out of every answer, whoever asks, and the officer sees that they
were. Carries no ids of records or releases. Source: UK GDPR Article 15(1) and (2), docs/how-to-rights.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from html import escape
from typing import Any, Final

from broker.rights.exemptions import NEUTRAL_SENTENCE, NOT_SEARCHED_FOR_YOU
from broker.vocabulary.codes import FieldKind, Tier, Vocabulary

YOUR_RIGHTS: Final = (
    "You can ask us to correct what is wrong or incomplete, to limit how it is used, or to delete it where the law"
    " lets us; and you can object to how we use it.",
    "You can complain to us, and we will answer that we have your complaint within 30 days; or to the Information"
    " Commissioner (ico.org.uk, 0303 123 1113).",
)


@dataclass(frozen=True, slots=True)
class PackItem:
    """One record in the answer: its kind's code, when it happened and was recorded, its fields, and whether
    somebody else in it is hidden."""

    category: str
    occurred_on: date
    recorded_on: date
    fields: Mapping[str, Any]
    masked: bool


@dataclass(frozen=True, slots=True)
class GivenTo:
    """That something about the person was released: to which organisation, for which purpose, on which day, and of
    which kinds. `outside` is the name of a body outside the partnership, where it went there."""

    recipient: str
    purpose: str
    on: date
    categories: frozenset[str]
    outside: str | None = None


@dataclass(frozen=True, slots=True)
class Cover:
    """What stands on the front: the reference, who answers and whom to ask, whom it is about as we call them."""

    reference: str
    controller: str
    about: str
    released_on: date


def tellable(given: GivenTo, vocabulary: Vocabulary) -> bool:
    """Whether the answer may list it."""
    purpose = vocabulary.purposes.get(given.purpose)
    recipient = vocabulary.organisations.get(given.recipient)
    tier = Tier.T0 if given.outside is not None else None if recipient is None else recipient.tier
    if purpose is None or tier is None or purpose.protective or tier > Tier.T2:
        return False
    return all(
        code in vocabulary.categories and vocabulary.categories[code].tier <= Tier.T2 for code in given.categories
    )


def make_pack(
    cover: Cover,
    items: Sequence[PackItem],
    given: Iterable[GivenTo],
    purposes: Iterable[str],
    vocabulary: Vocabulary,
) -> dict[str, Any]:
    """The answer as JSON-compatible data (docs/how-to-rights.md). `purposes` are those for which the controller
    may share the kinds of information in it. The order of what is handed in never matters."""
    kinds = sorted({item.category for item in items})
    told = {
        (
            one.outside or vocabulary.organisations[one.recipient].name,
            vocabulary.purposes[one.purpose].title,
            one.on,
        )
        for one in given
        if tellable(one, vocabulary)
    }
    body = [_item(item, vocabulary) for item in items]
    body.sort(key=lambda one: (one["happened_on"], one["kind"], one["recorded_on"], repr(one["information"])))
    return {
        "reference": cover.reference,
        "organisation": vocabulary.organisations[cover.controller].name,
        "about": cover.about,
        "released_on": cover.released_on.isoformat(),
        "information": [{"number": number, **one} for number, one in enumerate(body, 1)],
        "where_it_came_from": f"The records of {vocabulary.organisations[cover.controller].name}.",
        "what_it_is_used_for": sorted(
            {vocabulary.purposes[code].title for code in purposes if not vocabulary.purposes[code].protective}
        ),
        "who_received_it": [
            {"organisation": name, "purpose": purpose, "on": on.isoformat()}
            for name, purpose, on in sorted(told, key=lambda one: (one[2], one[0], one[1]))
        ],
        "how_long_it_is_kept": [
            {"kind": vocabulary.categories[code].title, "kept": _kept(vocabulary, code)} for code in kinds
        ],
        "automated_decisions": "None: people decide.",
        "what_may_be_left_out": NEUTRAL_SENTENCE,
        "where_we_looked": NOT_SEARCHED_FOR_YOU,
        "your_rights": list(YOUR_RIGHTS),
    }


def _item(item: PackItem, vocabulary: Vocabulary) -> dict[str, Any]:
    category = vocabulary.categories[item.category]
    dates = {spec.name for spec in category.fields if spec.kind is FieldKind.DATE}
    return {
        "kind": category.title,
        "happened_on": item.occurred_on.isoformat(),
        "recorded_on": item.recorded_on.isoformat(),
        "information": {
            name: (str(value) if name in dates and value is not None else value)
            for name, value in item.fields.items()
        },
        "other_people_hidden": item.masked,
    }


def _kept(vocabulary: Vocabulary, code: str) -> str:
    retention = vocabulary.categories[code].retention
    since = (
        "from the birth of the youngest person it is about" if retention.from_birth else "from when it happened"
    )
    return f"shown for {retention.keep.in_words or 'no time'} {since}"


def pack_html(pack: Mapping[str, Any]) -> str:
    """The answer as one page to print: plain HTML, nothing fetched from anywhere, every value escaped."""
    parts = [
        "<!doctype html>",
        '<html lang="en-GB">',
        f'<head><meta charset="utf-8"><title>Your information: {escape(str(pack["reference"]))}</title>',
        "<style>body{font:1.1rem/1.5 sans-serif;max-width:44rem;margin:2rem auto;padding:0 1rem}"
        "dt{font-weight:bold}section{border-top:1px solid;padding:.5rem 0}</style></head>",
        "<body><main>",
        "<h1>The information we hold about you</h1>",
        f"<p>From {escape(str(pack['organisation']))}, about {escape(str(pack['about']))}, on"
        f" {_day(pack['released_on'])}. Our reference: {escape(str(pack['reference']))}.</p>",
        "<h2>Information</h2>",
    ]
    if not pack["information"]:
        parts.append("<p>Nothing is released in this answer.</p>")
    parts += [_html_item(one) for one in pack["information"]]
    parts += [
        "<h2>Where it came from</h2>",
        f"<p>{escape(pack['where_it_came_from'])}</p>",
        "<h2>What it is used for</h2>",
        _list(pack["what_it_is_used_for"]),
        "<h2>Who received it through the partnership</h2>",
        _list(f"{one['organisation']}: {one['purpose']}, {_day(one['on'])}" for one in pack["who_received_it"]),
        "<h2>How long it can be shared</h2>",
        _list(f"{one['kind']}: {one['kept']}" for one in pack["how_long_it_is_kept"]),
        f"<h2>Decisions by computers</h2><p>{escape(pack['automated_decisions'])}</p>",
        f"<h2>What may be left out</h2><p>{escape(pack['what_may_be_left_out'])}</p>",
        *([f"<p>{escape(pack['where_we_looked'])}</p>"] if "where_we_looked" in pack else []),
        "<h2>Your rights</h2>",
        _list(pack["your_rights"]),
        "</main></body></html>",
    ]
    return "\n".join(parts) + "\n"


def _html_item(one: Mapping[str, Any]) -> str:
    rows = "".join(
        f"<dt>{escape(str(name).replace('_', ' '))}</dt><dd>{escape(str(value))}</dd>"
        for name, value in one["information"].items()
    )
    hidden = "<p>Somebody else in this is hidden.</p>" if one["other_people_hidden"] else ""
    return (
        f"<section><h3>{one['number']}. {escape(one['kind'])}, {_day(one['happened_on'])}</h3>"
        f"<p>Recorded on {_day(one['recorded_on'])}.</p><dl>{rows}</dl>{hidden}</section>"
    )


def _list(lines: Iterable[str]) -> str:
    made = "".join(f"<li>{escape(line)}</li>" for line in lines)
    return f"<ul>{made}</ul>" if made else "<p>None is listed in this answer.</p>"


def _day(text: str) -> str:
    day = date.fromisoformat(text)
    return f"{day.day} {day:%B %Y}"
