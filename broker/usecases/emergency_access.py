"""Emergency access on its way into the log: whether access lets it be asked and seconded, and its own entry.

Decides that whoever asks must hold `override.request` and the second person `override.approve`; whether the
override holds for the request is `broker.decision.emergency`'s to say. Every request that asks for one leaves one
entry about it, opened or refused, so that the log's size tells a requester nothing. From docs/rules.md
(emergency access, "a second authorised person") and docs/security.md section 3, point 3.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from broker.access import Access, Verb
from broker.audit.details import is_id
from broker.audit.entry import instant_text
from broker.audit.events import Event, Outcome
from broker.dates import Period, shift, start_of_day
from broker.decision.decision import Decision
from broker.decision.facts import Facts
from broker.decision.request import Override
from broker.store.session import Act
from broker.usecases.acting import Signed, entry_of
from broker.usecases.grounds import Ground, ground_text
from broker.usecases.kinds import BasisKind


class OverrideRefused(StrEnum):
    """Why emergency access that was asked for was not used, as its entry says it."""

    NOT_AUTHORISED = "not-authorised"
    SECOND_NOT_AUTHORISED = "second-not-authorised"
    NOT_A_REASON = "not-a-reason"
    DOES_NOT_HOLD = "does-not-hold"


def find_bar(access: Access, role: str, override: Override | None, facts: Facts) -> OverrideRefused | None:
    """What access says against the override, or None. `role` is the role its requester acts in; of the second
    person any role counts, because they are not asked in which they act. Access alone decides, never anybody's
    data."""
    if override is None:
        return None
    if access.find_role([role], Verb.OVERRIDE_REQUEST) is None:
        return OverrideRefused.NOT_AUTHORISED
    if override.second is None:
        return None
    second = facts.staff.get(override.second)
    if second is None or access.find_role(second.roles, Verb.OVERRIDE_APPROVE) is None:
        return OverrideRefused.SECOND_NOT_AUTHORISED
    return None


def open_override(act: Act, signed: Signed, decision: Decision) -> tuple[str, Ground]:
    """The entry of emergency access, before that of the release which rests on it: its id and its ground."""
    request, emergency = decision.request, decision.emergency
    override = request.override
    # INVARIANT: called only where an override was asked for and holds.
    if override is None or emergency is None:
        raise LookupError("no emergency access to open")
    terms = decision.table.vocabulary.override
    ground: Ground = (BasisKind.OVERRIDE, act.new_id("o-"))
    alone = emergency.second is None
    details: dict[str, Any] = {
        "override": ground[1],
        "reason": override.reason,
        "minutes": terms.minutes,
        "introduces": [ground_text(ground)],
        "until": instant_text(request.at + timedelta(minutes=terms.minutes)),
        "alone": alone,
        "gateway": override.gateway,
        "second": override.second,
        "case": request.case if request.case is not None and is_id(request.case) else None,
        "purpose": request.purpose,
        "review_due_at": _review_due(request.at, terms.alone.review if alone else terms.review),
    }
    outcome = Outcome.PERMITTED
    act.record(entry_of(act, signed, Event.OVERRIDE_OPENED, details, about=request.about, outcome=outcome))
    return ground[1], ground


def refuse_override(
    act: Act, signed: Signed, decision: Decision, override: Override, bar: OverrideRefused | None
) -> None:
    """The entry of emergency access that was asked for and not used."""
    known = override.reason in decision.table.vocabulary.override.reasons
    why = bar or (OverrideRefused.DOES_NOT_HOLD if known else OverrideRefused.NOT_A_REASON)
    details = {"override": act.new_id("o-"), "reason": why.value}
    about = decision.request.about
    act.record(entry_of(act, signed, Event.OVERRIDE_REFUSED, details, about=about, outcome=Outcome.REFUSED))


def _review_due(at: datetime, length: str) -> str | None:
    """`PT24H` is hours from now; a period of days ends with that day."""
    if length.startswith("PT") and length.endswith("H") and length[2:-1].isdigit():
        return instant_text(at + timedelta(hours=int(length[2:-1])))
    period = Period.parse(length)
    return None if period is None else instant_text(start_of_day(shift(at.date(), period)) + timedelta(days=1))
