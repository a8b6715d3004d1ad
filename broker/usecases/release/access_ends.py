"""When the access of whoever asked ends, as far as it is known: membership, post, training, or a window.

Decides nothing: it says what is decided elsewhere, on the profile. From docs/profile-json.md.
"""

from __future__ import annotations

from datetime import datetime

from broker.casework.emergency_access import EmergencyAccess
from broker.decision.decision import Decision


def access_until(decision: Decision, used: EmergencyAccess | None) -> datetime | None:
    """The earliest of them; None where no end is known. `used` is the emergency access it was released with."""
    request, facts = decision.request, decision.facts
    actor, case = facts.staff[request.by], facts.cases.get(request.case or "")
    ends = [actor.posts_until_at, actor.trained_until_at]
    if request.role not in actor.roles:
        ends += [one.interval.until_at for one in actor.covers if one.role == request.role]
    if used is not None and used.window is not None:
        # Emergency access passes over lapsed training.
        ends = [actor.posts_until_at, used.window.ends_at()]
    if case is not None:
        ends += [
            one.interval.until_at
            for one in case.members
            if one.staff == actor.id and one.interval.covers(request.at)
        ]
    return min((end for end in ends if end is not None), default=None)
