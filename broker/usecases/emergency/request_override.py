"""Emergency access asked for: with a second person still to approve, or alone where the partnership allows.

Decides that a request names a reason of the partnership's, a justification, a gateway in force (or vital
interests), a purpose of the role and whose staff is to approve; and that a team with an overdue review asks for
none. Nobody's data is looked at: the answer is the same whoever it is about, protected or never heard of. From
docs/rules.md 1.5 and docs/security.md section 5.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from broker.access import Verb
from broker.audit.details import is_id
from broker.audit.events import Event, Outcome
from broker.casework import Staff
from broker.casework.emergency_access import EmergencyAccess, blocks, longest_minutes, window_of
from broker.decision.plan import gateway_holds
from broker.decision.request import VITAL_INTERESTS
from broker.errors import CallWrong, NotAllowed, did_you_mean
from broker.store.overrides import find_overrides, record_override
from broker.store.session import Act
from broker.usecases.acting import Acting, Signed, entry_of, perform
from broker.usecases.emergency.emergency_access import OverrideRefused, open_window
from broker.usecases.kinds import OverrideStage
from broker.usecases.rules.rules import current_rules
from broker.usecases.world import World
from broker.vocabulary.codes import Vocabulary

MOST_PEOPLE: Final = 50
"""People in one request, as for a profile."""


@dataclass(frozen=True, slots=True)
class NewOverride:
    """Emergency access to ask for. `about` are ids as typed; `gateway` a gateway's code or `vital-interests`;
    `second_from` the organisation whose staff is to approve (None: one's own), for tier T4 the holder; `minutes`
    None is as long as the partnership allows."""

    reason: str
    justification: str
    gateway: str
    purpose: str
    about: tuple[str, ...]
    case: str | None = None
    alone: bool = False
    second_from: str | None = None
    minutes: int | None = None


@dataclass(frozen=True, slots=True)
class AccessNow:
    """Emergency access as it is after the act, and the act's instant."""

    access: EmergencyAccess
    at: datetime


def request_override(world: World, acting: Acting, new: NewOverride) -> AccessNow:
    """Asks for emergency access, and where it is taken alone opens its window. Raises CallWrong, and NotAllowed
    where the role may not, or its team has not reviewed what it used before."""

    def work(act: Act, staff: Staff) -> AccessNow | None:
        vocabulary = current_rules(act, world).table.vocabulary
        _require_fit(vocabulary, acting, staff, new, act.at)
        if find_block(act, staff):
            details = {"override": act.new_id("o-"), "reason": OverrideRefused.REVIEW_OVERDUE.value}
            act.record(
                entry_of(act, staff, Event.OVERRIDE_REFUSED, details, about=new.about, outcome=Outcome.REFUSED)
            )
            return None
        access = _asked(act, vocabulary, acting, staff, new)
        entry = entry_of(act, staff, Event.OVERRIDE_REQUESTED, _details(access), about=access.about)
        act.record(entry)
        if new.alone:
            alone = replace(access, window=window_of(vocabulary.override, act.at, access.minutes, None))
            return AccessNow(open_window(act, Signed.of(staff), alone), act.at)
        record_override(act, access, entry=entry)
        return AccessNow(access, act.at)

    found = perform(world, acting, Verb.OVERRIDE_REQUEST, work)
    if found is None:
        raise review_overdue()
    return found


def find_block(act: Act, staff: Staff) -> bool:
    """Whether an overdue review of their team keeps this member of staff from new emergency access."""
    opened = find_overrides(act, [OverrideStage.OPENED], of=staff.organisation)
    return any(blocks(one, staff, act.at) for one in opened)


def review_overdue() -> NotAllowed:
    """How it is told that a team has to wait for a review."""
    return NotAllowed(
        "emergency access",
        "a review of your team's last use is overdue; until it is done your team opens no other",
    )


def _asked(act: Act, vocabulary: Vocabulary, acting: Acting, staff: Staff, new: NewOverride) -> EmergencyAccess:
    longest = longest_minutes(vocabulary.override)
    return EmergencyAccess(
        act.new_id("o-"),
        staff.id,
        staff.organisation,
        acting.role,
        new.purpose,
        tuple(dict.fromkeys(new.about)),
        new.case,
        new.reason,
        new.justification.strip(),
        new.gateway,
        longest if new.minutes is None else min(new.minutes, longest),
        None if new.alone else new.second_from or staff.organisation,
        act.at,
        act.at if new.alone else act.at + timedelta(minutes=longest),
    )


def _details(access: EmergencyAccess) -> dict[str, str | None]:
    return {
        "override": access.id,
        "reason": access.reason,
        "purpose": access.purpose,
        "gateway": access.gateway,
        "case": access.case,
    }


def _require_fit(vocabulary: Vocabulary, acting: Acting, staff: Staff, new: NewOverride, at: datetime) -> None:
    terms, organisations = vocabulary.override, vocabulary.organisations
    for what, code, known in (
        ("reason", new.reason, terms.reasons.keys()),
        ("purpose", new.purpose, vocabulary.purposes.keys()),
        ("gateway", new.gateway, {*vocabulary.gateways, VITAL_INTERESTS}),
        ("second", new.second_from or staff.organisation, organisations.keys()),
    ):
        if code not in known:
            raise CallWrong(what, f"`{code}` is not known{did_you_mean(code, known)}")
    if not new.justification.strip():
        raise CallWrong("justification", "is missing: say in a sentence why it cannot wait")
    if not 0 < len(set(new.about)) <= MOST_PEOPLE:
        raise CallWrong("about", f"is missing: name one person or more, at most {MOST_PEOPLE}")
    if new.case is not None and not is_id(new.case):
        raise CallWrong("case", "is no case's reference; copy it from the case")
    if new.minutes is not None and new.minutes < 1:
        raise CallWrong("minutes", "is one or more")
    if new.alone and new.second_from is not None:
        raise CallWrong("second", "is nobody when you act alone; leave out one of the two")
    if new.alone and not terms.alone.allowed:
        raise NotAllowed("emergency access", "is not taken alone in this partnership; name who is to approve")
    if new.purpose not in vocabulary.roles[acting.role].purposes:
        raise NotAllowed(
            "purpose", f"`{acting.role}` may not ask for `{new.purpose}`; name a purpose of your role"
        )
    if new.gateway != VITAL_INTERESTS and not gateway_holds(
        vocabulary.gateways[new.gateway], new.purpose, organisations[staff.organisation], at
    ):
        raise CallWrong(
            "gateway", f"`{new.gateway}` is not in force today for `{staff.organisation}` and `{new.purpose}`"
        )
