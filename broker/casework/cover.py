"""Cover: somebody stands in for a colleague in a post, from an instant until another, and not a minute longer.

Decides what standing in gives: the colleague's places in cases for that time, never beyond the colleague's own,
and the role itself only where whoever covers does not hold it anyway. Restricted cases are left out: who is in one
is said by name. Source: docs/casework.md.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from broker.casework.case import Case, Membership
from broker.dates import Interval


def earlier(one: datetime | None, other: datetime | None) -> datetime | None:
    """The earlier of two ends; None is an open one."""
    if one is None or other is None:
        return one if other is None else other
    return min(one, other)


def covered(case: Case, colleague: str, cover: str, interval: Interval) -> Case | None:
    """The case with somebody covering the colleague in it; None where there is nothing to cover.

    INVARIANT: a cover's place lies within the colleague's own.
    """
    if case.restricted or not case.is_open(interval.from_at or case.opened_at):
        return None
    own = [
        one
        for one in case.members
        if one.staff == colleague and (interval.from_at is None or one.interval.covers(interval.from_at))
    ]
    if not own:
        return None
    until = earlier(interval.until_at, own[-1].interval.until_at)
    place = Membership(cover, Interval(interval.from_at, until), cover_for=colleague)
    return replace(case, members=(*case.members, place))


def ended(case: Case, members: Iterable[str], at: datetime, *, only_cover_for: str | None = None) -> Case:
    """The case without these members from `at` on (and without their places still to come); where `only_cover_for`
    is given, only their places in that colleague's stead end."""
    going = frozenset(members)

    def capped(one: Membership) -> Membership:
        if one.staff not in going or (only_cover_for is not None and one.cover_for != only_cover_for):
            return one
        until = earlier(one.interval.until_at, at)
        return replace(one, interval=Interval(earlier(one.interval.from_at, until), until))

    return replace(case, members=tuple(capped(one) for one in case.members))
