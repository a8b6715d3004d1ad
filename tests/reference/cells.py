"""One cell: permit, refer or deny, and why.

From the rules (docs/rules.md, part 1), **A cell** is decided in this order: 1 to 9.
"""

from __future__ import annotations

from dataclasses import dataclass

from tests.reference.clauses import (
    Grant,
    gateway_of,
    grants,
    grants_naming,
    is_prohibited_by_duties,
    meets_condition,
    names_controller,
    paper_reason,
)
from tests.reference.consent import consent_reason, is_raised
from tests.reference.facts import Cell, Doc, World, highest_detail
from tests.reference.holder import holder_decision
from tests.reference.instants import day, instant, start_of_day
from tests.reference.override import override_detail

REFER_REASONS = ("consent-disputed", "consent-unsafe", "consent-best-interests", "objection", "holder-decides")
TESTS_A_TO_E = (
    "agreement-not-in-force",
    "party-not-signed",
    "prohibited",
    "gateway-not-in-force",
    "condition-not-met",
)
DEFAULT_OBJECTION = {"duty": "none", "power": "weigh"}


@dataclass(frozen=True)
class Decided:
    """A cell decided. `passing` are the grants that passed; `override_detail` is set where only an override
    permits; `naming` are all grants that name it.
    """

    cell: Cell
    effect: str
    detail: str | None
    reasons: frozenset[str]
    passing: tuple[Grant, ...]
    naming: tuple[Grant, ...]
    override_detail: str | None = None

    @property
    def is_permitted(self) -> bool:
        """Whether the effect is permit."""
        return self.effect == "permit"


def objection_mode(world: World, grant: Grant) -> str:
    """“objection (opt) stops | weigh | none: duty none, power weigh”; with no gateway, weigh."""
    gateway = gateway_of(world, grant)
    if gateway is None:
        return "weigh"
    mode: str = gateway.get("objection") or DEFAULT_OBJECTION[gateway["kind"]]
    return mode


def objection_reason(world: World, grant: Grant, cell: Cell) -> str | None:
    """Test g. “gateway `objection: stops` → `objection-stops`; `weigh` (or no gateway), unless the purpose is
    `protective` or the Article 6 basis is neither e nor f → `objection`; `none` → nothing”.
    """
    mode = objection_mode(world, grant)
    if mode == "none" or not is_raised(world, cell, "objection"):
        return None
    if mode == "stops":
        return "objection-stops"
    is_weighed = not world.purpose.get("protective", False) and grant.body["lawful_basis"]["article_6"] in (
        "e",
        "f",
    )
    return "objection" if is_weighed else None


def test_results(world: World, grant: Grant, cell: Cell) -> list[tuple[str, str | None]]:
    """Each test of a grant in its order, with its reason where it fails."""
    paper = paper_reason(world, grant, cell.controller, cell.category)
    demanded = grant.body.get("consent")
    return [
        ("a-d", paper),
        ("e", None if meets_condition(world, grant, cell.person) else "condition-not-met"),
        ("f", None if demanded is None else consent_reason(world, cell, demanded)),
        ("g", objection_reason(world, grant, cell)),
        ("h", "holder-decides" if grant.body.get("decision") == "holder" else None),
    ]


def failure(world: World, grant: Grant, cell: Cell) -> tuple[int, str] | None:
    """“Its first failure is its reason”: (how far down the list a-h, the reason), or None when the grant passes.
    “Where the reason is one of the **refer reasons** ... and a holder's decision to release stands, that test is
    passed and testing goes on.”
    """
    is_released = holder_decision(world, cell) == "release"
    for letter, reason in test_results(world, grant, cell):
        if reason is not None and not (is_released and reason in REFER_REASONS):
            return (TESTS_A_TO_E.index(reason) if letter in ("a-d", "e") else "abcdefgh".index(letter)), reason
    return None


def reason_before_grants(world: World, cell: Cell) -> str | None:
    """Steps 1 to 4."""
    if world.tier(cell.category, cell.controller) == "T5":
        return "hard-stop"
    if is_prohibited_by_duties(world, cell.controller, cell.category):
        return "prohibited"
    if world.purpose.get("secondary", False) and is_raised(world, cell, "opt-out"):
        return "opt-out"
    return "holder-withheld" if holder_decision(world, cell) == "withhold" else None


def decide_by_rules(world: World, cell: Cell) -> Decided:
    """Steps 1 to 9."""
    naming = grants_naming(world, cell.controller, cell.category)
    early = reason_before_grants(world, cell)
    if early is not None:
        return Decided(cell, "deny", None, frozenset({early}), (), naming)
    if not naming:
        return Decided(cell, "deny", None, frozenset({"no-clause"}), (), ())
    failures = [(grant, failure(world, grant, cell)) for grant in naming]
    passing = tuple(grant for grant, failed in failures if failed is None)
    if passing:
        detail = highest_detail([grant.body["detail"] for grant in passing])
        return Decided(cell, "permit", detail, frozenset(), passing, naming)
    failed_by = [failed for _, failed in failures if failed is not None]
    refer = frozenset(reason for _, reason in failed_by if reason in REFER_REASONS)
    if refer:
        return Decided(cell, "refer", None, refer, (), naming)
    furthest = max(position for position, _ in failed_by)
    reasons = frozenset(reason for position, reason in failed_by if position == furthest)
    return Decided(cell, "deny", None, reasons, (), naming)


def decide_cell(world: World, cell: Cell) -> Decided:
    """The rules, then the override: “it turns deny and refer into permit ..., marked `override`”."""
    decided = decide_by_rules(world, cell)
    detail = None if decided.is_permitted else override_detail(world, cell)
    if detail is None:
        return decided
    return Decided(cell, "permit", detail, frozenset({"override"}), (), decided.naming, detail)


def controllers_shown(world: World) -> list[str]:
    """“Every controller that some grant names for this purpose, recipient and role, or that holds a record,
    recorded by now, about a requested person; one set of controllers for all.”
    """
    requested = set(world.requested) & set(world.people)
    named = {
        code for code in world.organisations for grant in grants(world) if names_controller(world, grant, code)
    }
    holding = {
        record["controller"]
        for record in world.scenario.get("records", [])
        if set(record["about"]) & requested and is_recorded(world, record)
    }
    return sorted(named | holding)


def is_recorded(world: World, record: Doc) -> bool:
    """“Recorded by now”: “recorded (opt: the start of the day it occurred)”."""
    recorded = record.get("recorded")
    at = start_of_day(day(record["occurred"])) if recorded is None else instant(recorded)
    return at <= world.at


def decide_cells(world: World) -> list[Decided]:
    """“Every cell (each requested person × every category × every controller ...)”, in the order people were
    asked for, then by controller, then by category. An unknown id “has no cells”.
    """
    return [
        decide_cell(world, Cell(person, category, controller))
        for person in world.requested
        if person in world.people
        for controller in controllers_shown(world)
        for category in sorted(world.categories)
    ]
