"""What is not shared, as rows that somebody can act on: the plain reason once, whom and what it is about, and
the one step that starts something.

Decides which step a reason leads to and that what says the same stands together, so that thirty sources do not
make thirty rows. INVARIANT: made from the lines a requester may be told (`broker.release.views.not_shared`)
and from nothing else. The sentences are `broker.release.next_step`'s.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum, unique
from typing import Final

from broker.decision.reasons import Told
from broker.release.in_words import TOLD_WORDS
from broker.release.profile import NotSharedLine, Profile


@unique
class Starts(StrEnum):
    """What a step starts here; `nothing` where the sentence is all there is."""

    ASK_HOLDER = "ask-holder"
    AGREEMENT_DESK = "agreement-desk"
    AGREEMENTS = "agreements"
    NOTHING = "nothing"


STARTS: Final[Mapping[Told, Starts]] = {
    Told.HOLDER_DECIDES: Starts.ASK_HOLDER,
    Told.CONSENT_NEEDED: Starts.AGREEMENT_DESK,
    Told.CONSENT_NOT_GIVEN: Starts.NOTHING,
    Told.PARTY_NOT_SIGNED: Starts.AGREEMENTS,
    Told.AGREEMENT_NOT_IN_FORCE: Starts.AGREEMENTS,
    Told.GATEWAY_NOT_IN_FORCE: Starts.AGREEMENTS,
    Told.CONDITION_NOT_MET: Starts.NOTHING,
    Told.PROHIBITED: Starts.NOTHING,
    Told.OPT_OUT: Starts.NOTHING,
}
"""In the order in which they are shown: what the reader can start stands first. Where agreement has not been
given nothing is started, so that nobody is pressed."""


@dataclass(frozen=True, slots=True)
class NotSharedRow:
    """What is not shared for one reason with one next step. `people` are ids, `kinds` and `sources` are (code,
    name), each in the order in which they came."""

    people: tuple[str, ...]
    kinds: tuple[tuple[str, str], ...]
    sources: tuple[tuple[str, str], ...]
    next_step: str


@dataclass(frozen=True, slots=True)
class NotSharedGroup:
    """Everything that is not shared for one reason."""

    reason: str
    because: str
    starts: Starts
    rows: tuple[NotSharedRow, ...]


def not_shared_groups(profile: Profile) -> Iterator[NotSharedGroup]:
    """The groups that have a row."""
    lines = profile.not_shared
    for told, starts in STARTS.items():
        rows = tuple(_rows([line for line in lines if line.reason == told]))
        if rows:
            yield NotSharedGroup(told.value, TOLD_WORDS[told.value], starts, rows)


def _rows(lines: list[NotSharedLine]) -> Iterator[NotSharedRow]:
    """Lines with the same step: first the kinds of one source about one person, then people and sources that
    have the same kinds."""
    kinds: dict[tuple[str, str, str], dict[tuple[str, str], None]] = {}
    names: dict[str, str] = {}
    for line in lines:
        names[line.controller] = line.controller_name
        key = (line.next_step, line.controller, line.person)
        kinds.setdefault(key, {})[line.category, line.category_title] = None
    people: dict[tuple[str, str, tuple[tuple[str, str], ...]], dict[str, None]] = {}
    for (step, controller, person), those in kinds.items():
        people.setdefault((step, controller, tuple(those)), {})[person] = None
    sources: dict[tuple[str, tuple[str, ...], tuple[tuple[str, str], ...]], dict[str, None]] = {}
    for (step, controller, found), who in people.items():
        sources.setdefault((step, tuple(who), found), {})[controller] = None
    for (step, persons, found), where in sources.items():
        yield NotSharedRow(persons, found, tuple((one, names[one]) for one in where), step)
