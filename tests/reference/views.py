"""The two views of one decision.

From the rules (docs/rules.md, part 2), and 3.1 for the names of the keys.
"""

from __future__ import annotations

from tests.reference.cells import TESTS_A_TO_E, Decided
from tests.reference.clauses import grants_naming, paper_reason
from tests.reference.facts import Doc, World, tier_rank
from tests.reference.instants import instant, instant_after
from tests.reference.next_steps import officer_step, told_step
from tests.reference.records import RecordDecided

TOLD_ORDER = (
    "consent-needed",
    "consent-not-given",
    "holder-decides",
    "condition-not-met",
    "gateway-not-in-force",
    "party-not-signed",
    "agreement-not-in-force",
    "prohibited",
    "opt-out",
)
TOLD_AS = {
    "consent-absent": "consent-needed",
    "consent-expired": "consent-needed",
    "consent-lapsed": "consent-needed",
    "consent-no-standing": "consent-needed",
    "consent-refused": "consent-not-given",
    "consent-withdrawn": "consent-not-given",
    "consent-disputed": "consent-not-given",
    "consent-unsafe": "consent-not-given",
    "consent-best-interests": "holder-decides",
    "objection": "holder-decides",
    "objection-stops": "holder-decides",
    "holder-withheld": "holder-decides",
}
REASON_ORDER = (
    *("hard-stop", "prohibited", "opt-out", "holder-withheld", "no-clause", "agreement-not-in-force"),
    *("party-not-signed", "gateway-not-in-force", "condition-not-met", "consent-unsafe", "consent-disputed"),
    *("consent-withdrawn", "consent-refused", "consent-expired", "consent-best-interests", "consent-lapsed"),
    *("consent-no-standing", "consent-absent", "objection-stops", "objection", "holder-decides"),
)
ASK_THE_HOLDER = "ask-the-holder"


def is_explained(world: World, category: str, controller: str) -> bool:
    """“(The cell's tier is T0–T2, or its category says `explain: true` and the controller's own tier is at most
    T2; a category may also say `explain: false`)”. What is T5 is never explained: there is no word for it.
    """
    explain = world.categories[category].get("explain")
    tier = world.tier(category, controller)
    if explain is False or tier == "T5":
        return False
    own_tier = world.organisations[controller].get("tier", "T0")
    return tier_rank(tier) <= tier_rank("T2") or (explain is True and tier_rank(own_tier) <= tier_rank("T2"))


def told_reason(reasons: frozenset[str]) -> str:
    """“Where several apply, the first of ...”"""
    return min((TOLD_AS.get(reason, reason) for reason in reasons), key=TOLD_ORDER.index)


def not_shared(world: World, decided: list[Decided]) -> list[Doc]:
    """“Denied and referred cells of requested people that some grant names, **only** where explained.”"""
    return [
        {
            "person": each.cell.person,
            "category": each.cell.category,
            "controller": each.cell.controller,
            "reason": told_reason(each.reasons),
            "next_step": told_step(world, told_reason(each.reasons), each.cell.category, each.cell.controller),
        }
        for each in decided
        if each.effect != "permit"
        and each.naming
        and is_explained(world, each.cell.category, each.cell.controller)
    ]


def is_due(world: World, feed: Doc) -> bool:
    """Whether the period promised has run out since the last was received."""
    return instant_after(instant(feed["last_received"]), feed["every"]) <= world.at


def is_late(world: World, category: str, controller: str) -> bool:
    """“`late` when the controller's feed for it is behind its promise”: from the instant the next one was due."""
    return any(
        feed["controller"] == controller
        and (feed["categories"] == "all" or category in feed["categories"])
        and (feed.get("last_received") is None or is_due(world, feed))
        for feed in world.scenario.get("feeds", [])
    )


def coverage_state(world: World, category: str, controller: str) -> str | None:
    """“For each controller and category that some grant names for this purpose and recipient, `covered`, or the
    best of ... (tests a–d alone); `late` ...; and for every cell that is not explained one fixed line,
    `ask-the-holder`.” The best is the failure furthest down the tests; lateness matters where something is
    covered.
    """
    reasons = {
        paper_reason(world, grant, controller, category) for grant in grants_naming(world, controller, category)
    }
    if not reasons:
        return None
    if not is_explained(world, category, controller):
        return ASK_THE_HOLDER
    if None in reasons:
        return "late" if is_late(world, category, controller) else "covered"
    return max((reason for reason in reasons if reason is not None), key=TESTS_A_TO_E.index)


def coverage(world: World) -> list[Doc]:
    """“Never depends on any person.” By controller, then category."""
    return [
        {"controller": controller, "category": category, "state": state}
        for controller in sorted(world.organisations)
        for category in sorted(world.categories)
        if (state := coverage_state(world, category, controller)) is not None
    ]


def first_reason(reasons: frozenset[str]) -> tuple[str, str | None]:
    """Of several reasons the one that would be told first, and what would be told; a hard stop and a cell that
    nothing names are never told.
    """
    if reasons & {"hard-stop", "no-clause"}:
        return min(reasons), None
    told = told_reason(reasons)
    candidates = [reason for reason in reasons if TOLD_AS.get(reason, reason) == told]
    return min(candidates, key=REASON_ORDER.index), told


def officer_next_step(world: World, each: Decided) -> Doc | None:
    """The next step of a cell that is not permitted."""
    if each.effect == "permit":
        return None
    reason, told = first_reason(each.reasons)
    return officer_step(world, reason, told, each.cell.category, each.cell.controller)


def officer_cells(world: World, decided: list[Decided]) -> list[Doc]:
    """“Every cell ... with effect, reasons, clauses”; `clauses` is “every passing grant”. Remedies are judged on
    their own (`remedies`).
    """
    return [
        {
            "person": each.cell.person,
            "category": each.cell.category,
            "controller": each.cell.controller,
            "effect": each.effect,
            "detail": each.detail,
            "reasons": sorted(each.reasons),
            "clauses": sorted(grant.ref for grant in each.passing),
            "remedies": [],
            "next_step": officer_next_step(world, each),
        }
        for each in decided
    ]


def officer_record(each: RecordDecided) -> Doc:
    """`id`, `about`, `controller`, `category`, `detail`, `fields`, `clauses`, and `reasons` of those withheld."""
    shown = {
        "id": each.record["id"],
        "about": sorted(set(each.record["about"])),
        "controller": each.record["controller"],
        "category": each.record["category"],
        "detail": each.detail,
        "fields": each.fields,
        "clauses": list(each.clauses),
    }
    return shown if each.is_released else shown | {"reasons": sorted(each.reasons)}


def requester_record(each: RecordDecided) -> Doc:
    """The same for the requester, who is not told about whom else it is: “released for those cleared”."""
    return officer_record(each) | {"about": sorted(each.cleared)}


def officer_view(world: World, decided: list[Decided], records: list[RecordDecided]) -> Doc:
    """“**Officer view** (`broker decide` prints it whole)”"""
    return {"cells": officer_cells(world, decided), "records": [officer_record(each) for each in records]}


def requester_view(world: World, decided: list[Decided], records: list[RecordDecided]) -> Doc:
    """“**Requester view.** What was released ... Then **coverage** and **not shared**.”"""
    return {
        "records": [requester_record(each) for each in records if each.is_released],
        "not_shared": not_shared(world, decided),
        "coverage": coverage(world),
    }
