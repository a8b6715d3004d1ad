"""The partnership's own files hold together: they load, every scenario comes out as written, nothing is untried.

The scenarios' expectations were worked out by hand from Part 1 of the product document. The engine and the
reference evaluator, which share no code, must both agree with them. Decides nothing about which codes there are:
those belong to the officers. Only what the law fixes (a duty not commenced, who sees no profile) is stated here.
"""

from __future__ import annotations

import csv
import re
from datetime import UTC, date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML
from ruamel.yaml.constructor import SafeConstructor

from broker.agreements.partnership import load_partnership, read_partnership
from broker.decision.reasons import Reason, Refusal, Told
from broker.rehearsal.coverage import Exercised
from broker.rehearsal.parse import load_scenario_file
from broker.rehearsal.run import rehearse
from tests.reference.evaluate import OFFICER, REQUESTER, decide

ROOT = Path(__file__).parents[2]
POLICIES = ROOT / "policies"
VERSIONS = sorted(path.parent for path in (ROOT / "agreements").glob("*/v*/agreement.yaml"))
SCENARIOS = sorted((ROOT / "agreements").glob("*/v*/scenarios.yaml"))
"""Those of every agreement, and those of the duties, which are no agreement."""
FILES = sorted([*POLICIES.rglob("*.*"), *(ROOT / "agreements").rglob("*.*")])

Doc = dict[str, Any]


class _TextDates(SafeConstructor):
    """Leaves dates as the text that was written: the core schema has no dates."""


_TextDates.add_constructor("tag:yaml.org,2002:timestamp", SafeConstructor.construct_yaml_str)


@lru_cache
def _documents(path: Path) -> list[Doc]:
    yaml = YAML(typ="safe", pure=True)
    yaml.Constructor = _TextDates
    return list(yaml.load_all(path.read_text(encoding="utf-8")))


def _scenarios() -> list[tuple[Path, Doc]]:
    return [(path, scenario) for path in SCENARIOS for scenario in _documents(path)]


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def _cell(row: Doc) -> str:
    return f"{row['person']}/{row['category']}/{row['controller']}"


def _differences(scenario: Doc, officer: Doc, requester: Doc) -> list[str]:
    """Where two views of a decision are not what the scenario expects."""
    expect = scenario.get("expect", {})
    details = {record["id"]: record["detail"] for record in officer["records"]}
    reasons = {_cell(row): sorted(row["reasons"]) for row in officer["cells"]}
    told = {_cell(row): row["reason"] for row in requester["not_shared"]}
    found = [
        (key, expect[key], officer[key])
        for key in ("outcome", "refused_because")
        if key in expect and expect[key] != officer[key]
    ]
    parts: tuple[tuple[str, Doc, str | None], ...] = (
        ("records", details, "withheld"),
        ("reasons", reasons, None),
        ("told", told, "nothing"),
    )
    for part, actual, otherwise in parts:
        for key, value in expect.get(part, {}).items():
            expected = sorted(value) if isinstance(value, list) else value
            if actual.get(key, otherwise) != expected:
                found.append((f"{part}: {key}", expected, actual.get(key, otherwise)))
    return [f"{scenario['scenario']}: {what}: expected {expected}, found {was}" for what, expected, was in found]


def test_the_standing_rules_load_without_a_single_finding() -> None:
    assert read_partnership(POLICIES).findings == ()


@pytest.mark.parametrize("version", VERSIONS, ids=_name)
def test_an_agreement_stands_in_the_folder_that_bears_its_name(version: Path) -> None:
    [agreement] = _documents(version / "agreement.yaml")
    assert (agreement["agreement"], f"v{agreement['version']}") == (version.parent.name, version.name)


@pytest.mark.parametrize("path", SCENARIOS, ids=_name)
def test_the_engine_decides_every_scenario_as_it_was_worked_out_by_hand(path: Path) -> None:
    loaded = load_scenario_file(path, POLICIES)
    found = [f"{each.name}: {wrong}" for each in loaded.scenarios for wrong in rehearse(each).mismatches]
    assert found == []
    assert loaded.warnings == ()


@pytest.mark.parametrize("path", SCENARIOS, ids=_name)
def test_the_reference_decides_every_scenario_as_it_was_worked_out_by_hand(path: Path) -> None:
    policies = {file.stem: _documents(file)[0] for file in POLICIES.glob("*.yaml")}
    found: list[str] = []
    for scenario in _documents(path):
        papers = [
            paper if isinstance(paper, dict) else _documents(path.parent / paper)[0]
            for paper in scenario["agreements"]
        ]
        officer = decide(scenario, policies, papers, OFFICER)
        asks_what_is_told = scenario["expect"].get("told")
        requester = decide(scenario, policies, papers, REQUESTER) if asks_what_is_told else {"not_shared": []}
        found += _differences(scenario, officer, requester)
    assert found == []


def test_a_wrong_expectation_would_be_noticed() -> None:
    path = SCENARIOS[0]
    scenario = _documents(path)[0]
    policies = {file.stem: _documents(file)[0] for file in POLICIES.glob("*.yaml")}
    papers = [_documents(path.parent / paper)[0] for paper in scenario["agreements"]]
    views = [decide(scenario, policies, papers, view) for view in (OFFICER, REQUESTER)]
    wrong = scenario | {
        "expect": {"outcome": "refused", "records": dict.fromkeys(scenario["expect"]["records"], "flag")}
    }
    assert len(_differences(wrong, *views)) == 1 + len(scenario["expect"]["records"])


