"""What the broker does because of a clause, in sentences made from what it read and from nothing else.

An officer reads them beside the clause's own text, to check the text: so every key of a clause that a decision
reads has a line here, and a key that was left out says what that means. Decides wording only. From docs/formats.md
("Grants", "Prohibitions").
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

from broker.agreements.kinds_in_words import type_in_words
from broker.casework import CaseKind
from broker.consent.record import ConsentKind
from broker.dates import Interval, london_day, uk_date
from broker.decision.terms import Discloser, Grant, Prohibition, RecipientTerm
from broker.vocabulary.codes import Detail, Vocabulary

T = TypeVar("T")

DETAIL_WORDS: Final[Mapping[Detail, str]] = {
    Detail.FLAG: "only that somebody is known there, and to whom to speak",
    Detail.SUMMARY: "in summary",
    Detail.FULL: "in full",
}
CONSENT_WORDS: Final[Mapping[ConsentKind, str]] = {
    ConsentKind.ENGAGEMENT: "the person, or somebody who can agree for them, has agreed to early help",
    ConsentKind.CONFIDENTIALITY: "the person has agreed that what was told in confidence is passed on",
    ConsentKind.DATA_PROTECTION: "the person has given explicit consent, naming this",
    ConsentKind.STATUTORY: "the person has given the agreement that the law asks for here",
}
CASE_WORDS: Final[Mapping[CaseKind, str]] = {
    CaseKind.CONTACT: "a contact at the front door",
    CaseKind.ENQUIRY: "a child protection enquiry",
    CaseKind.PLAN: "a plan",
    CaseKind.PANEL: "a panel",
    CaseKind.TEAM: "a team around the family",
}
OBLIGATION_WORDS: Final[Mapping[str, str]] = {
    "no-onward-sharing": "pass it to nobody else without asking its holder",
    "never-to-the-person-who-harms": "never let it reach the person who harms",
    "not-in-the-family-copy": "leave it out of the family's own copy",
    "purpose-locked-by-statute": "use it for this purpose alone: the law says so",
    "record-the-decision": "write down the decision that was made with it",
    "pseudonymised-at-source": "receive it only under pseudonyms, never with names",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One thing the broker does because of a clause: what it is about, and the sentence."""

    about: str
    says: str


def understood_grant(grant: Grant, vocabulary: Vocabulary) -> tuple[Line, ...]:
    """What a clause that lets information flow makes the broker do."""
    lines = [
        Line("May tell", _listed(_discloser(one, vocabulary) for one in grant.disclosers)),
        Line("To", _listed(_recipient(one, vocabulary) for one in grant.recipients)),
        Line(
            "What",
            f"{_listed(_categories(grant.categories, vocabulary))}: {DETAIL_WORDS[grant.detail]}",
        ),
        Line("Only for", _listed(_purposes(grant.purposes, vocabulary))),
        Line("Only if", "; ".join(_conditions(grant)) or "nothing more is asked"),
        Line("How far back", _look_back(grant)),
        Line("Lawful because", _basis(grant, vocabulary)),
    ]
    if grant.obligations:
        words = _listed(OBLIGATION_WORDS.get(one, one.replace("-", " ")) for one in grant.obligations)
        lines.append(Line("Whoever receives it must", words))
    if grant.protected_address:
        lines.append(Line("A protected address", "is shown too"))
    dated = _dated(grant.in_force)
    if dated:
        lines.append(Line("When", dated))
    return tuple(lines)


def understood_prohibition(ban: Prohibition, vocabulary: Vocabulary) -> tuple[Line, ...]:
    """What a clause that forbids makes the broker do."""
    lines = [
        Line("Never from", _all_or(ban.disclosers, lambda one: _discloser(one, vocabulary), "anybody")),
        Line("Never to", _all_or(ban.recipients, lambda one: _recipient(one, vocabulary), "anybody")),
        Line("Never", "anything" if ban.categories is None else _listed(_categories(ban.categories, vocabulary))),
        Line("Not for", "any purpose" if ban.purposes is None else _listed(_purposes(ban.purposes, vocabulary))),
        Line("Whatever else", "no other clause, no consent and no agreement lifts this"),
    ]
    dated = _dated(ban.in_force)
    if dated:
        lines.append(Line("When", dated))
    return tuple(lines)


