"""Whether a request is looked at at all: the refusals of the request as a whole, in their order.

Source: rule 1.1, "The request as a whole". The last two depend on people; `told_refusal` says what a requester may
hear of them.
"""

from __future__ import annotations

from collections.abc import Iterator

from broker.casework import Staff
from broker.decision.facts import Facts
from broker.decision.reasons import Refusal
from broker.decision.request import Request
from broker.vocabulary.codes import Vocabulary

NEVER_PASSED_OVER = frozenset({Refusal.NOT_AUTHORISED, Refusal.POST_ENDED, Refusal.CONFLICT_OF_INTEREST})
"""What emergency access does not pass over."""


def find_refusal(vocabulary: Vocabulary, facts: Facts, request: Request, *, emergency: bool) -> Refusal | None:
    """The first refusal that is true of the request, or None. `emergency` says that an override holds, which
    passes over all but `NEVER_PASSED_OVER`. The facts must already be without protected persons."""
    for refusal in _refusals(vocabulary, facts, request):
        if not emergency or refusal in NEVER_PASSED_OVER:
            return refusal
    return None


def _refusals(vocabulary: Vocabulary, facts: Facts, request: Request) -> Iterator[Refusal]:
    actor, at = facts.staff.get(request.by), request.at
    role, purpose = vocabulary.roles.get(request.role), vocabulary.purposes.get(request.purpose)
    if actor is None or role is None or purpose is None:
        yield Refusal.NOT_AUTHORISED
        return
    if not actor.holds(request.role, at) or request.purpose not in role.purposes:
        yield Refusal.NOT_AUTHORISED
    if actor.posts_until_at is not None and actor.posts_until_at <= at:
        yield Refusal.POST_ENDED
    if actor.trained_until_at is not None and actor.trained_until_at <= at:
        yield Refusal.TRAINING_LAPSED
    if request.case is None:
        if purpose.case_required:
            yield Refusal.CASE_REQUIRED
    else:
        case = facts.cases.get(request.case)
        if case is None or not case.is_open(at):
            yield Refusal.CASE_CLOSED
        if case is None or request.purpose not in case.purposes:
            yield Refusal.PURPOSE_NOT_IN_CASE
        if case is None or ((purpose.team_only or case.restricted) and not case.has_member(actor.id, at)):
            yield Refusal.NOT_IN_TEAM
        if case is None or not case.about.issuperset(request.about):
            yield Refusal.SUBJECT_NOT_IN_CASE
    if has_personal_connection(facts, actor, frozenset(request.about)):
        yield Refusal.CONFLICT_OF_INTEREST


def has_personal_connection(facts: Facts, actor: Staff, about: frozenset[str]) -> bool:
    """Whether the actor is a requested data subject, shares a household with one, has or had any relationship with
    one (whenever it was), or has a declared link to one."""
    if not actor.links.isdisjoint(about):
        return True
    if actor.person is None:
        return False
    if actor.person in about:
        return True
    if any(actor.person in h.members and not h.members.isdisjoint(about) for h in facts.households):
        return True
    return any(
        (r.from_id == actor.person and r.to_id in about) or (r.to_id == actor.person and r.from_id in about)
        for r in facts.relationships
    )
