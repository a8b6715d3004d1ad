"""The family summary as a sheet: the same words for paper, for a meeting's copy and for the family's own.

Decides which parts each reader's sheet has and in which order, and nothing about what is in them. The family's
own is written to them and leaves out what is only for staff.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from broker.dates import uk_date
from broker.paper.sheet import Block, Exact, Heading, Sheet, Table, Words, words
from broker.release.copies import Copy
from broker.release.family_summary import FamilySummary, Item
from broker.release.messages import Message, sentence
from broker.release.not_shared_rows import not_shared_groups

NOTHING: Final = "Nothing released about this."
NOBODY_ELSE: Final = "No other service was released here. That does not mean that none is involved."
"""Beneath those in the case itself, where no service was released: the same for every family."""
TITLES: Final = {
    None: "Family summary",
    Copy.MEETING: "Family summary for a meeting",
    Copy.FAMILY: "What we share about you, your own copy",
}


def summary_sheet(summary: FamilySummary, copy: Copy | None, running: str) -> Sheet:
    """The sheet; `running` stands on every page of it."""
    blocks = _family(summary) if copy is Copy.FAMILY else _staff(summary, copy)
    return Sheet(TITLES[copy], tuple(blocks), running)


def _staff(summary: FamilySummary, copy: Copy | None) -> Iterator[Block]:
    profile, disclosure = summary.profile, summary.disclosure
    yield Heading(summary.called)
    yield Table(
        ("Who and why", ""),
        (
            ("About", ", ".join(profile.people.values())),
            ("For", profile.purpose_title + (f", case {profile.case}" if profile.case else "")),
            ("Why", profile.reason),
            ("Looking", f"{disclosure.requester_name}, {profile.recipient_name}"),
            *((("The family", disclosure.family_told),) if disclosure.family_told and copy is None else ()),
        ),
    )
    yield Heading("Before you contact them")
    reaching = summary.own.reaching
    if reaching is not None:
        yield words(reaching.safe)
        yield words(f"{reaching.knows} {reaching.source}")
    for one in summary.before:
        if one.items:
            yield from _items(one.items)
        else:
            yield words(f"{one.title}: {NOTHING}")
    yield Heading("Who is already involved")
    yield from _table(
        ("Who", "Service", "How to reach them", "For"),
        [
            *(
                (
                    f"{one.name}{f' ({one.stands.lower()})' if one.stands else ''}",
                    one.post,
                    one.phone,
                    one.place,
                )
                for one in summary.own.team
            ),
            *(
                (
                    f"{one.worker or one.service}{' (lead practitioner)' if one.lead else ''}",
                    f"{one.service}, {one.item.source_name}",
                    one.phone,
                    f"{one.item.who}{f', since {one.since}' if one.since else ''}",
                )
                for one in summary.involved
            ),
        ],
    )
    if summary.own.team and not summary.involved:
        yield words(NOBODY_ELSE)
    yield Heading("Known to")
    yield from _items(summary.known_to)
    yield Heading("The family")
    yield from _items(summary.household)
    cards = [(one.name, "" if one.known.age is None else str(one.known.age)) for one in summary.cards]
    if copy is None:
        agreed = ["; ".join(one.agreement) or NOTHING for one in summary.cards]
        yield from _table(
            ("Name", "Age", "Agreement"), [(*row, said) for row, said in zip(cards, agreed, strict=True)]
        )
    else:
        yield from _table(("Name", "Age"), cards)
    yield from _items([item for card in summary.cards for item in card.items], or_nothing=False)
    yield Heading("What is going well, in their own words")
    yield from _items(summary.strengths)
    yield Heading("What has happened")
    yield from _timeline(summary)
    yield Heading("What silence means here")
    yield words(
        "This is the same for every family: who shares what for this purpose, never whether there is anything."
    )
    yield from _table(
        ("What it means", "From", "Kinds of information"),
        [
            (one.means, ", ".join(line.sources), "; ".join(line.kinds))
            for one in summary.silence
            for line in one.lines
        ],
    )
    if copy is None:
        yield from _not_shared(summary)
    yield Heading("This release")
    for word, said in summary.statements:
        yield words(f"{word}. {said}")
    yield from _reference(summary)
    yield words(sentence(Message.JUDGEMENT))


def _family(summary: FamilySummary) -> Iterator[Block]:
    profile, disclosure = summary.profile, summary.disclosure
    yield words(
        f"{disclosure.requester_name} of {profile.recipient_name} made this copy for you. It holds what"
        f" {profile.recipient_name} has and shares about you for: {profile.purpose_title.lower()}. It is not"
        " everything that anybody holds."
    )
    yield Heading("Who is working with you")
    yield from _table(
        ("Who", "Service", "How to reach them"),
        [
            (f"{one.worker or one.service}{', who leads this work' if one.lead else ''}", one.service, one.phone)
            for one in summary.involved
        ],
    )
    # What somebody said themselves, and never what another decided: a sheet lies about.
    said = [(one.name, line) for one in summary.cards for line in one.agreement if f", by {one.name} on " in line]
    if said:
        yield Heading("What you have agreed to")
        yield from _table(("Who", "What was agreed, and when"), said)
        yield words("You can change your mind at any time. It works from that moment, and you need not say why.")
    yield Heading("What is going well, in your own words")
    yield from _items(summary.strengths, papers=False)
    yield Heading("What is written about you")
    told = [*summary.household, *(item for card in summary.cards for item in card.items), *summary.known_to]
    yield from _items(told, papers=False)
    yield Heading("What has happened")
    yield from _table(
        ("When", "About", "What"),
        [
            (uk_date(item.occurred_on), item.who, f"{item.title}: {item.line}")
            for _month, items in summary.months
            for item in items
        ],
    )
    yield Heading("What you can ask for")
    yield words(
        "You can ask for a copy of everything an organisation holds about you, ask who has looked, ask for"
        " mistakes to be put right, change your mind about what you agreed to, and complain. Ask whoever gave you"
        " this, or any organisation named in it. Other organisations answer for what they hold themselves."
    )
    yield words("This copy is not an answer to such a request, which gives more and has its own time limit.")
    yield from _reference(summary)


def _items(items: Iterable[Item], *, papers: bool = True, or_nothing: bool = True) -> Iterator[Block]:
    found = [*items]
    if papers:
        rows = [(item.who, f"{item.title}: {item.line}", f"{item.source_name}. {item.papers}") for item in found]
        columns: tuple[str, ...] = ("About", "What", "From, and why it may be shown")
    else:
        rows = [(item.who, f"{item.title}: {item.line}", item.source_name) for item in found]
        columns = ("About", "What", "From")
    if rows or or_nothing:
        yield from _table(columns, rows)


def _timeline(summary: FamilySummary) -> Iterator[Block]:
    rows = [
        (
            uk_date(item.occurred_on),
            item.who,
            f"{item.title}: {item.line}",
            f"{item.source_name}. {item.papers}",
        )
        for _month, items in summary.months
        for item in items
    ]
    yield from _table(("When", "About", "What", "From, and why it may be shown"), rows)


def _not_shared(summary: FamilySummary) -> Iterator[Block]:
    names = summary.profile.people
    yield Heading("Not shared, and what would change this")
    rows = [
        (
            ", ".join(names.get(one, one) for one in row.people),
            "; ".join(name for _code, name in row.kinds),
            ", ".join(name for _code, name in row.sources),
            f"{group.because}. {row.next_step}",
        )
        for group in not_shared_groups(summary.profile)
        for row in group.rows
    ]
    if rows:
        yield Table(("About", "Kinds of information", "From", "Because, and the next step"), tuple(rows))
    else:
        yield words("Nothing more can be said here.")


def _table(columns: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> Iterator[Block]:
    yield Table(columns, tuple(rows)) if rows else words(NOTHING)


def _reference(summary: FamilySummary) -> Iterator[Words]:
    receipt = summary.disclosure.receipt
    yield words("Reference ", Exact(summary.disclosure.id), ", in the log ", Exact(receipt.leaf_hash))
