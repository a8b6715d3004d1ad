"""A gateway that holds in some areas alone holds nowhere else, in the engine and in the reference alike.

A duty may begin on different days by area (Children's Wellbeing and Schools Act 2026 s.78). What is told in one
area on the first of those days must not be told in the next. Format: docs/formats.md, `gateways.yaml`.
"""

from __future__ import annotations

import copy
from typing import Any

import pytest

from broker.rehearsal.preconditions import prove
from broker.rehearsal.run import decision_json
from broker.release.views import View
from tests.generative.comparing import differences
from tests.generative.loading import scenario_of
from tests.reference.small_world import AGREEMENT, POLICIES, SCENARIO

Doc = dict[str, Any]
SCHOOL = "chelmsford-academy"
CELL = ("child", "attendance", SCHOOL)


def world_of(areas: list[str] | None, council: str, school: str) -> Doc:
    """The small world with areas for the gateway, the council and the school."""
    policies, agreement, scenario = (copy.deepcopy(each) for each in (POLICIES, AGREEMENT, SCENARIO))
    for body in policies["organisations"]["organisations"]:
        body["area"] = {"ecc": council, SCHOOL: school}.get(body["code"], "essex")
    policies["organisations"]["organisations"].append(
        {"code": "elsewhere", "name": "A body elsewhere", "types": ["VCS"], "area": "southend"}
    )
    if areas is not None:
        policies["gateways"]["gateways"][0]["areas"] = areas
    return {
        "policies": policies,
        "agreements": [agreement],
        "scenario": {**scenario, "agreements": [agreement]},
    }


def answer(world: Doc) -> tuple[str, list[str]]:
    """The effect and reasons of the one cell, on which engine and reference must agree."""
    assert differences(world) == []
    cells = decision_json(scenario_of(world), View.OFFICER)["cells"]
    [cell] = [each for each in cells if (each["person"], each["category"], each["controller"]) == CELL]
    return cell["effect"], cell["reasons"]


SHUT = ("deny", ["gateway-not-in-force"])
OPEN: tuple[str, list[str]] = ("permit", [])


@pytest.mark.parametrize(
    ("areas", "council", "school", "expected"),
    [
        (None, "essex", "southend", OPEN),
        (["essex"], "essex", "essex", OPEN),
        (["essex"], "essex", "southend", SHUT),
        (["essex"], "southend", "essex", SHUT),
        (["southend"], "essex", "essex", SHUT),
        (["essex", "southend"], "essex", "southend", OPEN),
        (["essex"], "essex", "england", SHUT),  # a national body is not in every area
        (["essex"], "england", "england", SHUT),
    ],
)
def test_discloser_and_recipient_must_both_take_part_there(
    areas: list[str] | None, council: str, school: str, expected: tuple[str, list[str]]
) -> None:
    assert answer(world_of(areas, council, school)) == expected


def coverage(world: Doc) -> str:
    """What the requester is told of the school's attendance, which depends on no person."""
    lines = decision_json(scenario_of(world), View.REQUESTER)["coverage"]
    [state] = [line["state"] for line in lines if (line["controller"], line["category"]) == (SCHOOL, "attendance")]
    return str(state)


def test_triage_is_told_that_no_power_reaches_that_area() -> None:
    assert coverage(world_of(["essex"], "essex", "southend")) == "gateway-not-in-force"
    assert coverage(world_of(["essex"], "essex", "essex")) == "covered"


@pytest.mark.parametrize(
    ("gateway", "council", "school", "released"),
    [
        ("power", "essex", "essex", "full"),
        ("power", "essex", "southend", "withheld"),
        ("power", "southend", "essex", "withheld"),
        ("vital-interests", "southend", "southend", "full"),
    ],
)
def test_emergency_access_goes_no_further_than_its_gateway(
    gateway: str, council: str, school: str, released: str
) -> None:
    world = world_of(["essex"], council, school)
    world["scenario"]["consents"] = []
    world["scenario"]["request"]["override"] = {
        "reason": "significant-harm",
        "justification": "The child has not been seen for a week.",
        "gateway": gateway,
        "second": "lee",
    }
    assert differences(world) == []
    [record] = decision_json(scenario_of(world), View.OFFICER)["records"]
    assert record["detail"] == released


def test_one_duty_may_begin_on_different_days_in_different_areas() -> None:
    base = world_of(None, "essex", "essex")
    first, second = (copy.deepcopy(base["policies"]["gateways"]["gateways"][0]) for _ in range(2))
    first |= {"code": "first", "in_force": {"from": "2026-04-01"}, "areas": ["essex"]}
    second |= {"code": "second", "in_force": {"from": "2026-09-01"}, "areas": ["southend"]}
    base["policies"]["gateways"]["gateways"] += [first, second]
    [grant, *others] = base["agreements"][0]["grants"]
    again = copy.deepcopy(grant) | {"clause": "4.9"}
    grant["lawful_basis"]["gateway"], again["lawful_basis"]["gateway"] = "first", "second"
    base["agreements"][0]["grants"] = [grant, *others, again]
    seen = {}
    for area in ("essex", "southend"):
        for body in base["policies"]["organisations"]["organisations"]:
            body["area"] = area if body["code"] != "elsewhere" else "southend"
        for body in base["policies"]["organisations"]["organisations"][2:]:
            body["area"] = {"essex": "southend", "southend": "essex"}[area]
        for at in ("2026-03-31T12:00:00Z", "2026-04-01T12:00:00Z", "2026-09-01T12:00:00Z"):
            base["scenario"]["at"] = at
            seen[area, at[:10]] = answer(base)
    assert seen == {
        ("essex", "2026-03-31"): SHUT,
        ("essex", "2026-04-01"): OPEN,
        ("essex", "2026-09-01"): OPEN,
        ("southend", "2026-03-31"): SHUT,
        ("southend", "2026-04-01"): SHUT,
        ("southend", "2026-09-01"): OPEN,
    }


def test_the_areas_are_proved_to_matter() -> None:
    scenario = scenario_of(world_of(["essex"], "essex", "essex"))
    [proof] = [proof for proof in prove(scenario.vocabulary, scenario.terms[0]) if proof.clause.endswith("#4.1")]
    assert "gateway's areas" in proof.tested
    assert proof.idle == ()
