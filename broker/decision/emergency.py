"""Emergency access (override): whether it may be used for this request, and over which cells.

It needs a reason of the partnership's, a justification, a gateway in force for the recipient and purpose (or vital
interests) and a second authorised person; or, where the partnership allows, nobody, with lower detail. It never
lifts a hard stop, a prohibition of the duties or a protection, and is always marked, logged and reviewed.
"""

from __future__ import annotations

from dataclasses import dataclass

from broker.casework import Staff
from broker.decision.admission import has_personal_connection
from broker.decision.facts import Facts
from broker.decision.plan import gateway_holds
from broker.decision.request import VITAL_INTERESTS, Override, Request
from broker.decision.universe import Universe
from broker.vocabulary.codes import Detail, Gateway, Tier, Vocabulary


@dataclass(frozen=True, slots=True)
class Emergency:
    """An override that may be used: up to which tier, at which detail, through which gateway (None: vital
    interests), and the second person (None: taken alone)."""

    max_tier: Tier
    detail: Detail
    gateway: Gateway | None
    second: Staff | None

    def cells(self, vocabulary: Vocabulary, universe: Universe) -> int:
        """The cells it may turn into a permit, hard stops and prohibitions of the duties aside: within the tier,
        from a controller the gateway lets disclose, and for T4 only from the second person's own organisation."""
        reachable = 0
        for controller in universe.controllers:
            organisation = vocabulary.organisations[controller]
            if self.gateway is not None and not self.gateway.lets(organisation):
                continue
            for category in universe.categories:
                tier = max(vocabulary.categories[category].tier, organisation.tier)
                if tier > self.max_tier:
                    continue
                if tier >= Tier.T4 and self.second is not None and self.second.organisation != controller:
                    continue
                reachable |= 1 << universe.bit(controller, category)
        return reachable


def emergency_of(vocabulary: Vocabulary, facts: Facts, request: Request) -> Emergency | None:
    """The override the request may use, or None when it asks for none or for one that does not hold."""
    override = request.override
    if override is None or override.reason not in vocabulary.override.reasons:
        return None
    if not override.justification.strip():
        return None
    actor = facts.staff[request.by]
    gateway: Gateway | None = None
    if override.gateway != VITAL_INTERESTS:
        gateway = vocabulary.gateways.get(override.gateway)
        recipient = vocabulary.organisations[actor.organisation]
        if gateway is None or not gateway_holds(gateway, request.purpose, recipient, request.at):
            return None
    terms = vocabulary.override
    if override.second is None:
        if not terms.alone.allowed:
            return None
        return Emergency(
            min(terms.max_tier, terms.alone.max_tier), min(terms.detail, terms.alone.detail), gateway, None
        )
    second = _authorised_second(vocabulary, facts, request, override, actor)
    return None if second is None else Emergency(terms.max_tier, terms.detail, gateway, second)


def _authorised_second(
    vocabulary: Vocabulary, facts: Facts, request: Request, override: Override, actor: Staff
) -> Staff | None:
    """The second person: somebody else (not the same human being), in post and trained at the instant, with a role
    that may ask for this purpose and no personal connection to anybody asked for."""
    second = facts.staff.get(override.second or "")
    if second is None or second.id == actor.id:
        return None
    if second.person is not None and second.person == actor.person:
        return None
    if second.posts_until_at is not None and second.posts_until_at <= request.at:
        return None
    if second.trained_until_at is not None and second.trained_until_at <= request.at:
        return None
    held = [vocabulary.roles[role] for role in second.roles if role in vocabulary.roles]
    if not any(request.purpose in role.purposes for role in held):
        return None
    return None if has_personal_connection(facts, second, frozenset(request.about)) else second
