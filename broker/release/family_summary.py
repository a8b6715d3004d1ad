"""The family summary: a profile arranged in the nine parts in which a tired person needs it, every part in
words.

Decides order, grouping and wording, never what is shown: it is a function of the disclosure, of what its
reader may be told besides about each person (`Known`) and about their own case (`OwnCase`), and of nothing else.
What is not there is said as "Nothing released about this". The terminal's page and paper say the same words
(`broker.release.in_words`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby
from typing import Final

from broker.dates import LONDON, uk_date
from broker.release.citing import clauses_in_words
from broker.release.disclosure import Disclosure
from broker.release.in_words import COVERAGE_WORDS, field_words, in_one_line, in_words, paper_words
from broker.release.own_case import OwnCase
from broker.release.profile import Profile, ProfileItem
from broker.release.sections import Section
from broker.vocabulary.codes import FieldKind, Vocabulary

NOBODY_SHOWN: Final = "Nobody that can be shown"
HOUSEHOLD: Final = "household"
LEAD: Final = "lead-practitioner"
BEFORE: Final = ("staff-safety", "contact-details", "orders-in-force", "communication-needs")
"""What is always answered before somebody is contacted, in this order: danger to staff, the safe way, orders,
how to be understood. What else the partnership's profile calls safety follows."""


@dataclass(frozen=True, slots=True)
class Known:
    """What the reader may be told about somebody asked for besides what was released: `age` in whole years,
    and who can agree for them, in words that name nobody; None where that is not for this reader."""

    family_name: str = ""
    age: int | None = None
    can_agree: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """A released record in words. `fields` are short phrases; `line` says them in one."""

    record: str
    category: str
    title: str
    about: tuple[str, ...]
    who: str
    fields: tuple[str, ...]
    source: str
    source_name: str
    occurred_on: date
    recorded: str
    papers: str

    @property
    def line(self) -> str:
        """All of it in one line."""
        return in_one_line(self.fields)


@dataclass(frozen=True, slots=True)
class Silent:
    """What silence means: in words, for these sources and kinds of information."""

    means: str
    sources: tuple[str, ...]
    kinds: tuple[str, ...]
    state: str


@dataclass(frozen=True, slots=True)
class Silence:
    """Everything whose silence means the same."""

    means: str
    lines: tuple[Silent, ...]

    @property
    def organisations(self) -> int:
        """How many sources there are in it."""
        return len({source for line in self.lines for source in line.sources})


@dataclass(frozen=True, slots=True)
class Before:
    """One thing to know before contacting them: what was released, or else what silence means."""

    title: str
    items: tuple[Item, ...]
    silent: tuple[Silent, ...]


@dataclass(frozen=True, slots=True)
class Involved:
    """A service that is involved, as it was released; missing parts are empty."""

    item: Item
    lead: bool
    service: str
    worker: str
    phone: str
    since: str
    until: str


@dataclass(frozen=True, slots=True)
class Tie:
    """What `from_id` is to each of `to_ids`, as released (`mother`)."""

    from_id: str
    to_ids: tuple[str, ...]
    kind: str
    words: str


@dataclass(frozen=True, slots=True)
class Card:
    """One person: age, who can agree for them, how their agreement stands, and what else was released of who
    they are."""

    person_id: str
    name: str
    known: Known
    agreement: tuple[str, ...]
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class FamilySummary:
    """The page's parts in the order in which they are read."""

    disclosure: Disclosure
    profile: Profile
    called: str
    before: tuple[Before, ...]
    involved: tuple[Involved, ...]
    known_to: tuple[Item, ...]
    ties: tuple[Tie, ...]
    household: tuple[Item, ...]
    cards: tuple[Card, ...]
    strengths: tuple[Item, ...]
    months: tuple[tuple[str, tuple[Item, ...]], ...]
    silence: tuple[Silence, ...]
    statements: tuple[tuple[str, str], ...]
    own: OwnCase = field(default_factory=OwnCase)
    """What a member of the case may know of it besides; stands before what was released."""

    @property
    def sources(self) -> Mapping[str, str]:
        """Whose items stand in the timeline, by code."""
        found = {item.source: item.source_name for _, items in self.months for item in items}
        return dict(sorted(found.items(), key=lambda one: one[1]))


