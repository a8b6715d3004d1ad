"""The 360-degree profile of a person or family: what was released, arranged for a reader, each with its papers.

Made from a decision and the opened content of released records, and from nothing else: it never sees a withheld
record, so it cannot tell of one. Source: rule 1.2, requester view. Words for dates, detail and bases are plain
English; codes stay in the papers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from broker.consent.record import ConsentKind, ConsentRecord
from broker.dates import LONDON, uk_date
from broker.decision.decision import Decision, PersonRuling
from broker.decision.plan import Plan
from broker.decision.records import Clearances, RecordRuling, record_rulings
from broker.decision.reliance import reliance
from broker.decision.terms import BasisTerm
from broker.release.citing import Titles
from broker.release.explained import coverage, late_feeds
from broker.release.messages import consent_words
from broker.release.next_step import ToldSteps
from broker.release.redact import redact
from broker.release.sections import Section
from broker.release.views import Open, told_cells
from broker.vocabulary.codes import Category, Vocabulary

__all__ = [
    "CONSENT_WORDS",
    "CoverageLine",
    "NotSharedLine",
    "Papers",
    "Profile",
    "ProfileItem",
    "ToldCell",
    "basis_words",
    "make_profile",
    "uk_date",
]

CONSENT_WORDS: Mapping[ConsentKind, str] = {kind: consent_words(kind) for kind in ConsentKind}


@dataclass(frozen=True, slots=True)
class Papers:
    """Why this item could be shown: where it came from and by which clause, on which basis, with whose consent."""

    controller: str
    controller_name: str
    category: str
    category_title: str
    occurred_on: date
    recorded_at: datetime
    detail: str
    clauses: tuple[str, ...]
    basis: tuple[str, ...]
    consent: tuple[str, ...]
    obligations: tuple[str, ...]
    override: bool


@dataclass(frozen=True, slots=True)
class ProfileItem:
    """One released record. `about` are cleared people only; `joint` says that it is about somebody else as well,
    who is masked. `fields` are (name, value) as released."""

    record: str
    section: Section
    about: tuple[str, ...]
    joint: bool
    fields: tuple[tuple[str, Any], ...]
    papers: Papers


class CoverageLine(NamedTuple):
    """What silence means for a source and a kind of information."""

    controller: str
    controller_name: str
    category: str
    category_title: str
    state: str


ToldCell = tuple[str, str, str, str, str, str]
"""Something not shared that may be told of: the parts of a `NotSharedLine` but for whom it is about."""


class NotSharedLine(NamedTuple):
    """Something not shared that may be told of, in plain words."""

    person: str
    controller: str
    controller_name: str
    category: str
    category_title: str
    reason: str
    next_step: str


@dataclass(frozen=True, slots=True)
class Profile:
    """What a requester may see of the people they asked for, and what silence means. `people` maps the requested
    people to how the requester calls them."""

    purpose: str
    purpose_title: str
    case: str | None
    at: datetime
    requester: str
    recipient: str
    recipient_name: str
    reason: str
    people: Mapping[str, str]
    items: tuple[ProfileItem, ...]
    coverage: tuple[CoverageLine, ...]
    told: tuple[tuple[str, tuple[ToldCell, ...]], ...]
    """Of each person asked for, what is not shared and may be told of; the same tuple for everybody for whom the
    tests came out the same."""
    emergency: bool
    titles: Titles
    """What the agreements are called whose clauses the items rest on."""

    @property
    def not_shared(self) -> tuple[NotSharedLine, ...]:
        """What is not shared and may be told of, line by line."""
        return tuple(NotSharedLine(person, *cell) for person, cells in self.told for cell in cells)

    def of(self, section: Section) -> tuple[ProfileItem, ...]:
        """The items of one part, newest first."""
        return tuple(item for item in self.items if item.section is section)

    @property
    def known_to(self) -> tuple[ProfileItem, ...]:
        """The items released only as a flag: somebody is known to a service, and no more."""
        return tuple(item for item in self.items if item.papers.detail == "flag")


def make_profile(
    decision: Decision, open_content: Open, call: Callable[[str], str], categories: frozenset[str] | None = None
) -> Profile:
    """Arranges what an answered decision released. `call` gives the name by which the requester knows a requested
    person; nobody else is ever named. `categories` narrows it to those kinds of information (None: all).

    Raises ValueError when the request was refused: there is no profile then.
    """
    if decision.plan is None or decision.refusal is not None:
        raise ValueError("a refused request has no profile")
    request, plan = decision.request, decision.plan

    def wanted(category: str) -> bool:
        return categories is None or category in categories

    clearances = Clearances(decision)
    requested = {ruling.person.id: call(ruling.person.id) for ruling in decision.rulings}
    items = [
        _item(decision, clearances, ruling, open_content, requested)
        for ruling in record_rulings(decision)
        if ruling.released and wanted(ruling.header.category)
    ]
    items.sort(key=lambda item: item.record)
    items.sort(key=lambda item: item.papers.occurred_on, reverse=True)
    return Profile(
        request.purpose,
        plan.purpose.title,
        request.case,
        request.at,
        request.by,
        plan.recipient.code,
        plan.recipient.name,
        request.reason,
        requested,
        tuple(items),
        tuple(line for line in _covered(decision, plan) if wanted(line.category)),
        tuple(_told(decision, plan)),
        decision.emergency is not None,
        decision.table.titles(clause for item in items for clause in item.papers.clauses),
    )


def _covered(decision: Decision, plan: Plan) -> tuple[CoverageLine, ...]:
    """What silence means: the same for everybody, so the plan remembers it for the feeds that are late."""
    vocabulary = decision.table.vocabulary
    late = late_feeds(decision.facts.feeds, decision.request.at)
    return plan.once(
        (_covered, late),
        lambda: tuple(
            CoverageLine(
                line.controller,
                vocabulary.organisations[line.controller].name,
                line.category,
                vocabulary.categories[line.category].title,
                line.state.value,
            )
            for line in coverage(vocabulary, plan, late)
        ),
    )


def _told(decision: Decision, plan: Plan) -> Iterator[tuple[str, tuple[ToldCell, ...]]]:
    steps = ToldSteps(decision.table, plan, decision.request.at)
    for ruling in sorted(decision.rulings, key=lambda ruling: ruling.person.id):
        yield ruling.person.id, ruling.once(_told_in_words, steps)


def _told_in_words(ruling: PersonRuling, steps: ToldSteps) -> tuple[ToldCell, ...]:
    vocabulary = steps.vocabulary
    return tuple(
        (
            controller,
            vocabulary.organisations[controller].name,
            category,
            vocabulary.categories[category].title,
            reason,
            step,
        )
        for controller, category, reason, step in told_cells(ruling, steps)
    )


def _item(
    decision: Decision,
    clearances: Clearances,
    ruling: RecordRuling,
    open_content: Open,
    requested: Mapping[str, str],
) -> ProfileItem:
    header = ruling.header
    fields = redact(clearances, ruling, open_content(header.id))
    return ProfileItem(
        header.id,
        decision.table.vocabulary.sections.get(header.category, Section.TIMELINE),
        tuple(sorted(ruling.cleared)),
        bool(ruling.masked),
        tuple(fields.items()),
        _papers(decision, ruling, ruling.category, requested),
    )


def _papers(decision: Decision, ruling: RecordRuling, category: Category, requested: Mapping[str, str]) -> Papers:
    vocabulary, header = decision.table.vocabulary, ruling.header
    basis: dict[str, None] = {}
    obligations: set[str] = set()
    consents: dict[str, ConsentRecord] = {}
    for person in sorted(ruling.cleared):
        outcome = decision.find_outcome(person, header.category, header.controller)
        for passing in outcome.passing if outcome is not None else ():
            if passing.grant is None or passing.clause not in ruling.clauses:
                continue
            basis |= dict.fromkeys(basis_words(vocabulary, passing.grant.basis))
            obligations.update(passing.grant.obligations)
        for event in reliance(decision, person, header.category, header.controller).consents:
            consents[event.id] = event
    return Papers(
        header.controller,
        vocabulary.organisations[header.controller].name,
        header.category,
        category.title,
        header.occurred_on,
        header.recorded_at,
        ruling.detail.code if ruling.detail is not None else "",
        ruling.clauses,
        tuple(basis),
        tuple(_consent_words(event, requested) for event in consents.values()),
        tuple(sorted(obligations)),
        ruling.override,
    )


def basis_words(vocabulary: Vocabulary, basis: BasisTerm) -> list[str]:
    """The basis in words: the article, the power, and what special and offence data need besides."""
    bases = vocabulary.lawful_bases
    words = [f"Article 6(1)({basis.article_6}) {bases.article_6[basis.article_6].title}"]
    if basis.gateway is not None:
        words.append(vocabulary.gateways[basis.gateway].provision)
    if basis.article_9 is not None:
        words.append(f"Article 9(2)({basis.article_9}) {bases.article_9[basis.article_9].title}")
    if basis.schedule_1 is not None:
        words.append(f"Schedule 1 paragraph {basis.schedule_1} {bases.schedule_1[basis.schedule_1].title}")
    if basis.article_10 is not None:
        words.append(f"Article 10 {bases.article_10[basis.article_10].title}")
    return words


def _consent_words(event: ConsentRecord, requested: Mapping[str, str]) -> str:
    """`agreement to early help, by Mum on 1 February 2026`; whoever was not asked for is not named."""
    who = requested.get(event.signatory, "someone who can agree for them")
    return f"{CONSENT_WORDS[event.kind]}, by {who} on {uk_date(event.at.astimezone(LONDON).date())}"