def test_every_clause_permits_and_every_ban_bites_in_some_scenario() -> None:
    exercised = Exercised()
    for path in SCENARIOS:
        for scenario in load_scenario_file(path, POLICIES).scenarios:
            exercised.add(rehearse(scenario))
    assert exercised.clauses
    assert {kind: left for kind, left in exercised.missing().items() if left} == {}


def test_every_scenario_says_what_should_happen_and_why() -> None:
    scenarios = [scenario for _, scenario in _scenarios()]
    names = [scenario["scenario"] for scenario in scenarios]
    assert len(scenarios) >= 60
    assert len(names) == len(set(names))
    assert [each["scenario"] for each in scenarios if not each.get("expect") or len(each["why"]) < 40] == []


def test_every_reason_refusal_and_told_answer_is_expected_by_name_in_some_scenario() -> None:
    expected = [scenario["expect"] for _, scenario in _scenarios()]
    reasons = {reason for each in expected for listed in each.get("reasons", {}).values() for reason in listed}
    assert {str(reason) for reason in Reason} - {str(Reason.OVERRIDE)} <= reasons  # an override is seen in records
    assert {str(refusal) for refusal in Refusal} == {
        each["refused_because"] for each in expected if each.get("refused_because")
    }
    assert {str(told) for told in Told} | {"nothing"} == {
        reason for each in expected for reason in each.get("told", {}).values()
    }


def test_a_silent_tier_is_told_nothing_in_every_scenario() -> None:
    categories = {each["code"]: each for each in _documents(POLICIES / "categories.yaml")[0]["categories"]}
    bodies = {each["code"]: each for each in _documents(POLICIES / "organisations.yaml")[0]["organisations"]}
    silent = []
    for _, scenario in _scenarios():
        for cell, told in scenario["expect"].get("told", {}).items():
            _, category, controller = cell.split("/")
            if bodies[controller].get("tier", "T0") == "T4" or categories[category]["tier"] in ("T4", "T5"):
                silent.append((cell, told))
    assert silent
    assert {told for _, told in silent} == {"nothing"}


def test_a_duty_that_was_enacted_and_not_commenced_is_shut() -> None:
    gateways = load_partnership(POLICIES).vocabulary.gateways
    today = datetime(2026, 11, 22, 12, tzinfo=UTC)
    shut = {code for code, gateway in gateways.items() if not gateway.in_force.covers(today)}
    assert shut == {"ca04-16la", "ca04-16lc"}


def test_every_shipped_agreement_is_in_force_for_the_demonstration() -> None:
    for version in VERSIONS:
        in_force = _documents(version / "agreement.yaml")[0]["in_force"]
        assert (
            date.fromisoformat(in_force["from"]) <= date(2026, 11, 22) < date.fromisoformat(in_force["review_by"])
        )


def test_access_names_only_roles_that_exist_and_gives_no_profile_to_those_who_run_or_check_the_system() -> None:
    roles = {each["code"]: each for each in _documents(POLICIES / "roles.yaml")[0]["roles"]}
    lines = [
        [part.strip() for part in row]
        for row in csv.reader((POLICIES / "access" / "policy.csv").read_text(encoding="utf-8").splitlines())
        if row and not row[0].startswith("#")
    ]
    assert {line[0] for line in lines} == {"p", "g"}
    groups = {line[2] for line in lines if line[0] == "g"}
    members = {line[1] for line in lines if line[0] == "g"}
    holders = {line[1] for line in lines if line[0] == "p"}
    assert members <= roles.keys()
    assert holders - groups <= roles.keys()
    assert groups <= holders
    assert roles.keys() <= members | holders, "a role without a single verb could not sign in for anything"

    def verbs(role: str) -> set[str]:
        names = {role} | {line[2] for line in lines if line[0] == "g" and line[1] == role}
        return {line[2] for line in lines if line[0] == "p" and line[1] in names}

    may_ask = {role for role in roles if "profile.request" in verbs(role)}
    assert {role for role, each in roles.items() if each["purposes"]} == may_ask - {"agency-system"}
    assert may_ask.isdisjoint({"administrator", "auditor", "ig-officer", "caldicott-guardian", "siro"})
    breaks_glass = {role for role in roles if "override.request" in verbs(role)}
    assert breaks_glass < may_ask
    assert breaks_glass.isdisjoint({"analyst", "revenue-officer", "reviewer", "agency-system"})
    looks_up = {role for role in roles if "person.search" in verbs(role)}
    assert may_ask - looks_up == {"analyst", "agency-system"}, "names would undo an evaluation"


def test_the_files_name_no_real_telephone() -> None:
    numbers = [
        number for path in FILES for number in re.findall(r"\b0\d{4} ?\d{6}\b", path.read_text(encoding="utf-8"))
    ]
    assert numbers
    assert [number for number in numbers if not number.startswith("01632 960")] == []


def test_the_guide_names_every_file_of_the_standing_rules_and_every_agreement() -> None:
    guide = (ROOT / "docs" / "policies.md").read_text(encoding="utf-8")
    missing = [path.name for path in POLICIES.glob("*.yaml") if f"policies/{path.name}" not in guide]
    missing += [version.parent.name for version in VERSIONS if f"`{version.parent.name}`" not in guide]
    assert missing == []
