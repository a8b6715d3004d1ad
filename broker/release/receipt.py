"""The receipt of what somebody decided about sharing: one side of A4, for them to take home, and the full list.

Says what we would share, with whom, why and until when; what we would not; how to change their mind; a reference.
Made from the rules in force and the event alone, so it is the same for everybody who decides the same. It never
shows who else was in the room or whether anybody doubted that the decision was free, and a private service
(tier T4) that was named stands on it as `a private service`: the sheet may lie on a kitchen table. Its words are
those of `broker.release.sheets`. From docs/rules.md part 1.3 and docs/how-to-consent.md.
"""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from broker.consent.record import RAISED, ConsentDecision, ConsentKind, ConsentRecord
from broker.dates import LONDON, uk_date
from broker.release.covered import (
    Covered,
    Grouped,
    Part,
    body_lines,
    capital,
    full_parts,
    grouped,
    kind_lines,
    short_parts,
    small,
)
from broker.release.reach import PRIVATE_BODY, PRIVATE_SERVICE, Reach, Sharing, merged
from broker.release.receipt_words import Contact, change_part, goes_on_words, not_shared_words, until_words
from broker.release.sheets import ENGLISH, SheetLanguage, SheetWord, listed, say

PAGE_LINES: Final = 58
PAGE_COLUMNS: Final = 76
"""One side of A4 in large type, 12 point at ten characters an inch, with margins."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What stands on the sheet. `person` and `signatory` are names as the person knows them; `counts` says whether
    whoever decided can decide for at least part of it."""

    reference: str
    at: datetime
    person: str
    signatory: str
    kind: ConsentKind
    decision: ConsentDecision
    reach: Reach
    until_at: datetime | None
    desk: str
    counts: bool
    by_service: bool = False
    """Whether it speaks of some services, whatever they hold, and not of some kinds of information."""


@dataclass(frozen=True, slots=True)
class ReceiptSheet:
    """The receipt of everything that was decided at once, in one language. `references` begins with the one to
    give; `lists` say everything and everybody by name, on a sheet of its own."""

    title: str
    about: str
    day: str
    references: tuple[str, ...]
    parts: tuple[Part, ...]
    lists: tuple[Part, ...]
    language: SheetLanguage


def make_receipt(
    event: ConsentRecord, reach: Reach, call: Callable[[str], str], desk: str, *, counts: bool
) -> Receipt:
    """The receipt of an event. `call` gives the name by which the person knows themselves or whoever decided for
    them; `desk` is the organisation to come back to."""
    return Receipt(
        event.id,
        event.at,
        call(event.about),
        call(event.signatory),
        event.kind,
        event.decision,
        reach,
        event.until_at if event.decision is ConsentDecision.GIVEN else None,
        desk,
        counts,
        event.controllers is not None and event.categories is None,
    )


def make_sheet(
    receipts: Sequence[Receipt],
    language: SheetLanguage = ENGLISH,
    contact: Contact | None = None,
    *,
    compact: bool = False,
) -> ReceiptSheet:
    """One sheet for what one person decided about one person at once; the first receipt, or the first yes, is what
    it is called by. `compact`: in as few lines as there are, for plain text."""
    given = [one for one in receipts if one.decision is ConsentDecision.GIVEN and one.kind not in RAISED]
    main = given[0] if given else receipts[0]
    order = [main, *(one for one in receipts if one is not main)]
    said = say(SheetWord.TITLE, language, decision=_decision(main, language), kind=_kind(main.kind, language))
    return ReceiptSheet(
        said,
        say(SheetWord.ABOUT, language, person=main.person)
        if main.person == main.signatory
        else say(SheetWord.ABOUT_BY, language, person=main.person, signatory=main.signatory),
        uk_date(main.at.astimezone(LONDON).date()),
        tuple(one.reference for one in order),
        tuple(_parts(main, given, order, language, contact, compact=compact)),
        () if compact or main.kind in RAISED or not main.counts else tuple(_lists(main, given, order, language)),
        language,
    )


def receipt_text(receipt: Receipt) -> str:
    """The sheet as plain text, at most `PAGE_LINES` lines of `PAGE_COLUMNS` characters."""
    sheet = make_sheet([receipt], compact=True)
    reference = say(SheetWord.REFERENCE, reference=receipt.reference)
    lines = [sheet.title, sheet.about, f"{sheet.day}      {reference}", ""]
    for part in sheet.parts:
        sentences = [*(f"- {point}" for point in part.points), *part.sentences]
        lines += [part.heading.upper(), *_wrapped(sentences), ""]
    return "\n".join(line.rstrip() for line in lines[: PAGE_LINES - 1]) + "\n"


