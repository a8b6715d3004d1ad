"""The terms of an ad hoc decision: made from what was asked for and what its decider names, and kept.

Decides that nothing goes that nobody asked for, and that every code is known. Whether the right holds is
`broker.agreements.adhoc`; what goes, `broker.decision.adhoc`. From docs/how-to-adhoc.md.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

from broker.casework.adhoc import Adhoc, RefusedBecause
from broker.consent.record import ConsentKind
from broker.decision.adhoc import COURT_ORDER, WITHOUT_GATEWAY, AdhocTerms
from broker.errors import CallWrong, did_you_mean
from broker.release.profile import basis_words
from broker.store.session import View
from broker.store.steps import find_steps, open_words
from broker.vocabulary.codes import Detail, Vocabulary


@dataclass(frozen=True, slots=True)
class AdhocDecision:
    """What is decided. `because` refuses; otherwise the rest says what goes and by which right. `categories`
    None are those asked for; `conditions` are what whoever gets it must keep to."""

    reason: str
    because: RefusedBecause | None = None
    categories: tuple[str, ...] | None = None
    detail: Detail = Detail.SUMMARY
    power: str = ""
    article_6: str = ""
    article_9: str | None = None
    schedule_1: str | None = None
    article_10: str | None = None
    relies_on: ConsentKind | None = None
    policy_document: str | None = None
    weighed: bool = False
    conditions: tuple[str, ...] = ()


def terms_of(view: View, vocabulary: Vocabulary, adhoc: Adhoc, wanted: AdhocDecision) -> AdhocTerms:
    """The terms. Raises CallWrong."""
    begun = find_steps(view, [adhoc.id])[adhoc.id][0].facts
    categories = wanted.categories or adhoc.categories
    more = sorted(set(categories) - set(adhoc.categories))
    if more:
        raise CallWrong("category", f"`{more[0]}` was not asked for; nothing goes that nobody asked for")
    powers = vocabulary.gateways.keys() | WITHOUT_GATEWAY
    for what, code, known in (
        ("power", wanted.power, powers),
        ("article-6", wanted.article_6, vocabulary.lawful_bases.article_6.keys()),
        ("article-9", wanted.article_9, vocabulary.lawful_bases.article_9.keys()),
        ("schedule-1", wanted.schedule_1, vocabulary.lawful_bases.schedule_1.keys()),
        ("article-10", wanted.article_10, vocabulary.lawful_bases.article_10.keys()),
    ):
        if code is not None and code not in known:
            raise CallWrong(what, f"`{code}` is not known{did_you_mean(code, known)}")
    return AdhocTerms(
        adhoc.organisation,
        adhoc.recipient,
        body_of(view, vocabulary, adhoc),
        frozenset(begun.get("types", ())),
        str(begun.get("area", "")),
        adhoc.purpose,
        tuple(sorted(categories)),
        wanted.detail,
        wanted.power,
        wanted.article_6,
        wanted.article_9,
        wanted.schedule_1,
        wanted.article_10,
        wanted.relies_on,
        wanted.policy_document,
    )


def body_of(view: View, vocabulary: Vocabulary, adhoc: Adhoc) -> str:
    """The other body's name."""
    if adhoc.recipient in vocabulary.organisations:
        return vocabulary.organisations[adhoc.recipient].name
    return str(open_words(view, [adhoc.row]).get(adhoc.row, {}).get("body", ""))


def right_of(vocabulary: Vocabulary, terms: AdhocTerms) -> tuple[str, ...]:
    """The right to disclose, in words."""
    words = basis_words(vocabulary, terms.basis())
    return (*words, "a court's order") if terms.power == COURT_ORDER else tuple(words)


def plain_terms(terms: AdhocTerms) -> dict[str, Any]:
    """The terms as they are kept, so that two decisions can be compared."""
    found: dict[str, Any] = {}
    for one in fields(terms):
        value = getattr(terms, one.name)
        if isinstance(value, frozenset | tuple):
            found[one.name] = sorted(value)
        elif isinstance(value, Detail):
            found[one.name] = value.code
        else:
            found[one.name] = value.value if isinstance(value, ConsentKind) else value
    return found
