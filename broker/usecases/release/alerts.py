"""Silent alerts: somebody is told, and nothing of it shows in any answer.

Decides which requests alert whom: a conflict of interest the organisation of whoever asked, a hard stop met by a
protective request its holder, a protected person named those who know them. An alert is a notice written under the
entry the request has anyway, so that it costs no entry of its own: the log's size tells a requester nothing. From
docs/rules.md and docs/security.md section 4.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from broker.audit.entry import AuditEntry
from broker.decision.decision import Decision
from broker.decision.facts import Facts
from broker.decision.reasons import Refusal
from broker.people import ProtectionMarker
from broker.store.links import find_links
from broker.store.notices import NewNotice, queue_notices
from broker.store.session import Act
from broker.usecases.acting import DEPLOYMENT
from broker.vocabulary.codes import Tier

CONFLICT: Final = "alert-conflict-of-interest"
HARD_STOP: Final = "alert-hard-stop"
PROTECTED: Final = "alert-protected-person"
PROTECTED_MADE_KNOWN: Final = "alert-protected-made-known"
LIFT_PROPOSED: Final = "alert-protection-lift-proposed"
PROTECTION_LIFTED: Final = "alert-protection-lifted"
PROTECTED_IN_CONTACT: Final = "alert-protected-in-contact"
EMERGENCY_ALONE: Final = "alert-emergency-alone"


def raise_alerts(act: Act, decision: Decision, raw: Facts, disclosure_id: str, *, entry: AuditEntry) -> None:
    """Queues the alerts this request causes, if any, in this act."""
    notices = [*_conflict(act, decision), *_hard_stops(act, decision), *_protected(act, decision, raw)]
    if decision.emergency is not None and decision.emergency.second is None:
        notices += [NewNotice(EMERGENCY_ALONE, one, act.at, {}) for one in _both_sides(decision)]
    for notice in notices:
        notice.body.update({"disclosure": disclosure_id, "by": decision.request.by})
    queue_notices(act, notices, entry=entry)


def _conflict(act: Act, decision: Decision) -> Iterator[NewNotice]:
    actor = decision.facts.staff.get(decision.request.by)
    if decision.refusal is Refusal.CONFLICT_OF_INTEREST and actor is not None:
        yield NewNotice(CONFLICT, actor.organisation, act.at, {"about": list(decision.request.about)})


def _hard_stops(act: Act, decision: Decision) -> Iterator[NewNotice]:
    if decision.plan is None or not decision.plan.purpose.protective:
        return
    vocabulary = decision.table.vocabulary
    asked = frozenset(ruling.person.id for ruling in decision.rulings)
    for header in decision.facts.records:
        tier = max(vocabulary.categories[header.category].tier, vocabulary.organisations[header.controller].tier)
        if tier is Tier.T5 and header.recorded_at <= decision.request.at and header.about & asked:
            yield NewNotice(HARD_STOP, header.controller, act.at, {"record": header.id})


def _protected(act: Act, decision: Decision, raw: Facts) -> Iterator[NewNotice]:
    if not decision.named_protected:
        return
    yield from protected_alerts(act, decision.request.about, raw)


def protected_alerts(act: Act, person_ids: Iterable[str], raw: Facts) -> list[NewNotice]:
    """The alerts that some of these people are protected and were asked for or searched for; none where nobody is.
    `raw` are the facts with protected people in them."""
    return _to_custodians(act, PROTECTED, person_ids, raw)


def made_known_alerts(act: Act, person_ids: Iterable[str], raw: Facts) -> list[NewNotice]:
    """The alerts that somebody was made known of whom the same is said as of some of these people, who are
    protected: a second id of theirs would be protected from nobody. None where nobody is."""
    return _to_custodians(act, PROTECTED_MADE_KNOWN, person_ids, raw)


def _to_custodians(act: Act, topic: str, person_ids: Iterable[str], raw: Facts) -> list[NewNotice]:
    named = [
        one for one in person_ids if one in raw.people and ProtectionMarker.PROTECTED in raw.people[one].markers
    ]
    theirs: dict[str, list[str]] = {}
    for person in named:
        # Each is told of whom it knows: that somebody is protected is nobody else's to learn.
        for custodian in custodians_of(act, [person]):
            theirs.setdefault(custodian, []).append(person)
    return [NewNotice(topic, one, act.at, {"about": people}) for one, people in sorted(theirs.items())]


def custodians_of(act: Act, person_ids: Iterable[str]) -> tuple[str, ...]:
    """The organisations that know any of these people; whoever runs the deployment where none does."""
    return tuple(sorted({link.controller for link in find_links(act, person_ids)})) or (DEPLOYMENT,)


def _both_sides(decision: Decision) -> list[str]:
    """The privacy officers of the recipient and of every organisation whose cells the emergency reached."""
    found = {decision.plan.recipient.code} if decision.plan is not None else set()
    found.update(
        controller
        for _, _, controller, outcome in decision.cells()
        if any(passing.grant is None for passing in outcome.passing)
    )
    return sorted(found)
