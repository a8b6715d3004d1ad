"""The receipt of what somebody decided about sharing: one side of A4, for them to take home.

Says what we would share, with whom, why and until when; what we would not; how to change their mind; a reference.
Made from the rules in force and the event alone, so it is the same for everybody who decides the same. It never
shows who else was in the room or whether anybody doubted that the decision was free, and a private service
(tier T4) that was named stands on it as `a private service`: the sheet may lie on a kitchen table. Source:
product rules 1.1 (consent) and 1.2 ("a sheet on a kitchen table").
"""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from broker.consent.record import RAISED, ConsentDecision, ConsentKind, ConsentRecord
from broker.dates import LONDON
from broker.decision.plan import gateway_holds
from broker.decision.table import DecisionTable, counting_version
from broker.decision.terms import Grant, Terms
from broker.release.profile import CONSENT_WORDS, uk_date
from broker.vocabulary.codes import Tier, Vocabulary

PAGE_LINES: Final = 58
PAGE_COLUMNS: Final = 76
"""One side of A4 in large type, 12 point at ten characters an inch, with margins."""
_MOST_NAMED: Final = 8
PRIVATE_SERVICE: Final = "a private service that you named to us"


@dataclass(frozen=True, slots=True)
class Sharing:
    """For one purpose: the kinds of information that rest on the decision, who would tell and who would be told.
    All three are titles and names, sorted."""

    purpose: str
    kinds: tuple[str, ...]
    sources: tuple[str, ...]
    recipients: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reach:
    """What rests on a consent of this kind and scope, and the purposes (titles) for which something may be shared
    without anybody's agreement: where something else for the same purpose rests on it, with the kinds that do not.
    """

    rests: tuple[Sharing, ...]
    goes_on: tuple[str, ...]


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


def consent_reach(table: DecisionTable, event: ConsentRecord, at: datetime) -> Reach:
    """What the rules in force at `at` let flow on the ground of this event, were it a yes with this scope."""
    vocabulary = table.vocabulary
    found: dict[str, tuple[set[str], set[str], set[str]]] = {}
    free: dict[str, set[str]] = {}
    for terms in counting_terms(table, at):
        for grant in terms.grants:
            if not _holds(vocabulary, terms, grant, at):
                continue
            if grant.consent is None:
                for purpose in grant.purposes:
                    free.setdefault(purpose, set()).update(_open_kinds(vocabulary, grant))
            elif grant.consent is event.kind:
                for purpose in sorted(_both(grant.purposes, event.purposes)):
                    _add(found, purpose, vocabulary, terms, grant, event, at)
    rests = tuple(
        Sharing(vocabulary.purposes[code].title, *(tuple(sorted(part)) for part in parts))
        for code, parts in sorted(found.items())
        if all(parts)
    )
    resting = {sharing.purpose for sharing in rests}
    goes_on = []
    for code, kinds in free.items():
        title = vocabulary.purposes[code].title
        goes_on.append(f"{title} ({', '.join(sorted(kinds)).lower()})" if title in resting and kinds else title)
    return Reach(rests, tuple(sorted(goes_on)))


def _open_kinds(vocabulary: Vocabulary, grant: Grant) -> Iterator[str]:
    """The titles of the kinds of information a grant is about, private services left out."""
    rows = (vocabulary.categories[code] for code in grant.categories)
    return (row.title for row in rows if row.tier < Tier.T4)


def counting_terms(table: DecisionTable, at: datetime) -> Iterator[Terms]:
    """The duties and, of each agreement, the version that counts where it is in force."""
    yield table.duties
    versions: dict[str, list[Terms]] = {}
    for terms in table.agreements:
        versions.setdefault(terms.reference, []).append(terms)
    for those in versions.values():
        terms = counting_version(those, at)
        begun = terms.begins_at is None or terms.begins_at <= at
        over = any(end is not None and end <= at for end in (terms.ends_at, terms.lapses_at))
        if begun and not over:
            yield terms


