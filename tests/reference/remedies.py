"""Remedies, judged by trying: the minimal sets of changes that would permit a cell.

From the rules (docs/rules.md, part 3). Every change is made to the documents themselves, as `broker decide --json`
writes it, and the whole world is decided again. Nothing is reasoned out: sets are tried by size, and a set is
minimal when it permits and no smaller part of it did.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator
from itertools import combinations
from typing import Any

from tests.reference.cells import decide_by_rules, decide_cell
from tests.reference.clauses import grants, has_begun_and_not_ended, names
from tests.reference.consent import is_raised
from tests.reference.facts import Cell, Doc, World, world_of
from tests.reference.instants import instant
from tests.reference.requests import refusal
from tests.reference.standing import standing

Change = Doc
Documents = tuple[Doc, dict[str, Doc], list[Doc]]
"""Scenario, policies, agreements."""
PARTS = ("agreements", "consents", "holder_decisions", "cases")


def signed(scenario: Doc, change: Change) -> None:
    """A party signs: from now."""
    signatures = scenario.get("signed") or {}
    if signatures != "all":
        mine = signatures.get(change["agreement"], {}) | {change["party"]: scenario["at"]}
        scenario["signed"] = signatures | {change["agreement"]: mine}


def renewed(agreements: list[Doc], change: Change) -> list[Doc]:
    """The version is in force again: its end, its review date and its grace are gone."""
    return [
        each | {"in_force": {"from": each["in_force"]["from"]} if "from" in each["in_force"] else {}}
        if (each["agreement"], each["version"]) == (change["agreement"], change["version"])
        else each
        for each in agreements
    ]


def consented(scenario: Doc, about: str, change: Change) -> None:
    """Somebody gives a consent now, naming the category."""
    event = {"id": f"remedy-{change['kind']}-{change['by']}", "about": about, "by": change["by"]}
    event |= {
        "kind": change["kind"],
        "decision": "given",
        "at": scenario["at"],
        "categories": [change["category"]],
    }
    scenario["consents"] = [*scenario.get("consents", []), event]


def released(scenario: Doc, cell: Cell) -> None:
    """The holder decides, now, to release."""
    decision = {"about": cell.person, "category": cell.category, "controller": cell.controller}
    decision |= {"purpose": scenario["request"]["purpose"], "decision": "release", "at": scenario["at"]}
    decision["by"] = scenario["staff"][0]["id"]
    scenario["holder_decisions"] = [*scenario.get("holder_decisions", []), decision]


def joined(scenario: Doc, change: Change) -> None:
    """The member of staff joins the team, now."""
    member = {"staff": change["staff"], "from": scenario["at"]}
    scenario["cases"] = [
        case | {"members": [*case.get("members", []), member]} if case["id"] == change["case"] else case
        for case in scenario["cases"]
    ]


def with_clause(agreements: list[Doc], scenario: Doc, change: Change) -> list[Doc]:
    """A new agreement between the two, in force and signed, with one clause that asks for nothing."""
    grant = {"clause": "1.1", "text": "Added.", "from": [change["controller"]]}
    grant["to"] = [{"organisation": change["recipient"], "roles": [change["role"]]}]
    grant |= {"purposes": [change["purpose"]], "categories": [change["category"]], "detail": "full"}
    grant["lawful_basis"] = {"article_6": "e"}
    parties = sorted({change["controller"], change["recipient"]})
    added = {"agreement": "remedy", "version": 1, "title": "Added", "classification": "OFFICIAL"}
    added |= {"owner": parties[0], "parties": parties, "in_force": {"from": "1990-01-01"}, "grants": [grant]}
    for party in parties:
        signed(scenario, {"agreement": "remedy", "party": party})
    return [*agreements, added]


def applied(documents: Documents, cell: Cell | None, changes: Iterable[Change]) -> Documents:
    """The documents after these changes; those given stay as they were."""
    scenario, policies, agreements = documents
    scenario = copy.copy(scenario)
    for change in changes:
        kind = change["change"]
        if kind == "sign":
            signed(scenario, change)
        elif kind == "renew":
            agreements = renewed(agreements, change)
        elif kind == "clause":
            agreements = with_clause(agreements, scenario, change)
        elif kind == "team":
            joined(scenario, change)
        elif cell is not None and kind == "consent":
            consented(scenario, cell.person, change)
        elif cell is not None and kind == "holder" and change["controller"] == cell.controller:
            released(scenario, cell)
        else:
            raise ValueError(f"no such change: {change}")
    scenario["agreements"] = agreements
    return scenario, policies, agreements


def permits(documents: Documents, cell: Cell) -> bool:
    """Whether the request is answered and the cell permitted."""
    world = world_of(*documents)
    return refusal(world) is None and decide_cell(world, cell).is_permitted


def answers(documents: Documents) -> bool:
    """Whether the request is answered."""
    return refusal(world_of(*documents)) is None


def possible_changes(world: World, cell: Cell) -> Iterator[Change]:
    """“A named party signs a named agreement; a named kind of consent is given, and who has standing to give it;
    the holder decides; ... a clause is added” (where none names the cell); an agreement that is over is renewed.
    What cannot matter to this cell is left out: other agreements, other bodies, kinds that nothing demands.
    """
    naming = [each for each in grants(world) if names(world, each, cell.controller, cell.category)]
    yield {"change": "holder", "controller": cell.controller}
    for paper in {each.paper["agreement"]: each.paper for each in naming if not each.is_duty}.values():
        about = {"agreement": paper["agreement"], "version": paper["version"]}
        for party in sorted({cell.controller, world.recipient} & set(paper["parties"])):
            yield {"change": "sign", "party": party} | about
        start = paper["in_force"].get("from")
        may_be_over = not has_begun_and_not_ended(world, paper) or "review_by" in paper["in_force"]
        if may_be_over and (start is None or instant(start) <= world.at):
            yield {"change": "renew"} | about
    for kind in sorted({each.body["consent"] for each in naming if "consent" in each.body}):
        for who in sorted(standing(world, cell.person, world.at, cell.category)):
            yield {"change": "consent", "kind": kind, "by": who, "category": cell.category}
    if not naming:
        yield {
            "change": "clause",
            "controller": cell.controller,
            "recipient": world.recipient,
            "role": world.role,
            "purpose": world.request["purpose"],
            "category": cell.category,
        }


def request_remedies(*documents: Any) -> list[list[Change]]:
    """“The actor joins the team”: where that alone would have the request answered."""
    world = world_of(*documents)
    if refusal(world) != "not-in-team":
        return []
    change = {"change": "team", "staff": world.actor["id"], "case": world.request["case"]}
    return [[change]] if answers(applied(documents, None, [change])) else []


def is_beyond_remedy(world: World, cell: Cell) -> bool:
    """“There is none for ... hard stops, prohibitions ..., opt-outs”: for these nothing needs to be tried."""
    is_opted_out = world.purpose.get("secondary", False) and is_raised(world, cell, "opt-out")
    return is_opted_out or decide_by_rules(world, cell).reasons <= {"hard-stop"}


def points_to_unsafe(world: World, changes: Iterable[Change]) -> bool:
    """“A person marked `unsafe-to-approach` is never pointed to, in any view.”"""
    return any(
        change["change"] == "consent"
        and "unsafe-to-approach" in world.people.get(change["by"], {}).get("markers", [])
        for change in changes
    )


def minimal_sets(documents: Documents, cell: Cell, largest: int) -> list[list[Change]]:
    """Every minimal set of at most so many changes that permits the cell, found by trying them all."""
    world = world_of(*documents)
    if is_beyond_remedy(world, cell) or permits(documents, cell):
        return []
    possible = list(possible_changes(world, cell))
    found: list[frozenset[int]] = []
    for size in range(1, largest + 1):
        for numbers in map(frozenset, combinations(range(len(possible)), size)):
            if any(smaller <= numbers for smaller in found):
                continue
            if permits(applied(documents, cell, [possible[number] for number in sorted(numbers)]), cell):
                found.append(numbers)
    sets = [[possible[number] for number in sorted(numbers)] for numbers in found]
    return [changes for changes in sets if not points_to_unsafe(world, changes)]