def _all_or(terms: Sequence[T] | None, word: Callable[[T], str], everything: str) -> str:
    return everything if terms is None else _listed(word(one) for one in terms)


def _discloser(one: Discloser, vocabulary: Vocabulary) -> str:
    return _body(one.organisation, one.type, vocabulary)


def _recipient(one: RecipientTerm, vocabulary: Vocabulary) -> str:
    body = _body(one.organisation, one.type, vocabulary)
    if one.roles is None:
        return f"{body} (any post)"
    titles = sorted(vocabulary.roles[role].title for role in one.roles)
    return f"{body} ({_listed(titles, 'or')})"


def _body(organisation: str | None, kind: str | None, vocabulary: Vocabulary) -> str:
    if organisation is not None:
        return vocabulary.organisations[organisation].name
    return type_in_words(kind or "")


def _categories(codes: Iterable[str], vocabulary: Vocabulary) -> list[str]:
    return sorted(vocabulary.categories[one].title.lower() for one in codes)


def _purposes(codes: Iterable[str], vocabulary: Vocabulary) -> list[str]:
    return sorted(vocabulary.purposes[one].title.lower() for one in codes)


def _conditions(grant: Grant) -> list[str]:
    found = []
    if grant.consent is not None:
        found.append(CONSENT_WORDS[grant.consent])
    if grant.holder_decides:
        found.append("its holder decides so each time")
    if grant.age is not None:
        under, least = grant.age.under, grant.age.from_age
        if least is not None and under is not None:
            found.append(f"the person is {least} or older and under {under}")
        elif under is not None:
            found.append(f"the person is under {under}")
        elif least is not None:
            found.append(f"the person is {least} or older")
    if grant.case is not None:
        kinds = None if grant.case.kinds is None else sorted(CASE_WORDS[one] for one in grant.case.kinds)
        levels = None if grant.case.levels is None else [str(one) for one in sorted(grant.case.levels)]
        words = f"it is for {_listed(kinds, 'or')}" if kinds else "it is for a case"
        found.append(words + (f" at level {_listed(levels, 'or')} of need" if levels else ""))
    return found


def _look_back(grant: Grant) -> str:
    if grant.look_back is None:
        return "no limit but how long a record may be kept"
    return f"records of the last {grant.look_back.in_words}"


def _basis(grant: Grant, vocabulary: Vocabulary) -> str:
    basis, bases = grant.basis, vocabulary.lawful_bases
    found = [f"{bases.article_6[basis.article_6].title} (UK GDPR Article 6(1)({basis.article_6}))"]
    if basis.article_9 is not None:
        found.append(f"{bases.article_9[basis.article_9].title} (Article 9(2)({basis.article_9}))")
    if basis.schedule_1 is not None:
        found.append(f"{bases.schedule_1[basis.schedule_1].title} (Data Protection Act 2018, Schedule 1)")
    if basis.article_10 is not None:
        found.append(f"{bases.article_10[basis.article_10].title} (Article 10)")
    if basis.gateway is not None:
        gateway = vocabulary.gateways[basis.gateway]
        found.append(f"{gateway.kind.value} under {gateway.provision}")
    return "; ".join(found)


def _dated(interval: Interval) -> str:
    found = []
    if interval.from_at is not None:
        found.append(f"from {uk_date(london_day(interval.from_at))}")
    if interval.until_at is not None:
        found.append(f"until {uk_date(london_day(interval.until_at))}")
    return " ".join(found)


def _listed(words: Iterable[str], last: str = "and") -> str:
    found = list(dict.fromkeys(words))
    return found[0] if len(found) == 1 else f"{', '.join(found[:-1])} {last} {found[-1]}"
