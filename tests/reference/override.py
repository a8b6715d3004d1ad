"""Emergency access: whether the override of a request is well formed, and which cells it reaches.

Decides nothing about what comes after (logging, review). From the rules (docs/rules.md, part 1), **Override**.
"""

from __future__ import annotations

from dataclasses import dataclass

from tests.reference.clauses import gateway_covers, is_prohibited_by_duties
from tests.reference.conflict import has_conflict
from tests.reference.facts import Cell, Doc, World, lowest_detail, tier_rank
from tests.reference.instants import within

VITAL_INTERESTS = "vital-interests"


@dataclass(frozen=True)
class Reach:
    """How far an override goes: the highest tier, the detail, and the second person's organisation, if one."""

    max_tier: str
    detail: str
    second_organisation: str | None


def override_of(world: World) -> Doc | None:
    """The override a request carries, if any."""
    override: Doc | None = world.request.get("override")
    return override


def names_a_reason(world: World, override: Doc) -> bool:
    """“Names a reason from `policies/override.yaml`, a justification.”"""
    reasons = {reason["code"] for reason in world.policies["override"]["reasons"]}
    return override["reason"] in reasons and bool(override["justification"].strip())


def gateway_allows(world: World, override: Doc, controller: str | None) -> bool:
    """“A gateway in force for this discloser, recipient and purpose (or vital interests)”; with no controller,
    all but the discloser is asked.
    """
    code = override.get("gateway")
    if code == VITAL_INTERESTS:
        return True
    return code in world.gateways and gateway_covers(world, world.gateways[code], controller)


def is_authorised_second(world: World, second: Doc) -> bool:
    """“A second authorised person”: somebody else, in post and trained, with a role that may ask for this
    purpose, and without a conflict of interest of their own.
    """
    actor = world.actor
    is_same = second["id"] == actor["id"] or (
        second.get("person") is not None and second.get("person") == actor.get("person")
    )
    return (
        not is_same
        and within(world.at, None, second.get("posts_until"))
        and within(world.at, None, second.get("trained_until"))
        and any(world.request["purpose"] in world.role_purposes[role] for role in second["roles"])
        and not has_conflict(world, second)
    )


def reach(world: World) -> Reach | None:
    """How far the override goes, or None when there is none or it is not well formed: “a second authorised person
    ... (or, where the policy allows, nobody, with lower detail and a tighter review clock)”.
    """
    override = override_of(world)
    if override is None or not names_a_reason(world, override) or not gateway_allows(world, override, None):
        return None
    rules = world.policies["override"]
    if override.get("second") is None:
        alone = rules["alone"]
        if not alone["allowed"]:
            return None
        max_tier = min([alone["max_tier"], rules["max_tier"]], key=tier_rank)
        return Reach(max_tier, lowest_detail([alone["detail"], rules["detail"]]), None)
    second = world.staff[override["second"]]
    if not is_authorised_second(world, second):
        return None
    return Reach(rules["max_tier"], rules["detail"], second["organisation"])


def second_belongs(world: World, going: Reach, cell: Cell) -> bool:
    """“Who for T4 belongs to the controller”; whether somebody alone may reach T4 is the policy's
    `alone.max_tier`.
    """
    is_t4 = world.tier(cell.category, cell.controller) == "T4"
    return not is_t4 or going.second_organisation in (None, cell.controller)


def override_detail(world: World, cell: Cell) -> str | None:
    """The detail at which the override permits a denied or referred cell, or None: “for cells up to the policy's
    tier at the policy's detail”; “never over ... hard stops, protected persons or prohibitions of the duties”.
    """
    going = reach(world)
    tier = world.tier(cell.category, cell.controller)
    override = override_of(world)
    if going is None or override is None or tier == "T5" or tier_rank(tier) > tier_rank(going.max_tier):
        return None
    if not gateway_allows(world, override, cell.controller) or not second_belongs(world, going, cell):
        return None
    return None if is_prohibited_by_duties(world, cell.controller, cell.category) else going.detail
