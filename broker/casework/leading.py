"""Who leads a case, and a case that somebody else leads from an instant on.

Decides that whoever was named leads while they are in it and in post, and else whoever has been in it longest;
that the next lead is in it from then on; and that whoever led before is in it no longer unless they stay, and
neither is whoever covers them. Source: docs/casework.md ("Who leads").
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from broker.casework.case import Case, Membership
from broker.casework.cover import ended
from broker.casework.staff import Staff
from broker.dates import Interval


def lead_of(case: Case, staff: Mapping[str, Staff], at: datetime) -> Staff | None:
    """Whoever leads at `at`, of those in it who are in post; None where nobody is."""
    places = [
        one
        for one in case.members
        if one.interval.covers(at) and one.staff in staff and staff[one.staff].is_in_post(at)
    ]
    return staff[min(places, key=case.leads_before).staff] if places else None


def led_by(case: Case, to: str, before: str, at: datetime, *, stays: bool) -> Case:
    """The case led by `to` from `at` on, who led `before` in it still only where they stay (staff ids).

    INVARIANT: a cover's place lies within the colleague's own, so it ends with it.
    """
    changed = replace(case, lead=to)
    if not stays:
        covers = {one.staff for one in case.members if one.cover_for == before}
        changed = ended(ended(changed, [before], at), covers, at, only_cover_for=before)
    if not changed.has_member(to, at):
        changed = replace(changed, members=(*changed.members, Membership(to, Interval(at, None))))
    return changed