def family_summary(
    disclosure: Disclosure, vocabulary: Vocabulary, known: Mapping[str, Known], own: OwnCase = OwnCase()
) -> FamilySummary:
    """Arranges an answered request. Raises ValueError for one that was refused: there is no summary then."""
    profile = disclosure.profile
    if profile is None:
        raise ValueError("a refused request has no summary")
    say = _Saying(profile, vocabulary)
    shown = [item for item in profile.items if item.papers.detail != "flag"]
    flags = [item for item in profile.items if item.papers.detail == "flag"]
    by_section = {section: [item for item in shown if item.section is section] for section in Section}
    # What must be known before the door stands there even where it says no more than that somebody is known.
    first = [item for item in profile.items if item.papers.category in BEFORE or item.section is Section.SAFETY]
    taken = {item.record for item in first}
    family = [item for item in by_section[Section.FAMILY] if item.record not in taken]
    household = [item for item in family if item.papers.category == HOUSEHOLD]
    return FamilySummary(
        disclosure,
        profile,
        called(profile, known),
        tuple(_before(say, first, profile, vocabulary)),
        tuple(_involved(say, by_section[Section.INVOLVED])),
        tuple(say.item(item) for item in flags if item.record not in taken),
        tuple(tie for item in household for tie in _ties(item)),
        tuple(say.item(item) for item in household),
        tuple(_cards(say, profile, known, [item for item in family if item.papers.category != HOUSEHOLD])),
        tuple(say.item(item) for item in by_section[Section.STRENGTHS]),
        tuple(_months(say, by_section[Section.TIMELINE])),
        tuple(
            Silence(means, tuple(lines)) for means, lines in groupby(silence(profile), key=lambda one: one.means)
        ),
        tuple(
            (word, clauses_in_words(said, profile.titles))
            for word, said in (disclosure.statements.in_order() if disclosure.statements is not None else ())
        ),
        own,
    )


def called(profile: Profile, known: Mapping[str, Known]) -> str:
    """`Testing family`, or the names that are shown where no family name is."""
    names = dict.fromkeys(known[one].family_name for one in profile.people if one in known)
    names.pop("", None)
    if names:
        return f"{_and(names)} family"
    return ", ".join(profile.people.values()) or NOBODY_SHOWN


def silence(profile: Profile) -> Iterator[Silent]:
    """What silence means, sources that say the same together. INVARIANT: depends on no person."""
    by_source: dict[tuple[str, str], dict[str, None]] = {}
    for line in profile.coverage:
        by_source.setdefault((line.state, line.controller_name), {})[line.category_title] = None
    together: dict[tuple[str, tuple[str, ...]], list[str]] = {}
    for (state, source), kinds in sorted(by_source.items(), key=lambda one: _STATES.index(one[0][0])):
        together.setdefault((state, tuple(sorted(kinds))), []).append(source)
    for (state, said), sources in together.items():
        yield Silent(COVERAGE_WORDS[state], tuple(sorted(sources)), said, state)


_STATES: Final = tuple(COVERAGE_WORDS)


class _Saying:
    """Released items in words."""

    def __init__(self, profile: Profile, vocabulary: Vocabulary) -> None:
        self.profile = profile
        self._kinds = {
            (category.code, spec.name): spec.kind
            for category in vocabulary.categories.values()
            for spec in category.fields
        }
        self._papers: dict[object, str] = {}

    def item(self, item: ProfileItem, without: Iterable[str] = ()) -> Item:
        """The item, its fields `without` those said elsewhere."""
        papers, people = item.papers, self.profile.people
        joint = " and somebody else" if item.joint else ""
        left_out = frozenset(without)
        fields = [field for field in item.fields if field[0] not in left_out]
        return Item(
            item.record,
            papers.category,
            papers.category_title,
            item.about,
            _and(people.get(one, one) for one in item.about) + joint,
            tuple(field_words(papers.category, fields, lambda name: self._kind(papers.category, name), people)),
            papers.controller,
            papers.controller_name,
            papers.occurred_on,
            uk_date(papers.recorded_at.astimezone(LONDON).date()),
            self._why(item),
        )

    def _kind(self, category: str, name: str) -> FieldKind:
        return self._kinds.get((category, name), FieldKind.TEXT)

    def _why(self, item: ProfileItem) -> str:
        papers = item.papers
        key = (papers.clauses, papers.basis, papers.consent, papers.detail, papers.obligations, papers.override)
        if key not in self._papers:
            self._papers[key] = paper_words(papers, self.profile.titles)
        return self._papers[key]


