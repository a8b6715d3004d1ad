"""What somebody may do so that something becomes shared: the closed register of what a remedy is made of.

Each is a value that names who does what, and can be applied to the facts or the rules at a request's instant. What
only time, the law or a free choice can change (a date, an age, a prohibition, an opt-out) is no change. Source:
rule 1.2, remedies.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Any, ClassVar, Final

from broker.consent.record import ConsentKind


@dataclass(frozen=True, slots=True)
class HolderReleases:
    """The holder decides to release the cell for this purpose."""

    change: ClassVar[str] = "holder"
    controller: str


@dataclass(frozen=True, slots=True)
class PartySigns:
    """A party signs this version of an agreement."""

    change: ClassVar[str] = "sign"
    party: str
    agreement: str
    version: int


@dataclass(frozen=True, slots=True)
class ConsentGiven:
    """Somebody with standing gives a consent of this kind for the person, naming the category."""

    change: ClassVar[str] = "consent"
    kind: ConsentKind
    by: str
    category: str


@dataclass(frozen=True, slots=True)
class AgreementRenewed:
    """The agreement, ended or lapsed, is in force again with the clauses of this version."""

    change: ClassVar[str] = "renew"
    agreement: str
    version: int


@dataclass(frozen=True, slots=True)
class ClauseAdded:
    """A clause that names the cell is added, in force and signed by both organisations; it asks nothing more."""

    change: ClassVar[str] = "clause"
    controller: str
    recipient: str
    role: str
    purpose: str
    category: str


@dataclass(frozen=True, slots=True)
class ActorJoins:
    """The member of staff joins the team of the case."""

    change: ClassVar[str] = "team"
    staff: str
    case: str


Change = HolderReleases | PartySigns | ConsentGiven | AgreementRenewed | ClauseAdded | ActorJoins
CHANGES: Final[tuple[type[Change], ...]] = (
    HolderReleases,
    PartySigns,
    ConsentGiven,
    AgreementRenewed,
    ClauseAdded,
    ActorJoins,
)
"""The closed register of what a remedy may be made of, in the order in which remedies are listed."""
_RANK: Final[Mapping[type, int]] = {kind: number for number, kind in enumerate(CHANGES)}
_NAMES: Final[Mapping[type, tuple[str, ...]]] = {kind: tuple(one.name for one in fields(kind)) for kind in CHANGES}
"""The names of what each says: all of it plain values."""

Remedy = tuple[Change, ...]
"""Changes that are needed all together, in the register's order."""
Changes = frozenset[Change]


def as_mapping(change: Change) -> dict[str, Any]:
    """The change as JSON-compatible data (docs/decide-json.md)."""
    return {"change": change.change, **{name: getattr(change, name) for name in _NAMES[type(change)]}}


def weight(change: Change) -> tuple[int, tuple[str, ...]]:
    """The order in which changes stand: by the register, then by what they name."""
    return _RANK[type(change)], tuple(str(getattr(change, name)) for name in _NAMES[type(change)])


def minimal(sets: Iterable[Changes]) -> list[Changes]:
    """Those of which no proper subset is among them, each once; smallest first."""
    kept: list[Changes] = []
    for one in sorted(set(sets), key=len):
        if not any(smaller < one for smaller in kept):
            kept.append(one)
    return kept
