"""The sheet of an evidence pack: what its entries say, in words, for somebody who will never read JSON.

Decides wording and order, and that nothing is shown which was not released or is not in the entries: people are
numbered, their pseudonyms stand once, staff are their ids. What counts is `pack.json`; the sheet says so.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from broker.audit.event_words import EVENT_WORDS, OUTCOME_WORDS
from broker.audit.events import Event, Outcome
from broker.audit.evidence import EvidenceEntry
from broker.dates import LONDON, parse_instant, uk_date
from broker.paper.sheet import Block, Exact, Heading, Sheet, Table, words
from broker.vocabulary.codes import Vocabulary

_DETAIL: Final = {"flag": "only that there is something", "summary": "in summary", "full": "in full"}
_ORGANISATIONS: Final = frozenset(
    {"party", "body", "controller", "controllers", "recipient", "recipients", "organisation", "of", "with"}
)
_GROUND: Final = " (ground)"


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


def sheet_of(
    title: str,
    checkpoint: str,
    entries: Sequence[EvidenceEntry],
    releases: Sequence[Release],
    clauses: Iterable[Clauses],
    vocabulary: Vocabulary,
    made_at: datetime,
) -> Sheet:
    """The sheet, whole."""
    names, people = _Names(vocabulary), _numbered(entries, releases)
    return Sheet(title, tuple(_blocks(checkpoint, entries, releases, clauses, names, people, made_at)))


def _blocks(
    checkpoint: str,
    entries: Sequence[EvidenceEntry],
    releases: Sequence[Release],
    clauses: Iterable[Clauses],
    names: _Names,
    people: Mapping[str, str],
    made_at: datetime,
) -> Iterator[Block]:
    origin, size, _ = checkpoint.split("\n", 2)
    yield words(
        "From the audit log ", Exact(origin), f" as it stood at {size} entries; made on {_when(made_at)}. This"
        " sheet says in words what stands in ", Exact("pack.json"), ", and names nobody: people are numbered,"
        " staff are their ids. It is a help to read the pack and proves nothing itself.",
    )  # fmt: skip
    yield words(
        "To check that nothing in the pack was changed or made up, have the log’s public key told to you by the"
        " partnership, not by whoever gave you the pack, and run ", Exact("python3 check.py --log-key KEY"),
        " in its folder. It needs nothing but Python 3, and is short enough to be read.",
    )  # fmt: skip
    for release in releases:
        yield from _release(release, entries, names, people)
    yield Heading("What the log says")
    if releases:
        yield words(
            "In the order in which it was written down. What is marked (ground) is here because a release rests"
            " on what it began, or because it ended or narrowed that, before or since."
        )
    yield Table(
        ("Entry", "When", "What happened", "About", "By"),
        tuple(
            (
                str(one.index),
                _when(datetime.fromisoformat(one.value["at"])),
                _said(one, names),
                ", ".join(people[person] for person in one.value["about"]) or "nobody",
                f"{one.value['actor']}, {names.organisation(str(one.value['organisation']))}",
            )
            for one in entries
        ),
    )
    if people:
        yield Heading("Who is meant")
        yield words("The pseudonyms are those that only this log uses. A person keeps theirs throughout it.")
        yield Table(
            ("In this sheet", "In the entries"),
            tuple((number, Exact(pseudonym)) for pseudonym, number in people.items()),
        )
    yield Heading("The particulars of each entry")
    yield Table(
        ("Entry", "Event", "Particulars, as written"),
        tuple(
            (str(one.index), Exact(str(one.value["event"])), Exact(_details(one.value["details"])))
            for one in entries
        ),
    )
    for one in clauses:
        yield Heading(f"The agreement as it stood: {one.ground}")
        yield words(Exact(one.file), ", digest ", Exact(one.digest))
        yield Exact(one.document.decode("utf-8", "replace"))


def _release(
    one: Release, entries: Sequence[EvidenceEntry], names: _Names, people: Mapping[str, str]
) -> Iterator[Block]:
    yield Heading(f"What was released: {one.disclosure_id}")
    at = next(
        (
            f"On {_when(datetime.fromisoformat(found.value['at']))} "
            for found in entries
            if found.asked and found.value["details"].get("disclosure") == one.disclosure_id
        ),
        "",
    )
    yield words(
        f"{at}{names.organisation(one.recipient)} asked, in the role of {names.role(one.role)}, for one purpose:"
        f" {names.purpose(one.purpose)}. {_measure(one)} What is not listed here was not released."
    )
    if one.parts:
        yield Table(
            ("About", "Kind of information", "From", "How much"),
            tuple(
                (
                    people[part.person],
                    names.category(part.category),
                    names.organisation(part.controller),
                    _DETAIL.get(part.detail, part.detail),
                )
                for part in one.parts
            ),
        )


def _measure(one: Release) -> str:
    if not one.parts:
        return "Nothing was released."
    kinds, sources = len({part.category for part in one.parts}), len({part.controller for part in one.parts})
    return (
        f"Released: {_count(kinds, 'kind', 'kinds')} of information from"
        f" {_count(sources, 'organisation', 'organisations')}."
    )


def _count(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"


def _numbered(entries: Iterable[EvidenceEntry], releases: Iterable[Release]) -> Mapping[str, str]:
    """Who is called how, by pseudonym: those something was released about first."""
    found = [part.person for one in releases for part in one.parts]
    found += [person for one in entries for person in one.value["about"]]
    return {pseudonym: f"Person {number}" for number, pseudonym in enumerate(dict.fromkeys(found), start=1)}


def _when(at: datetime) -> str:
    local = at.astimezone(LONDON)
    return f"{uk_date(local.date())}, {local:%H:%M:%S}"


def _said(one: EvidenceEntry, names: _Names) -> str:
    value = one.value
    told: dict[str, str] = defaultdict(lambda: "not stated")
    told.update({name: names.detail(name, found) for name, found in value["details"].items()})
    sentence = EVENT_WORDS[Event(value["event"])].format_map(told)
    return f"{sentence}{OUTCOME_WORDS[Outcome(value['outcome'])]}{'' if one.asked else _GROUND}"


def _details(details: Mapping[str, Any]) -> str:
    return "; ".join(
        f"{name.replace('_', ' ')}: {', '.join(value) if isinstance(value, list) else value}"
        for name, value in details.items()
    )


class _Names:
    """What codes are called; a code the vocabulary no longer has is shown as it is."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary

    def organisation(self, code: str) -> str:
        found = self._vocabulary.organisations.get(code)
        return code if found is None else found.name

    def purpose(self, code: str) -> str:
        found = self._vocabulary.purposes.get(code)
        return code if found is None else found.title

    def category(self, code: str) -> str:
        found = self._vocabulary.categories.get(code)
        return code if found is None else found.title

    def role(self, code: str) -> str:
        found = self._vocabulary.roles.get(code)
        return code if found is None else found.title

    def detail(self, name: str, value: object) -> str:
        """The detail's value or values, in words where there are any."""
        called = self._called(name)
        if isinstance(value, list):
            return ", ".join(called(str(one)) for one in value)
        return called(str(value))

    def _called(self, name: str) -> Callable[[str], str]:
        if name in _ORGANISATIONS:
            return self.organisation
        by_name = {
            "purpose": self.purpose,
            "purposes": self.purpose,
            "category": self.category,
            "categories": self.category,
            "role": self.role,
        }
        return by_name.get(name, _day)


def _day(value: str) -> str:
    at = parse_instant(value)
    return value if at is None else _when(at)
