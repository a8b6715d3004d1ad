"""The record of processing activities of one organisation, made from the clauses that count.

Decides what of a clause belongs into the record (UK GDPR, Article 30(1)(b) to (f)): the purposes, whom it is
about, the kinds of data, who receives it, and how long it is kept. The name and contact of the controller and of
its data protection officer, transfers abroad (there are none here) and the general description of security are the
organisation's own to add.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from broker.decision.terms import Discloser, Grant, RecipientTerm
from broker.vocabulary.codes import Organisation, Vocabulary


@dataclass(slots=True)
class Processing:
    """One purpose. `keeps` are the kinds of data with how long each is kept, in words; `given_to` and `had_from`
    the codes of organisations; codes of kinds and purposes are those of `policies/`."""

    purpose: str
    keeps: dict[str, str] = field(default_factory=dict)
    special: set[str] = field(default_factory=set)
    offence: set[str] = field(default_factory=set)
    given_to: set[str] = field(default_factory=set)
    had_from: set[str] = field(default_factory=set)
    children: bool = False
    adults: bool = False
    clauses: list[str] = field(default_factory=list)


def processing_of(
    organisation: str, grants: Iterable[tuple[str, Grant]], vocabulary: Vocabulary
) -> tuple[Processing, ...]:
    """What the organisation gives or receives under these clauses, each with its reference, by purpose."""
    own = vocabulary.organisations[organisation]
    found: dict[str, Processing] = {}
    for reference, grant in grants:
        gives = any(_is_from(one, own) for one in grant.disclosers)
        receives = any(_is_to(one, own) for one in grant.recipients)
        if not gives and not receives:
            continue
        for purpose in grant.purposes:
            kept = found.setdefault(purpose, Processing(purpose))
            kept.clauses.append(reference)
            for code in grant.categories:
                category = vocabulary.categories[code]
                birth = ", counted from birth" if category.retention.from_birth else ""
                kept.keeps[code] = f"{category.retention.keep.in_words}{birth}"
                kept.special |= {code} if category.special else set()
                kept.offence |= {code} if category.offence else set()
            under = grant.age.under if grant.age is not None else None
            least = grant.age.from_age if grant.age is not None else None
            kept.children |= least is None or least < vocabulary.standing.adult_from
            kept.adults |= under is None or under > vocabulary.standing.adult_from
            others = [one for one in vocabulary.organisations.values() if one.code != organisation]
            if gives:
                kept.given_to |= {
                    one.code for one in others if any(_is_to(term, one) for term in grant.recipients)
                }
            if receives:
                kept.had_from |= {
                    one.code for one in others if any(_is_from(term, one) for term in grant.disclosers)
                }
    return tuple(sorted(found.values(), key=lambda one: vocabulary.purposes[one.purpose].title))


def _is_from(term: Discloser, organisation: Organisation) -> bool:
    return term.organisation == organisation.code or term.type in organisation.types


def _is_to(term: RecipientTerm, organisation: Organisation) -> bool:
    return term.organisation == organisation.code or term.type in organisation.types
