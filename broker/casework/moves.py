"""Stepping up, stepping down, going on: from which kind of case to which, and what a case is closed for.

Decides which moves there are, and that a step up never lowers the level of need nor a step down raises it. A move
changes kind and level; what the case is for changes only with a manager (`broker.casework.authority`). The moves
are data; the picture in docs/casework.md is made from them.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from broker.casework.case import CaseKind
from broker.errors import CallWrong


class Direction(StrEnum):
    """Whether more is done for the family from now on, or less, or the same by others."""

    UP = "step up"
    DOWN = "step down"
    ON = "goes on"


class CloseReason(StrEnum):
    """Why a case is closed; agencies keep their own records in every one of them."""

    COMPLETED = "completed"
    CONSENT_WITHDRAWN = "consent-withdrawn"
    NO_FURTHER_ACTION = "no-further-action"
    MOVED_AWAY = "moved-away"
    ALREADY_OPEN = "already-open"


@dataclass(frozen=True, slots=True)
class Move:
    """From a kind of case to another, or to another level of the same."""

    before: CaseKind
    after: CaseKind
    direction: Direction


_C, _E, _P, _T = CaseKind.CONTACT, CaseKind.ENQUIRY, CaseKind.PLAN, CaseKind.TEAM

MOVES: Final = (
    Move(_C, _E, Direction.ON),
    Move(_C, _T, Direction.ON),
    Move(_T, _T, Direction.UP),
    Move(_T, _T, Direction.DOWN),
    Move(_T, _E, Direction.UP),
    Move(_E, _P, Direction.UP),
    Move(_E, _T, Direction.DOWN),
    Move(_P, _E, Direction.DOWN),
    Move(_P, _T, Direction.DOWN),
)
"""Every move there is. A panel goes nowhere: it is heard and closed."""


def require_move(before: CaseKind, level: int, after: CaseKind, new_level: int) -> Move:
    """The move. Raises CallWrong where there is none, and where the level goes the other way."""
    if not 1 <= new_level <= 4:
        raise CallWrong("level", "is a level of need from 1 to 4")
    fitting = [one for one in MOVES if one.before is before and one.after is after]
    if not fitting:
        ways = sorted({f"`{one.after.value}`" for one in MOVES if one.before is before})
        where = f"goes on as {' or '.join(ways)}" if ways else "goes nowhere; close it"
        raise CallWrong("kind", f"a {before.value} cannot become `{after.value}`: it {where}")
    for move in fitting:
        up = new_level > level if after is before else new_level >= level
        down = new_level < level if after is before else new_level <= level
        if move.direction is Direction.ON or (move.direction is Direction.UP and up):
            return move
        if move.direction is Direction.DOWN and down:
            return move
    listed = " or a ".join(sorted({one.direction.value for one in fitting}))
    raise CallWrong("level", f"`{new_level}` after `{level}` is no {listed}")