def _holds(vocabulary: Vocabulary, terms: Terms, grant: Grant, at: datetime) -> bool:
    """Whether the grant is in force, and its gateway for some recipient and purpose."""
    if not grant.in_force.covers(at):
        return False
    gateway = vocabulary.gateways.get(grant.basis.gateway or "")
    return gateway is None or any(
        gateway_holds(gateway, purpose, vocabulary.organisations[code], at)
        for purpose in grant.purposes
        for code in _recipients(vocabulary, terms, grant, None, at)
    )


def _add(
    found: dict[str, tuple[set[str], set[str], set[str]]],
    purpose: str,
    vocabulary: Vocabulary,
    terms: Terms,
    grant: Grant,
    event: ConsentRecord,
    at: datetime,
) -> None:
    names = vocabulary.organisations
    kinds, sources, recipients = found.setdefault(purpose, (set(), set(), set()))
    recipients |= {names[code].name for code in _recipients(vocabulary, terms, grant, event.recipients, at)}
    for code, organisation in names.items():
        if not any(one.covers(organisation) for one in grant.disclosers) or not _signed(terms, code, at):
            continue
        if event.controllers is not None and code not in event.controllers:
            continue
        for category in _both(grant.categories, event.categories):
            row = vocabulary.categories[category]
            silent = max(row.tier, organisation.tier) >= Tier.T4
            if row.tier is Tier.T5 or (silent and event.categories is None):
                continue
            kinds.add(PRIVATE_SERVICE if silent else row.title)
            sources.add(PRIVATE_SERVICE if silent else organisation.name)


def _recipients(
    vocabulary: Vocabulary, terms: Terms, grant: Grant, wanted: frozenset[str] | None, at: datetime
) -> Iterator[str]:
    for code, organisation in vocabulary.organisations.items():
        if wanted is not None and code not in wanted:
            continue
        covered = any(one.organisation == code or one.type in organisation.types for one in grant.recipients)
        if covered and _signed(terms, code, at):
            yield code


def _signed(terms: Terms, party: str, at: datetime) -> bool:
    if terms.parties is None:
        return True
    standing = (terms.signatures or {}).get(party, ())
    return party in terms.parties and any(interval.covers(at) for interval in standing)


def _both(named: frozenset[str], scope: frozenset[str] | None) -> frozenset[str]:
    return named if scope is None else named & scope


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
    )


def receipt_text(receipt: Receipt) -> str:
    """The sheet as plain text, at most `PAGE_LINES` lines of `PAGE_COLUMNS` characters."""
    lines = [*_head(receipt), ""]
    for heading, sentences in _parts(receipt):
        lines += [heading.upper(), *_wrapped(sentences), ""]
    return "\n".join(line.rstrip() for line in lines[: PAGE_LINES - 1]) + "\n"


def _head(receipt: Receipt) -> list[str]:
    if receipt.kind in RAISED:
        words = {ConsentDecision.GIVEN: "You raised an objection", ConsentDecision.WITHDRAWN: "You took it back"}
        title = words.get(receipt.decision, "You decided")
        if receipt.kind is ConsentKind.OPT_OUT and receipt.decision is ConsentDecision.GIVEN:
            title = "You opted out"
    else:
        title = {
            ConsentDecision.GIVEN: "You said yes",
            ConsentDecision.REFUSED: "You said no",
            ConsentDecision.WITHDRAWN: "You changed your mind",
        }[receipt.decision]
    about = receipt.person if receipt.person == receipt.signatory else f"{receipt.person}, by {receipt.signatory}"
    return [
        f"{title}: {CONSENT_WORDS[receipt.kind]}",
        f"About {about}",
        f"{uk_date(receipt.at.astimezone(LONDON).date())}      Reference {receipt.reference}",
    ]