_DECISIONS: Final = {
    ConsentDecision.GIVEN: SheetWord.SAID_YES,
    ConsentDecision.REFUSED: SheetWord.SAID_NO,
    ConsentDecision.WITHDRAWN: SheetWord.CHANGED_MIND,
}


def _decision(receipt: Receipt, language: SheetLanguage) -> str:
    word = _DECISIONS[receipt.decision]
    if receipt.kind in RAISED:
        raised = SheetWord.OPTED_OUT if receipt.kind is ConsentKind.OPT_OUT else SheetWord.OBJECTED
        words = {ConsentDecision.GIVEN: raised, ConsentDecision.WITHDRAWN: SheetWord.TOOK_BACK}
        word = words.get(receipt.decision, SheetWord.DECIDED)
    return say(word, language)


def _kind(kind: ConsentKind, language: SheetLanguage) -> str:
    return say(SheetWord(f"kind-{kind.value}"), language)


def _parts(
    main: Receipt,
    given: Sequence[Receipt],
    receipts: Sequence[Receipt],
    language: SheetLanguage,
    contact: Contact | None,
    *,
    compact: bool,
) -> Iterator[Part]:
    def part(heading: SheetWord, *sentences: str, points: Iterable[str] = ()) -> Part:
        return Part(say(heading, language), sentences, tuple(points))

    nothing = say(SheetWord.NOTHING_RESTS, language)
    rests = merged(one.reach for one in (given or receipts))
    together = [main] if given else receipts  # what was named by itself is said by itself
    short = _covered(together, language) if rests and not compact else None
    kinds = _kinds(together, language) if short is not None else ()
    if main.kind in RAISED:
        raised = SheetWord.OPT_OUT_NOW if main.kind is ConsentKind.OPT_OUT else SheetWord.OBJECTION_NOW
        yield part(SheetWord.NOW, say(raised, language))
    elif not main.counts:
        yield part(SheetWord.NOW, say(SheetWord.NOT_YET, language))
    elif given:
        if short is not None:
            _shared, tellers, told = short_parts(short, language)
            yield part(SheetWord.SERVICES, points=kinds)
            yield tellers
            named = tuple(dict.fromkeys(_named([one for one in given if one is not main], language)))
            if named:
                yield part(SheetWord.NAMED, points=named)
            yield Part(told.heading, (*told.sentences, say(SheetWord.ON_FULL_LIST, language)), told.points)
            yield part(SheetWord.WHY, *(f"{one.purpose}." for one in rests))
        else:
            points = _shares(rests, language)
            yield part(SheetWord.SHARE, *([] if points else [nothing]), points=points)
        left = tuple(_left_out([one for one in receipts if one not in given], language))
        if left:
            yield part(SheetWord.LEFT_OUT, *left)
        yield part(SheetWord.UNTIL, until_words(main.until_at, language))
        yield part(SheetWord.NOT_SHARED, *not_shared_words(language))
    elif short is not None:
        yield part(SheetWord.STOPS, say(SheetWord.STOPS_SHORT, language), points=kinds)
        yield part(SheetWord.IF_NO, say(SheetWord.IF_NO_LINE, language))
    else:
        points = [
            say(
                SheetWord.STOPS_LINE,
                language,
                purpose=one.purpose,
                kinds=_listed_kinds(one.kinds, language),
            )
            for one in rests
        ]
        yield part(SheetWord.STOPS, *([] if points else [nothing]), points=points)
        yield part(SheetWord.IF_NO, say(SheetWord.IF_NO_LINE, language))
    goes_on = main.reach.goes_on
    brief = say(SheetWord.GOES_ON_SHORT, language) if goes_on and not compact else goes_on_words(goes_on, language)
    yield part(SheetWord.GOES_ON, brief)
    yield change_part(main.desk, language, contact)


def _lists(
    main: Receipt, given: Sequence[Receipt], receipts: Sequence[Receipt], language: SheetLanguage
) -> Iterator[Part]:
    """Everything and everybody by name."""
    covered = _covered([main] if given else receipts, language)
    covered = replace(covered, told=_covered(given or receipts, language).told)
    found = _by_purpose([main] if given else receipts, language)
    several = len(found) > 1
    if several:
        for purpose, only in found:
            heading = f"{say(SheetWord.EVERYTHING if given else SheetWord.STOPS, language)}: {small(purpose)}"
            yield Part(heading, (), kind_lines(only.kinds, language))
    if given and covered.kinds:
        yield from full_parts(covered, language)[1 if several else 0 :]
    no = [one for one in receipts if one not in given] if given else []
    by_service, by_kind = [one for one in no if one.by_service], [one for one in no if not one.by_service]
    left = (
        *body_lines(_covered(by_service, language).tellers, language),
        *kind_lines(_covered(by_kind, language).kinds, language),
    )
    if left:
        yield Part(say(SheetWord.LEFT_OUT, language), (), left)
    if main.reach.goes_on:
        yield Part(say(SheetWord.EVERY_REASON, language), (), main.reach.goes_on)


