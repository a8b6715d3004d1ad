"""Restriction of processing: kept and not used, but for the reasons the law leaves open (UK GDPR Article 18).

Decides how a restriction enters the decision: as its holder's decision to withhold, for every purpose, so that
every officer sees it as one; and what stands once it is lifted: whatever the holder had decided to withhold
besides, and none of what it had decided to release. To lift one never releases more than there was before it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum, unique
from typing import Final

from broker.decision.facts import HolderDecision, HolderRuling

_AFTER: Final = timedelta(microseconds=1)


@unique
class RestrictionGround(StrEnum):
    """Why something is restricted: Article 18(1)(a) to (d)."""

    ACCURACY_CONTESTED = "accuracy-contested"
    UNLAWFUL = "unlawful"
    NEEDED_FOR_CLAIMS = "needed-for-claims"
    OBJECTION_PENDING = "objection-pending"


@unique
class UseGround(StrEnum):
    """Why restricted information is used all the same: Article 18(2)."""

    CONSENT = "consent"
    LEGAL_CLAIMS = "legal-claims"
    PROTECT_ANOTHER = "protect-another"
    PUBLIC_INTEREST = "public-interest"


@unique
class RestrictionState(StrEnum):
    """In force until it is lifted."""

    IN_FORCE = "in-force"
    LIFTED = "lifted"


@dataclass(frozen=True, slots=True)
class Restriction:
    """Whose information of which categories one holder restricted, for which purposes, at which instant. `resumes`
    are the instants at which a use that was let through ends and it withholds again."""

    about: str
    controller: str
    categories: tuple[str, ...]
    purposes: tuple[str, ...]
    ground: RestrictionGround
    at: datetime
    resumes: tuple[datetime, ...] = ()

    def uses(self, purpose: str, case: str | None, by: str, at: datetime, until_at: datetime) -> Use:
        """What lets it be used for one purpose. A decision that has ended leaves none standing, so that the end is
        a decision to withhold again, made for its instant."""
        found = []
        for category in self.categories:
            mine = (self.about, category, self.controller, purpose)
            found.append(HolderDecision(*mine, HolderRuling.RELEASE, by, at, case, until_at))
            found.append(HolderDecision(*mine, HolderRuling.WITHHOLD, by, until_at, case))
        return Use(replace(self, resumes=(*self.resumes, until_at)), tuple(found))

    def lasts_until(self) -> datetime:
        """Before when it cannot be lifted: while a use runs, its end is decided already."""
        return max((self.at, *self.resumes))

    def rulings(self, by: str) -> Iterator[HolderDecision]:
        """The decisions to withhold that it is made of."""
        for category in self.categories:
            for purpose in self.purposes:
                yield HolderDecision(
                    self.about, category, self.controller, purpose, HolderRuling.WITHHOLD, by, self.at
                )

    def is_own(self, ruling: HolderDecision) -> bool:
        """Whether a decision is one of its own."""
        return (
            ruling.at in (self.at, *self.resumes)
            and ruling.ruling is HolderRuling.WITHHOLD
            and ruling.until_at is None
        )


@dataclass(frozen=True, slots=True)
class Use:
    """The restriction once a use is let through, and the decisions that let it."""

    restriction: Restriction
    rulings: tuple[HolderDecision, ...]


def lifting_rulings(
    restriction: Restriction, every: Iterable[HolderDecision], by: str, at: datetime
) -> tuple[HolderDecision, ...]:
    """The decisions by which it is lifted at `at`, in the order in which they are appended.

    Raises ValueError while a use runs."""
    if at < restriction.lasts_until():
        raise ValueError("a restriction is lifted once its uses have ended")
    others: dict[tuple[str, str], list[HolderDecision]] = defaultdict(list)
    for one in every:
        mine = one.about == restriction.about and one.controller == restriction.controller
        if mine and not restriction.is_own(one):
            others[one.category, one.purpose].append(one)
    found: list[HolderDecision] = []
    for category in restriction.categories:
        for purpose in restriction.purposes:
            found += _lifting(restriction, others[category, purpose], category, purpose, by, at)
    return tuple(found)


def _lifting(
    restriction: Restriction, others: list[HolderDecision], category: str, purpose: str, by: str, at: datetime
) -> Iterator[HolderDecision]:
    governing: dict[str | None, HolderDecision] = {}
    for one in sorted(others, key=lambda ruling: (ruling.at, ruling.ruling is HolderRuling.WITHHOLD)):
        governing[one.case] = one
    open_end = HolderDecision(
        restriction.about, category, restriction.controller, purpose, HolderRuling.WITHHOLD, by, at, None, at
    )
    general = governing.pop(None, None)
    base = general if general is not None and _withholds(general, at) else open_end
    yield replace(base, by=by, at=at)
    for one in governing.values():
        if _withholds(one, at):
            # One microsecond after, so that what is decided for one case comes after what is decided for all.
            yield replace(one, by=by, at=at + _AFTER)


def _withholds(ruling: HolderDecision, at: datetime) -> bool:
    return ruling.ruling is HolderRuling.WITHHOLD and (ruling.until_at is None or at < ruling.until_at)
