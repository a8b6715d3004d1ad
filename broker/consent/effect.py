"""What the consent events about a person amount to, for one cell and one kind, at an instant.

A fold over dated events, never a stored flag: withdrawing appends an event and bites at once. The order of the
reasons is the partnership's ("the first that is true"); that any one holder's refusal makes a dispute is its
caution, not the law.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
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
"""Who has standing for the data subject and category in hand, at an instant."""

_RESTRICTIVE = {ConsentDecision.GIVEN: 0, ConsentDecision.REFUSED: 1, ConsentDecision.WITHDRAWN: 2}


def _weight(event: ConsentRecord) -> tuple[datetime, int, bool, float]:
    """Latest first; at one instant the most restrictive, then the unsafe, then the one that ends first."""
    if event.kind in RAISED:
        restrictive = int(event.decision is ConsentDecision.GIVEN)
    else:
        restrictive = _RESTRICTIVE[event.decision]
    ends = float("-inf") if event.until_at is None else -event.until_at.timestamp()
    return event.at, restrictive, event.unsafe, ends


def governing(events: Sequence[ConsentRecord], kind: ConsentKind) -> ConsentRecord:
    """The one event of a signatory that governs, among those of `kind` whose scope covers the cell.

    While a refusal or withdrawal that names the category has no later `given` that names it too, later `given`s
    for all are ignored: a narrow "not this" is not undone by a general yes. `events` must not be empty.
    """
    if len(events) == 1:
        return events[0]
    if kind not in RAISED:
        named_no = [e.at for e in events if e.categories is not None and e.decision is not ConsentDecision.GIVEN]
        named_yes = [e.at for e in events if e.categories is not None and e.decision is ConsentDecision.GIVEN]
        if named_no and (not named_yes or max(named_yes) <= max(named_no)):
            since = max(named_no)
            events = [
                e
                for e in events
                if not (e.categories is None and e.decision is ConsentDecision.GIVEN and e.at > since)
            ]
    return max(events, key=_weight)


def governing_by_signatory(events: Iterable[ConsentRecord], kind: ConsentKind) -> list[ConsentRecord]:
    """The governing event of each signatory among the events given."""
    events = list(events)
    if len(events) == 1:
        return events
    by_signatory: dict[str, list[ConsentRecord]] = {}
    for event in events:
        theirs = by_signatory.get(event.signatory)
        if theirs is None:
            by_signatory[event.signatory] = [event]
        else:
            theirs.append(event)
    return [governing(theirs, kind) for theirs in by_signatory.values()]


def _is_live_given(event: ConsentRecord, at: datetime) -> bool:
    return event.decision is ConsentDecision.GIVEN and (event.until_at is None or at < event.until_at)


def consent_effect(
    events: Iterable[ConsentRecord],
    kind: ConsentKind,
    at: datetime,
    standing_at: Standing,
    *,
    may_be_best_interests: bool,
) -> ConsentEffect:
    """The effect of the events of `kind`, made by now, whose scope covers the cell.

    `may_be_best_interests` says that the person is alive, of an age to decide and lacks capacity.
    """
    ruling = governing_by_signatory(events, kind)
    standing_now = standing_at(at)
    kept = _kept(ruling, standing_now, standing_at)
    if kept:
        return _effect_of_kept(kept, at)
    if may_be_best_interests and not standing_now:
        return ConsentEffect.BEST_INTERESTS
    if any(e.signatory not in standing_now and e.signatory in standing_at(e.at) for e in ruling):
        return ConsentEffect.LAPSED
    return ConsentEffect.NO_STANDING if ruling else ConsentEffect.ABSENT


def _kept(
    ruling: Iterable[ConsentRecord], standing_now: frozenset[str], standing_at: Standing
) -> list[ConsentRecord]:
    """The governing events of those with standing now and, for a `given`, also when they signed."""
    given = ConsentDecision.GIVEN
    return [
        event
        for event in ruling
        if event.signatory in standing_now
        and (event.decision is not given or event.signatory in standing_at(event.at))
    ]


def relied_on(
    events: Iterable[ConsentRecord], kind: ConsentKind, at: datetime, standing_at: Standing
) -> tuple[ConsentRecord, ...]:
    """The events a *given* rests on: if any of them is withdrawn, what was released on them is tainted."""
    ruling = governing_by_signatory(events, kind)
    kept = _kept(ruling, standing_at(at), standing_at)
    return tuple(event for event in kept if _is_live_given(event, at))


def _effect_of_kept(kept: Sequence[ConsentRecord], at: datetime) -> ConsentEffect:
    unsafe = live = withdrawn = refused = False
    for event in kept:
        unsafe = unsafe or event.unsafe
        if event.decision is ConsentDecision.WITHDRAWN:
            withdrawn = True
        elif event.decision is ConsentDecision.REFUSED:
            refused = True
        else:
            live = live or _is_live_given(event, at)
    if unsafe:
        return ConsentEffect.UNSAFE
    if live and (withdrawn or refused):
        return ConsentEffect.DISPUTED
    if live:
        return ConsentEffect.GIVEN
    if withdrawn:
        return ConsentEffect.WITHDRAWN
    if refused:
        return ConsentEffect.REFUSED
    return ConsentEffect.EXPIRED


def stands_raised(events: Iterable[ConsentRecord], kind: ConsentKind, at: datetime, standing_at: Standing) -> bool:
    """Whether an objection or opt-out stands: any signatory with standing now (whether or not they had it then)
    has `given`, not past its end, as their governing event."""
    standing_now = standing_at(at)
    return any(
        event.signatory in standing_now and _is_live_given(event, at)
        for event in governing_by_signatory(events, kind)
    )
