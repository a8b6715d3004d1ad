"""Every precondition of every grant matters: each is taken away in turn, and the permit must go."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from broker.agreements.partnership import load_partnership
from broker.decision.terms import Terms
from broker.rehearsal.parse import load_scenarios
from broker.rehearsal.preconditions import find_world, prove
from tests.generative.loading import scenario_of
from tests.generative.worlds import random_world

ROOT = Path(__file__).resolve().parents[2]
PARTNERSHIP = load_partnership(ROOT / "policies")


NAMES = ["duties", *sorted(f"{path.parts[-3]}@1" for path in (ROOT / "agreements").glob("*/v1/agreement.yaml"))]


@cache
def documents() -> dict[str, Terms]:
    """Every agreement of the partnership, and its duties."""
    found = {"duties": PARTNERSHIP.duties}
    for path in sorted((ROOT / "agreements").glob("*/v1/scenarios.yaml")):
        for scenario in load_scenarios(path):
            for terms, agreement in zip(scenario.terms, scenario.agreements, strict=True):
                if agreement.clauses.file.endswith("agreement.yaml"):
                    found.setdefault(agreement.name, terms)
    return found


def test_every_document_is_proved() -> None:
    assert sorted(documents()) == sorted(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_every_grant_of_the_partnership_can_permit_and_needs_all_it_states(name: str) -> None:
    for proof in prove(PARTNERSHIP.vocabulary, documents()[name]):
        assert proof.world is not None, f"{proof.clause} can never permit"
        assert proof.tested, proof.clause
        assert proof.idle == (), f"{proof.clause} permits without {', '.join(proof.idle)}"


def test_every_grant_of_random_agreements_needs_all_it_states() -> None:
    proved = 0
    for seed in range(25):
        scenario = scenario_of(random_world(seed))
        for terms in scenario.terms:
            for proof in prove(scenario.vocabulary, terms):
                assert proof.idle == (), f"world {seed}: {proof.clause} permits without {proof.idle}"
                proved += proof.world is not None
    assert proved > 25


def test_a_grant_that_ignores_what_it_states_is_noticed() -> None:
    terms = documents()["family-support@1"]
    grant = next(grant for grant in terms.grants if grant.consent is not None)
    world = find_world(PARTNERSHIP.vocabulary, terms, grant)
    assert world is not None
    assert world.permits()
    careless = replace(world, grant=replace(grant, consent=None), facts=replace(world.facts, consents=()))
    assert careless.permits()
