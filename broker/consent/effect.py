"""What the consent events about a person amount to, for one kind, at an instant, over a whole set of cells.

A fold over dated events, never a stored flag: withdrawing appends an event and bites at once. The order of the
reasons is the partnership's ("the first that is true"); that any one holder's refusal makes a dispute is its
caution, not the law. Cells are bits of an integer; what a bit stands for is the caller's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from enum import StrEnum

from broker.consent.record import RAISED, ConsentDecision, ConsentKind, ConsentRecord


class ConsentEffect(StrEnum):
    """The result for one cell and kind; the codes other than `given` are reasons of the decision."""

    GIVEN = "given"
    UNSAFE = "consent-unsafe"
    DISPUTED = "consent-disputed"
    WITHDRAWN = "consent-withdrawn"
    REFUSED = "consent-refused"
    EXPIRED = "consent-expired"
    BEST_INTERESTS = "consent-best-interests"
    LAPSED = "consent-lapsed"
    NO_STANDING = "consent-no-standing"
    ABSENT = "consent-absent"


Standing = Callable[[datetime], frozenset[str]]
"""Who has standing for the data subject and the cells in hand, at an instant."""

Scoped = tuple[ConsentRecord, int]
"""An event and the cells its scope covers, or those it governs."""

_RESTRICTIVE = {ConsentDecision.GIVEN: 0, ConsentDecision.REFUSED: 1, ConsentDecision.WITHDRAWN: 2}


def _weight(scoped: Scoped) -> tuple[datetime, int, bool, float]:
    """Latest last; at one instant the most restrictive, then the unsafe, then the one that ends first."""
    event = scoped[0]
    if event.kind in RAISED:
        restrictive = int(event.decision is ConsentDecision.GIVEN)
    else:
        restrictive = _RESTRICTIVE[event.decision]
    ends = float("-inf") if event.until_at is None else -event.until_at.timestamp()
    return event.at, restrictive, event.unsafe, ends


def governing(events: Iterable[Scoped], kind: ConsentKind) -> list[Scoped]:
    """Which event of each signatory governs which cells, among events of `kind` with the cells each covers.

    The latest governs. But while a refusal or withdrawal that names the category has no later `given` that names
    it too, later `given`s for all are ignored there: a narrow "not this" is not undone by a general yes. For
    objections and opt-outs naming makes no difference.
    """
    by_signatory: dict[str, list[Scoped]] = {}
    for scoped in events:
        by_signatory.setdefault(scoped[0].signatory, []).append(scoped)
    ruling: list[Scoped] = []
    for theirs in by_signatory.values():
        if len(theirs) > 1:
            theirs.sort(key=_weight)
        named_no = 0
        governed: list[Scoped] = []
        for event, cells in theirs:
            if kind not in RAISED:
                named = event.categories is not None
                if event.decision is not ConsentDecision.GIVEN:
                    named_no |= cells if named else 0
                elif named:
                    named_no &= ~cells
                else:
                    cells &= ~named_no
            if cells:
                governed = [(earlier, held & ~cells) for earlier, held in governed]
                governed.append((event, cells))
        ruling += governed
    return ruling


def _is_live_given(event: ConsentRecord, at: datetime) -> bool:
    return event.decision is ConsentDecision.GIVEN and (event.until_at is None or at < event.until_at)


def consent_effects(
    events: Iterable[Scoped],
    kind: ConsentKind,
    at: datetime,
    standing_at: Standing,
    wanted: int,
    *,
    may_be_best_interests: bool,
) -> dict[ConsentEffect, int]:
    """The wanted cells by effect, from the events of `kind` made by now with the cells each covers.

    Standing must be the same for all the wanted cells. `may_be_best_interests` says that the person is alive, of
    an age to decide and lacks capacity.
    """
    standing_now = standing_at(at)
    unsafe = live = withdrawn = refused = expired = lapsed = no_standing = 0
    for event, governed in governing(events, kind):
        cells = governed & wanted
        if not cells:
            continue
        has_now = event.signatory in standing_now
        given = event.decision is ConsentDecision.GIVEN
        if not has_now or (given and event.signatory not in standing_at(event.at)):
            # Not kept: whoever decided cannot decide now, or could not when they gave it.
            if not has_now and event.signatory in standing_at(event.at):
                lapsed |= cells
            else:
                no_standing |= cells
            continue
        if event.unsafe:
            unsafe |= cells
        if event.decision is ConsentDecision.WITHDRAWN:
            withdrawn |= cells
        elif event.decision is ConsentDecision.REFUSED:
            refused |= cells
        elif _is_live_given(event, at):
            live |= cells
        else:
            expired |= cells
    found: dict[ConsentEffect, int] = {}
    left = wanted
    for effect, cells in (
        (ConsentEffect.UNSAFE, unsafe),
        (ConsentEffect.DISPUTED, live & (withdrawn | refused)),
        (ConsentEffect.GIVEN, live),
        (ConsentEffect.WITHDRAWN, withdrawn),
        (ConsentEffect.REFUSED, refused),
        (ConsentEffect.EXPIRED, expired),
        (ConsentEffect.BEST_INTERESTS, left if may_be_best_interests and not standing_now else 0),
        (ConsentEffect.LAPSED, lapsed),
        (ConsentEffect.NO_STANDING, no_standing),
        (ConsentEffect.ABSENT, left),
    ):
        if cells & left:
            found[effect] = cells & left
            left &= ~cells
            if not left:
                break
    return found


def relied_on(
    events: Iterable[Scoped], kind: ConsentKind, at: datetime, standing_at: Standing, wanted: int
) -> list[Scoped]:
    """The events a *given* rests on, with the wanted cells each governs: if one of them is withdrawn, what was
    released on it there is tainted."""
    standing_now = standing_at(at)
    return [
        (event, cells & wanted)
        for event, cells in governing(events, kind)
        if cells & wanted
        and event.signatory in standing_now
        and _is_live_given(event, at)
        and event.signatory in standing_at(event.at)
    ]


def raised_cells(
    events: Iterable[Scoped], kind: ConsentKind, at: datetime, standing_at: Standing, wanted: int
) -> int:
    """The wanted cells for which an objection or opt-out stands: any signatory with standing now (whether or not
    they had it then) has `given`, not past its end, as their governing event."""
    standing_now = standing_at(at)
    cells = 0
    for event, governed in governing(events, kind):
        if event.signatory in standing_now and _is_live_given(event, at):
            cells |= governed & wanted
    return cells
