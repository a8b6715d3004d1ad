"""What the profile's codes and fields are called on the screen.

Decides wording only. Fields follow one small rule of their names (`_pounds`, `percentage`, `_on`), so that a new
category needs nothing here; what only machines need is left out. INVARIANT: no wording says, or suggests, that
something is or is not held.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import date
from typing import Any, Final

from broker.casework.front_door_words import LEVEL_IN_WORDS, OUTCOME_IN_WORDS
from broker.casework.written_down import NO_FURTHER_ACTION, REFERRAL
from broker.dates import parse_date
from broker.decision.reasons import Refusal
from broker.release.citing import Titles, clauses_in_words
from broker.release.profile import Papers, uk_date
from broker.vocabulary.codes import FieldKind

COVERAGE_WORDS: Final[Mapping[str, str]] = {
    "covered": "They share this here: nothing shown means nothing released",
    "late": "Late: their last file is overdue, so what is shown may be old",
    "agreement-not-in-force": "They do not share this now: the agreement is not in force today",
    "party-not-signed": "They do not share this yet: an organisation is not in the agreement, or has not signed",
    "prohibited": "Never shared for this purpose",
    "gateway-not-in-force": "They do not share this now: the legal power does not apply today",
    "ask-the-holder": "Ask the holder (the same for every family)",
}
TOLD_WORDS: Final[Mapping[str, str]] = {
    "consent-needed": "Agreement is needed",
    "consent-not-given": "Agreement has not been given",
    "holder-decides": "Its holder decides each time; this line is here whether or not there is anything",
    "condition-not-met": "Not for this person's age or this kind of case",
    "gateway-not-in-force": "The legal power to share does not apply here today",
    "party-not-signed": "An organisation is not in this agreement, or has not signed it",
    "agreement-not-in-force": "The agreement is not in force today",
    "prohibited": "It may not be shared for this purpose",
    "opt-out": "The person has opted out of this kind of use",
}
"""Why something is not shared; what would change it is its next step (`broker.release.next_step`)."""
REFUSAL_WORDS: Final[Mapping[str, str]] = {
    Refusal.NOT_AUTHORISED.value: "This role may not ask for this purpose.",
    Refusal.POST_ENDED.value: "This post has ended, and access with it.",
    Refusal.TRAINING_LAPSED.value: "Your training has lapsed.",
    Refusal.CASE_REQUIRED.value: "This purpose needs a case.",
    Refusal.CASE_CLOSED.value: "This case is not open.",
    Refusal.PURPOSE_NOT_IN_CASE.value: "This case was not opened for this purpose.",
    Refusal.NOT_IN_TEAM.value: "You are not in this team now.",
    "not-available": "Not available to you.",
}
DETAIL_WORDS: Final[Mapping[str, str]] = {
    "flag": "only that they are known there",
    "summary": "in summary",
    "full": "in full",
}

FOR_MACHINES: Final = frozenset({"uprn"})
"""Fields that are on no page: what they say stands beside them in words."""
_CONTACTS: Final = frozenset({REFERRAL, NO_FURTHER_ACTION})
_OUTCOMES: Final = {outcome.value: words[:1].lower() + words[1:] for outcome, words in OUTCOME_IN_WORDS.items()}
_LABELS: Final = {"source": "told by"}
_WHEN: Final = ("since ", "from ", "until ")
"""Days that say when what stands before them was so."""
_WRITTEN_DAY: Final = re.compile(r"(?<![\d/])(\d{1,2})/(\d{1,2})/(\d{4})(?![\d/])")


FIELD_TITLES: Final[Mapping[str, str]] = {
    "account": "what happened, in words",
    "actions": "what is to be done",
    "against": "against whom",
    "agreed_to_referral": "whether they agreed to the referral",
    "alleged_perpetrator": "who is said to have done it",
    "alleged_source": "who is said to be the source of it",
    "due_on": "the day it is due",
    "duty_owed": "which duty is owed to them",
    "ends_on": "the day it ends",
    "found_at": "where they were found",
    "free_meals": "whether they have free school meals",
    "from": "since when",
    "in_payment": "whether it is paid now",
    "in_service": "whether they use the service",
    "kind": "what kind it is",
    "licence_condition": "what they must keep to on licence",
    "next_conference_on": "the day of the next conference",
    "next_seen_on": "the day they are seen next",
    "nhs_number": "NHS number",
    "note": "a note, in words",
    "notice_served_on": "the day notice was served",
    "on_roll": "whether they are on the school’s roll",
    "order": "which order of a court it is",
    "order_made_on": "the day the order was made",
    "other_person": "who else was part of it",
    "outcome": "what came of it",
    "part_played": "what part they played in it",
    "percentage": "how much, as a percentage",
    "person": "who it is",
    "place": "where it was",
    "placed_at": "where they are placed",
    "provision": "what is provided",
    "reads_english": "whether they read English",
    "reason_not_asked": "why they were not asked",
    "recourse": "whether they may claim public funds",
    "review_on": "the day it is reviewed",
    "safe_contact": "how to reach them safely",
    "since": "since when",
    "source": "where it came from",
    "status": "how it stands",
    "terms": "its terms, in words",
    "uln": "unique learner number",
    "until": "until when",
    "upn": "unique pupil number",
    "uprn": "reference of the property",
    "visited_on": "the day of the visit",
    "wish": "what they wish",
    "with_whom": "with whom",
    "words": "what was said, in words",
}
"""What a field holds, where its name does not say it by itself."""


def field_title(name: str) -> str:
    """What a field holds, in words, for somebody who is shown none of it."""
    if name in FIELD_TITLES:
        return FIELD_TITLES[name]
    if name.endswith("_pounds"):
        return f"{in_words(name.removesuffix('_pounds'))} in pounds"
    return f"day of {in_words(name.removesuffix('_on'))}" if name.endswith("_on") else in_words(name)


def in_words(code: str) -> str:
    """`no-onward-sharing` or `next_seen` as words."""
    return code.replace("-", " ").replace("_", " ")


def paper_words(papers: Papers, titles: Titles) -> str:
    """Why something may be shown: clause, lawful basis, consent, detail, what must be kept to; each said once."""
    parts = (
        clauses_in_words(", ".join(papers.clauses), titles),
        "emergency access" if papers.override else "",
        ", ".join(dict.fromkeys(papers.basis)),
        *dict.fromkeys(papers.consent),
        DETAIL_WORDS.get(papers.detail, papers.detail),
        *(in_words(one) for one in papers.obligations),
    )
    return " · ".join(part for part in parts if part)


def field_words(
    category: str,
    fields: Sequence[tuple[str, Any]],
    kind_of: Callable[[str], FieldKind],
    people: Mapping[str, str],
) -> list[str]:
    """Each released field in words; `people` says how those asked for are called. A code that says who a `person`
    is stands before them: `mother: Lucy Brooks`."""
    told: list[str] = []
    role: str | None = None
    for name, value in fields:
        if name in FOR_MACHINES:
            continue
        kind = kind_of(name)
        said = _value(category, name, kind, value, people)
        if role is not None and kind is FieldKind.PERSON and name == "person":
            told[-1] = f"{role}: {said}"
        else:
            told.append(_labelled(category, name, kind, said))
        role = said if kind is FieldKind.CODE else None
    return told


def in_one_line(fields: Sequence[str]) -> str:
    """The phrases of `field_words` as one: `mother: Lucy Brooks, since 1 March 2019; address: 1 High Street`."""
    line = ""
    for one in fields:
        line += f"{', ' if one.startswith(_WHEN) else '; '}{one}" if line else one
    return line or "known, and no more is shown"


def _labelled(category: str, name: str, kind: FieldKind, said: str) -> str:
    if name.endswith("_pounds"):
        return f"{in_words(name.removesuffix('_pounds'))}: £{said}"
    if name.endswith("percentage"):
        return f"{in_words(name.removesuffix('percentage').rstrip('_') or category)}: {said} %"
    if kind is FieldKind.DATE and f"{name} " in _WHEN:
        return f"{name} {said}"
    return f"{_LABELS.get(name) or in_words(name.removesuffix('_on'))}: {said}"


def _value(category: str, name: str, kind: FieldKind, value: Any, people: Mapping[str, str]) -> str:
    text = str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
    day = parse_date(text) if kind is FieldKind.DATE else None
    if day is not None:
        return uk_date(day)
    if kind is FieldKind.PERSON:
        return people.get(text, text)
    if name == "level_of_need" and value in LEVEL_IN_WORDS:
        return f"{text} ({LEVEL_IN_WORDS[value].partition(': ')[2]})"
    if kind is FieldKind.CODE:
        return _OUTCOMES.get(text, in_words(text)) if category in _CONTACTS else in_words(text)
    return _WRITTEN_DAY.sub(_day, text) if kind is FieldKind.TEXT else text


def _day(found: re.Match[str]) -> str:
    """A day written with strokes as everybody reads it; what is no day as it was written."""
    day, month, year = map(int, found.groups())
    with suppress(ValueError):
        return uk_date(date(year, month, day))
    return found[0]