def _named(receipts: Iterable[Receipt], language: SheetLanguage) -> Iterator[str]:
    """What was agreed to by name: each service and what it would tell, a private one not named."""
    for one in receipts:
        for rest in one.reach.rests:
            if rest.kinds == (PRIVATE_SERVICE,):
                words = say(SheetWord.PRIVATE_SERVICE, language)
                yield f"{capital(words)}."
            else:
                yield say(
                    SheetWord.SERVICE_LINE,
                    language,
                    services=listed(_in(rest.sources, language), language),
                    kinds=_listed_kinds(rest.kinds, language),
                )


def _kinds(receipts: Sequence[Receipt], language: SheetLanguage) -> tuple[str, ...]:
    """The kinds of information, in plain groups; only the groups where it is for several purposes."""
    found = _by_purpose(receipts, language)
    if len(found) == 1:
        return kind_lines(found[0][1].kinds, language)
    return tuple(
        f"{purpose}: {listed((say(word, language) for word, _titles in only.kinds), language, between='; ')}."
        for purpose, only in found
    )


def _by_purpose(receipts: Sequence[Receipt], language: SheetLanguage) -> list[tuple[str, Covered]]:
    rests = merged(one.reach for one in receipts)
    groups = {name: word for one in receipts for name, word in one.reach.groups.items()}
    return [(one.purpose, _in_names([one], groups, language)) for one in rests]


def _covered(receipts: Iterable[Receipt], language: SheetLanguage) -> Covered:
    """What these decisions are about, whatever for."""
    found = list(receipts)
    groups = {name: word for one in found for name, word in one.reach.groups.items()}
    return _in_names(merged(one.reach for one in found), groups, language)


def _in_names(rests: Sequence[Sharing], groups: Mapping[str, SheetWord], language: SheetLanguage) -> Covered:
    def said(names: Iterable[str], other: SheetWord) -> Grouped:
        pairs = [(groups.get(name, other), name) for name in names if name != PRIVATE_BODY]
        private = say(SheetWord.PRIVATE_SERVICE, language)
        return grouped((word, private if name == PRIVATE_SERVICE else name) for word, name in pairs)

    return Covered(
        said((name for one in rests for name in one.kinds), SheetWord.ABOUT_OTHER),
        said((name for one in rests for name in one.sources), SheetWord.GROUP_OTHER),
        said((name for one in rests for name in one.recipients), SheetWord.GROUP_OTHER),
        any(PRIVATE_BODY in one.recipients for one in rests),
    )


def _left_out(refused: Sequence[Receipt], language: SheetLanguage) -> Iterator[str]:
    """What was refused beside a yes: services by name, or kinds of information."""
    services = {one for each in refused if each.by_service for rest in each.reach.rests for one in rest.sources}
    kinds = {one for each in refused if not each.by_service for rest in each.reach.rests for one in rest.kinds}
    if services:
        named = listed(_in(sorted(services), language), language)
        yield say(SheetWord.LEFT_OUT_SERVICES, language, services=named)
    if kinds:
        yield say(SheetWord.LEFT_OUT_LINE, language, kinds=_listed_kinds(sorted(kinds), language))


def _shares(rests: Iterable[Sharing], language: SheetLanguage) -> list[str]:
    return [
        say(
            SheetWord.SHARE_LINE,
            language,
            purpose=one.purpose,
            recipients=listed(_in(one.recipients, language), language),
            kinds=_listed_kinds(one.kinds, language),
            sources=listed(_in(one.sources, language), language),
        )
        for one in rests
    ]


_PRIVATE: Final = {PRIVATE_SERVICE: SheetWord.PRIVATE_SERVICE, PRIVATE_BODY: SheetWord.PRIVATE_BODY}


def _listed_kinds(kinds: Iterable[str], language: SheetLanguage) -> str:
    # Titles of kinds of information have commas of their own.
    return listed(map(small, _in(kinds, language)), language, between="; ")


def _in(names: Iterable[str], language: SheetLanguage) -> Iterator[str]:
    """The names, a private service first, so that whoever named it finds it, by the language's own words."""
    for name in sorted(names, key=lambda one: one != PRIVATE_SERVICE):
        yield say(_PRIVATE[name], language) if name in _PRIVATE else name


def _wrapped(sentences: Iterable[str]) -> Iterator[str]:
    for sentence in sentences:
        indent = "  " if sentence.startswith("- ") else ""
        yield from textwrap.wrap(sentence, PAGE_COLUMNS, subsequent_indent=indent)