def _parts(receipt: Receipt) -> Iterator[tuple[str, list[str]]]:
    yes = receipt.decision is ConsentDecision.GIVEN and receipt.kind not in RAISED
    if receipt.kind in RAISED:
        yield "What happens now", [_RAISED_WORDS[receipt.kind]]
    elif not receipt.counts:
        yield "What happens now", [_NOT_YET]
    elif yes:
        yield "What we would share, with whom and why", [*_shares(receipt.reach.rests)] or [_NOTHING_RESTS]
        yield "Until when", [_until(receipt)]
        yield "What we would not share", [_NOT_SHARED, _NO_ONWARD]
    else:
        yield "What we will not share", [*_stops(receipt.reach.rests)] or [_NOTHING_RESTS]
        yield "What happens if you say no", [_SAYING_NO]
    yield "What does not need your agreement", [_goes_on(receipt.reach.goes_on)]
    yield (
        "How to change your mind",
        [
            f"Tell {receipt.desk} by phone, in person or by letter, at any time and without a reason. Give the"
            " reference above. It counts from the moment we write it down, and we tell everybody who has already"
            " received something because of it.",
            "You can ask who has looked at your information, and for a copy of it.",
        ],
    )


_NOT_YET: Final = (
    "We have written down what you decided. It changes nothing by itself: somebody else has to decide this. Ask"
    " the worker who gave you this sheet."
)
_NOTHING_RESTS: Final = "Nothing is shared today because of this decision alone."
_NOT_SHARED: Final = (
    "Nothing about private services, such as sexual health, drug and alcohol, or domestic abuse services, unless"
    " you named it to us yourself. Nothing for any other reason than those above."
)
_NO_ONWARD: Final = "Those who are told may not pass it on."
_SAYING_NO: Final = "You keep the services you have. Nobody may treat you worse for it."
_RAISED_WORDS: Final = {
    ConsentKind.OBJECTION: "Those who hold the information must weigh your objection before it is shared, and tell"
    " you what they decided. Where the law says so, it stops.",
    ConsentKind.OPT_OUT: "Your information is not used for planning, research or counting from now on.",
}


def _shares(rests: Iterable[Sharing]) -> Iterator[str]:
    for sharing in rests:
        yield (
            f"- {sharing.purpose}: {_listed(sharing.recipients)} would be told about"
            f" {_listed([kind[:1].lower() + kind[1:] for kind in sharing.kinds])}."
            f" It would come from {_listed(sharing.sources)}."
        )


def _stops(rests: Iterable[Sharing]) -> Iterator[str]:
    for sharing in rests:
        kinds = _listed([kind[:1].lower() + kind[1:] for kind in sharing.kinds])
        yield f"- {sharing.purpose}: {kinds}, as far as it rests on this agreement."


def _listed(words: Iterable[str]) -> str:
    named = list(words)
    if len(named) > _MOST_NAMED:
        rest = len(named) - _MOST_NAMED
        named = [*named[:_MOST_NAMED], f"{rest} more, which we can list for you"]
    return named[0] if len(named) == 1 else f"{', '.join(named[:-1])} and {named[-1]}"


def _until(receipt: Receipt) -> str:
    day = (
        f"Until {uk_date(receipt.until_at.astimezone(LONDON).date())}, or earlier: until"
        if receipt.until_at is not None
        else "Until"
    )
    return f"{day} the work with you ends, the organisations' agreement ends, or you change your mind."


def _goes_on(purposes: tuple[str, ...]) -> str:
    if not purposes:
        return "Nothing is shared without your agreement, except where the law says it must be."
    return (
        f"The law lets or makes organisations share some things for: {_listed([_lower(one) for one in purposes])}."
        " That goes on whatever you decide here."
    )


def _lower(title: str) -> str:
    return title[:1].lower() + title[1:]


def _wrapped(sentences: Iterable[str]) -> Iterator[str]:
    for sentence in sentences:
        indent = "  " if sentence.startswith("- ") else ""
        yield from textwrap.wrap(sentence, PAGE_COLUMNS, subsequent_indent=indent)