def _before(say: _Saying, items: list[ProfileItem], profile: Profile, vocabulary: Vocabulary) -> Iterator[Before]:
    others = [code for code, section in vocabulary.sections.items() if section is Section.SAFETY]
    for code in dict.fromkeys([*BEFORE, *others]):
        category = vocabulary.categories.get(code)
        if category is None:
            continue
        found = tuple(say.item(item) for item in items if item.papers.category == code)
        silent: dict[str, list[str]] = {}
        for line in profile.coverage:
            if line.category == code:
                silent.setdefault(line.state, []).append(line.controller_name)
        yield Before(
            category.title,
            found,
            tuple(
                Silent(COVERAGE_WORDS[state], tuple(sorted(silent[state])), (category.title,), state)
                for state in _STATES
                if state in silent
            ),
        )


def _involved(say: _Saying, items: list[ProfileItem]) -> Iterator[Involved]:
    found = []
    for item in items:
        fields = dict(item.fields)
        led = item.papers.category == LEAD or str(fields.get("lead_practitioner", "no")) in ("yes", "True", "true")
        words = dict(zip(fields, say.item(item).fields, strict=False))
        found.append(
            Involved(
                say.item(item),
                led,
                str(fields.get("service") or item.papers.controller_name),
                str(fields.get("worker") or fields.get("name") or ""),
                str(fields.get("phone") or ""),
                words.get("since", "").removeprefix("since "),
                words.get("until", "").removeprefix("until "),
            )
        )
    # Whoever leads first, then those who still are involved; within these, newest first as they came.
    return iter(sorted(found, key=lambda one: (not one.lead, bool(one.until))))


def _ties(item: ProfileItem) -> Iterator[Tie]:
    fields = dict(item.fields)
    person, kind = fields.get("person"), fields.get("relationship")
    if person is None or kind is None:
        return
    others = tuple(one for one in item.about if one != person)
    yield Tie(str(person), others, str(kind), in_words(str(kind)))


def _cards(say: _Saying, profile: Profile, known: Mapping[str, Known], items: list[ProfileItem]) -> Iterator[Card]:
    for person_id, name in profile.people.items():
        yield Card(
            person_id,
            name,
            known.get(person_id, Known()),
            tuple(_agreement(profile, person_id)),
            tuple(say.item(item, ("name",)) for item in items if item.about == (person_id,)),
        )


def _agreement(profile: Profile, person_id: str) -> Iterator[str]:
    """How agreement stands, as far as the release itself says it: the consents that what was released about
    them alone rests on, and what is not shared for want of one."""
    relied = {words: None for item in profile.items if item.about == (person_id,) for words in item.papers.consent}
    for words in relied:
        yield f"{words[:1].upper()}{words[1:]}"
    reasons = {line.reason for line in profile.not_shared if line.person == person_id}
    if "consent-not-given" in reasons:
        yield "Agreement has not been given for some of what is asked"
    elif "consent-needed" in reasons:
        yield "Agreement is needed for some of what is asked"


def _months(say: _Saying, items: list[ProfileItem]) -> Iterator[tuple[str, tuple[Item, ...]]]:
    for month, those in groupby(items, key=lambda item: f"{item.papers.occurred_on:%B %Y}"):
        yield month, tuple(say.item(item) for item in those)


def _and(words: Iterable[str]) -> str:
    listed = [*words]
    return listed[0] if len(listed) == 1 else f"{', '.join(listed[:-1])} and {listed[-1]}" if listed else ""
