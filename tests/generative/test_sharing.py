"""What may be shared about anybody, judged by the reference: every age and every kind of case tried one by one.

The engine answers from as few situations as the clauses can tell apart; here all of them are written out as
documents, as a file would have them, and decided by `tests/reference`, which shares nothing with it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from broker.dates import Period as Length
from broker.dates import london_day, parse_moment, shift
from broker.decision.table import DecisionTable
from broker.rehearsal.run import table_of
from broker.sharing.answer import Line, Verdict
from broker.sharing.ruling import Sharing
from tests.generative.loading import scenario_of
from tests.generative.worlds import random_world
from tests.reference import remedies as reference
from tests.reference.cells import decide_cell
from tests.reference.facts import Cell, world_of
from tests.reference.requests import refusal

Doc = dict[str, Any]
AGES = (0, 3, 4, 7, 12, 13, 15, 16, 17, 18, 19, 25, 60)
KINDS = ("contact", "enquiry", "plan", "panel", "team")
CONSENTS = ("engagement", "confidentiality", "data-protection", "statutory")
BLOCKS, WORLDS_A_BLOCK = 4, 6


def name_of(age: int) -> str:
    """The person of this age."""
    return f"aged-{age}"


def situations(world: Doc, role: str, recipient: str, purpose: str, controller: str) -> Iterator[Doc]:
    """A scenario for every kind and level of case, and one without where the purpose needs none."""
    old = world["scenario"]
    today = london_day(moment(old["at"]))
    people = [{"id": name_of(age), "born": str(shift(today, Length(years=age), -1))} for age in AGES]
    parent = {"id": "parent", "born": str(shift(today, Length(years=45), -1))}
    about = [person["id"] for person in people]
    made: Doc = {key: old[key] for key in ("scenario", "why", "at", "agreements", "signed") if key in old}
    made |= {
        "people": [*people, parent],
        "relationships": [
            {"from": "parent", "to": one, "kind": "parent", "parental_responsibility": True} for one in about
        ],
        "staff": [
            {"id": "asking", "organisation": recipient, "roles": [role]},
            {"id": "deciding", "organisation": controller, "roles": [role]},
        ],
        "records": [],
    }
    asked = {"by": "asking", "as": role, "purpose": purpose, "about": about, "reason": "anybody"}
    for kind in KINDS:
        for level in (1, 2, 3, 4):
            case = {"id": "t1", "kind": kind, "level": level, "purposes": [purpose], "about": about}
            case |= {"opened": old["at"], "members": [{"staff": "asking", "from": old["at"]}]}
            yield made | {"cases": [case], "request": asked | {"case": "t1"}}
    needs_case = {one["code"]: one["case_required"] for one in world["policies"]["purposes"]["purposes"]}
    if not needs_case[purpose]:
        yield made | {"cases": [], "request": asked}


def moment(text: str) -> Any:
    """The instant."""
    found = parse_moment(str(text))
    assert found is not None
    return found


def variants(scenario: Doc, category: str, controller: str) -> Iterator[tuple[Verdict, Doc]]:
    """As things are, once all have agreed, once the holder has released, once both."""
    at, purpose = scenario["at"], scenario["request"]["purpose"]
    agreed = [
        {"id": f"c-{about}-{by}-{kind}", "about": about, "by": by, "kind": kind, "decision": "given", "at": at}
        | {"categories": [category]}
        for about in scenario["request"]["about"]
        for by in {about, "parent"}
        for kind in CONSENTS
    ]
    released = [
        {"about": about, "category": category, "controller": controller, "purpose": purpose, "at": at}
        | {"decision": "release", "by": "deciding"}
        for about in scenario["request"]["about"]
    ]
    yield Verdict.YES, scenario
    yield Verdict.IF_AGREED, scenario | {"consents": agreed}
    yield Verdict.ASK_HOLDER, scenario | {"holder_decisions": released}
    yield Verdict.ASK_HOLDER, scenario | {"consents": agreed, "holder_decisions": released}


def by_trying(world: Doc, sharing: Sharing, category: str) -> dict[int, Verdict | None]:
    """For each age the best of every case, by the reference; None where nothing that people may do permits."""
    found: dict[int, Verdict | None] = dict.fromkeys(AGES)
    asked = (sharing.role, sharing.recipient, sharing.purpose, sharing.controller)
    for scenario in situations(world, *asked):
        for verdict, variant in variants(scenario, category, sharing.controller):
            facts = world_of(variant, world["policies"], world["agreements"])
            if refusal(facts) is not None:
                continue
            for age in AGES:
                known = found[age]
                if known is not None and known.rank <= verdict.rank:
                    continue
                if decide_cell(facts, Cell(name_of(age), category, sharing.controller)).is_permitted:
                    found[age] = verdict
    return found


def at_age(lines: tuple[Line, ...], age: int) -> Line:
    """The line about somebody of this age."""
    [found] = [
        line
        for line in lines
        if not line.ages
        or any((one.from_age or 0) <= age and (one.under is None or age < one.under) for one in line.ages)
    ]
    return found


def asked_of(seed: int) -> tuple[Doc, DecisionTable, list[Sharing]]:
    """A world and a few questions about what its clauses name, and one about what they may not."""
    world = random_world(seed)
    scenario = scenario_of(world)
    table = table_of(scenario)
    request = world["scenario"]["request"]
    recipient = next(one["organisation"] for one in world["scenario"]["staff"] if one["id"] == "kim")
    asked = (recipient, request["as"], request["purpose"])
    controllers = sorted(table.vocabulary.organisations)
    at = scenario.request.at
    return world, table, [Sharing(table, at, controller, *asked) for controller in controllers[:3]]


@pytest.mark.parametrize("block", range(BLOCKS))
def test_the_answer_is_what_trying_every_age_and_case_finds(block: int) -> None:
    said: Counter[Verdict] = Counter()
    for seed in range(block * WORLDS_A_BLOCK, (block + 1) * WORLDS_A_BLOCK):
        world, table, questions = asked_of(seed)
        for sharing in questions:
            if sharing.refusal is not None:
                continue
            for category in tried_of(table, sharing):
                lines = sharing.answer(category).lines
                for age, verdict in by_trying(world, sharing, category).items():
                    line = at_age(lines, age)
                    said[line.verdict] += 1
                    where = f"world {seed}: {sharing.controller}/{category} at {age}"
                    if verdict is not None:
                        assert line.verdict is verdict, where
                    else:
                        assert line.verdict in {Verdict.NOT_YET, Verdict.NO}, where
                        assert line.verdict is Verdict.NO or mended(world, sharing, category, age, line), where
    assert all(said[verdict] for verdict in Verdict if verdict is not Verdict.ASK_HOLDER), said


def tried_of(table: DecisionTable, sharing: Sharing) -> list[str]:
    """What some clause names of the holder's, and one kind that none does."""
    plan = sharing.plan
    named = {
        category: bool(plan.named >> plan.universe.bit(sharing.controller, category) & 1)
        for category in sorted(table.vocabulary.categories)
    }
    return [one for one, is_named in named.items() if is_named] + [
        one for one, is_named in named.items() if not is_named
    ][:1]


def mended(world: Doc, sharing: Sharing, category: str, age: int, line: Line) -> bool:
    """Whether in some case the reference permits it to somebody of this age once what is said to be missing is
    there: signatures, a renewal, agreement by whoever can give it, a release by the holder."""
    cell = Cell(name_of(age), category, sharing.controller)
    changes: list[Doc] = []
    for missing in line.missing:
        about = {"agreement": missing.agreement, "version": missing.version}
        changes += [{"change": "sign", "party": party} | about for party in missing.parties]
        changes += [{"change": "renew"} | about] if missing.to_renew else []
    changes += [
        {"change": "consent", "kind": kind.value, "by": by, "category": category}
        for kind in sorted(line.consents)
        for by in (name_of(age), "parent")
    ]
    changes += [{"change": "holder", "controller": sharing.controller}] if line.holder else []
    asked = (sharing.role, sharing.recipient, sharing.purpose, sharing.controller)
    return any(
        reference.permits(
            reference.applied((scenario, world["policies"], world["agreements"]), cell, changes), cell
        )
        for scenario in situations(world, *asked)
    )
