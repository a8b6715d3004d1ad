"""What always holds of a decision, in plain English, on whole random worlds.

Each theorem is one test; the worlds are the same on every machine. The silent denial has a file of its own:
tests/generative/test_twin_worlds.py.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from random import Random

import pytest

from broker.canonical import canonical_json
from broker.consent.record import RAISED, ConsentDecision, ConsentRecord
from broker.decision.decision import Decision
from broker.decision.evaluate import evaluate
from broker.decision.facts import Facts
from broker.decision.reasons import Effect
from broker.decision.table import DecisionTable, compile_table
from broker.decision.terms import Prohibition, Terms
from broker.rehearsal.scenario import Scenario
from broker.release.views import officer_view, requester_view
from broker.vocabulary.codes import Tier
from tests.generative.loading import scenario_of
from tests.generative.remedying import documents_of, faults, one_of_each
from tests.generative.worlds import random_world

WORLDS = 120
Cell = tuple[str, str, str]


@functools.cache
def scenario(seed: int) -> Scenario:
    """The world of a seed, without emergency access, which has laws of its own."""
    found = scenario_of(random_world(seed))
    return replace(found, request=replace(found.request, override=None))


def scenarios() -> Iterator[Scenario]:
    yield from map(scenario, range(WORLDS))


def decided(
    found: Scenario,
    *,
    terms: tuple[Terms, ...] | None = None,
    duties: Terms | None = None,
    facts: Facts | None = None,
) -> Decision:
    table = compile_table(
        found.vocabulary,
        found.duties if duties is None else duties,
        found.terms if terms is None else terms,
    )
    return evaluate(table, found.facts if facts is None else facts, found.request)


def permits(decision: Decision) -> set[Cell]:
    return {
        (person, category, controller)
        for person, category, controller, outcome in decision.cells()
        if outcome.effect is Effect.PERMIT
    }


@functools.cache
def permitted(seed: int) -> frozenset[Cell]:
    return frozenset(permits(decided(scenario(seed))))


def test_the_worlds_permit_often_enough_for_the_theorems_to_say_something() -> None:
    assert sum(1 for seed in range(WORLDS) if permitted(seed)) > WORLDS / 4


def test_default_deny_without_agreements_and_duties_nothing_flows() -> None:
    nothing = Terms("nothing", 1, ())
    for found in scenarios():
        assert not permits(decided(found, terms=(), duties=nothing))


def test_a_prohibition_of_the_duties_dominates() -> None:
    for found in scenarios():
        ban = Prohibition("99.9", "Nothing at all.")
        assert not permits(decided(found, duties=replace(found.duties, prohibitions=(ban,))))


def test_a_prohibition_of_an_agreement_dominates_its_own_grants() -> None:
    ban = Prohibition("99.9", "Nothing at all.")
    for found in scenarios():
        banned = tuple(replace(terms, prohibitions=(ban,)) for terms in found.terms)
        by_agreement = {outcome.clauses for *_, outcome in decided(found, terms=banned).cells() if outcome.clauses}
        assert all(
            clause.startswith(f"{found.duties.reference}@") for clauses in by_agreement for clause in clauses
        )


def test_a_hard_stop_dominates_everything() -> None:
    for found in scenarios():
        categories = {
            code: replace(category, tier=Tier.T5) for code, category in found.vocabulary.categories.items()
        }
        stopped = replace(found, vocabulary=replace(found.vocabulary, categories=categories))
        decision = decided(stopped)
        assert {outcome.reasons for *_, outcome in decision.cells()} <= {("hard-stop",)}


def test_the_order_of_clauses_agreements_and_facts_and_duplicates_do_not_matter() -> None:
    for seed, found in enumerate(scenarios()):
        dice = Random(seed)
        shuffled = tuple(
            replace(
                terms,
                grants=tuple(dice.sample(terms.grants, len(terms.grants))) + terms.grants[:1],
                prohibitions=tuple(reversed(terms.prohibitions)) + terms.prohibitions,
            )
            for terms in dice.sample(found.terms, len(found.terms))
        )
        facts = found.facts
        mixed = replace(
            facts,
            consents=tuple(dice.sample(facts.consents, len(facts.consents))) + facts.consents,
            relationships=tuple(reversed(facts.relationships)) + facts.relationships,
            households=tuple(reversed(facts.households)) + facts.households,
            holder_decisions=tuple(reversed(facts.holder_decisions)) + facts.holder_decisions,
        )
        first = requester_view(decided(found), found.contents.__getitem__)
        second = requester_view(decided(found, terms=shuffled, facts=mixed), found.contents.__getitem__)
        assert first == second


@pytest.mark.parametrize("ending", [ConsentDecision.WITHDRAWN, ConsentDecision.REFUSED])
def test_withdrawing_or_refusing_never_adds_a_permit(ending: ConsentDecision) -> None:
    for seed, found in enumerate(scenarios()):
        for event in found.facts.consents[:3]:
            if event.kind in RAISED:
                continue
            against = ConsentRecord("against", event.about, event.signatory, event.kind, ending, found.request.at)
            facts = replace(found.facts, consents=(*found.facts.consents, against))
            assert permits(decided(found, facts=facts)) <= permitted(seed)


def test_letting_a_consent_expire_never_adds_a_permit() -> None:
    for seed, found in enumerate(scenarios()):
        expired = tuple(
            replace(event, until_at=min(event.until_at or found.request.at, found.request.at))
            if event.decision is ConsentDecision.GIVEN and event.kind not in RAISED
            else event
            for event in found.facts.consents
        )
        assert permits(decided(found, facts=replace(found.facts, consents=expired))) <= permitted(seed)


def test_raising_an_objection_never_adds_a_permit() -> None:
    from broker.consent.record import ConsentKind

    for seed, found in enumerate(scenarios()):
        raised = tuple(
            ConsentRecord(f"raised-{kind}", person, person, kind, ConsentDecision.GIVEN, found.request.at)
            for person in found.request.about
            for kind in (ConsentKind.OBJECTION, ConsentKind.OPT_OUT)
        )
        facts = replace(found.facts, consents=(*found.facts.consents, *raised))
        assert permits(decided(found, facts=facts)) <= permitted(seed)


def test_removing_an_agreement_that_does_not_concern_the_request_changes_nothing() -> None:
    for found in scenarios():
        unrelated = Terms(
            "zz-unrelated",
            1,
            tuple(
                replace(grant, purposes=frozenset({"zz-another-purpose"}))
                for terms in found.terms
                for grant in terms.grants[:2]
            ),
            (Prohibition("9.1", "Nothing at all."),),
            parties=frozenset(found.vocabulary.organisations),
            begins_at=datetime(2000, 1, 1, tzinfo=UTC),
        )
        opened = found.contents.__getitem__
        without, beside = decided(found), decided(found, terms=(*found.terms, unrelated))
        assert officer_view(without, opened) == officer_view(beside, opened)
        assert requester_view(without, opened) == requester_view(beside, opened)


def test_every_permit_names_a_clause_a_basis_and_where_required_a_gateway() -> None:
    for found in scenarios():
        for *_, outcome in decided(found).cells():
            if outcome.effect is not Effect.PERMIT:
                assert not outcome.clauses
                continue
            assert outcome.clauses
            for passing in outcome.passing:
                assert passing.grant is not None
                basis = found.vocabulary.lawful_bases.article_6[passing.grant.basis.article_6]
                assert passing.grant.basis.gateway is not None or not basis.needs_gateway


def single_versions(found: Scenario) -> list[Terms]:
    """The agreements that have one version only: ending one of several may bring an older one back."""
    references = [terms.reference for terms in found.terms]
    return [terms for terms in found.terms if references.count(terms.reference) == 1]


def test_ending_an_agreement_never_adds_a_permit() -> None:
    for seed, found in enumerate(scenarios()):
        for ended in single_versions(found):
            rest = tuple(
                replace(terms, ends_at=found.request.at) if terms is ended else terms for terms in found.terms
            )
            assert permits(decided(found, terms=rest)) <= permitted(seed)


def test_taking_a_signature_back_never_adds_a_permit() -> None:
    for seed, found in enumerate(scenarios()):
        for party in sorted(found.vocabulary.organisations)[:3]:
            rest = tuple(
                replace(
                    terms,
                    signatures={code: those for code, those in (terms.signatures or {}).items() if code != party},
                )
                for terms in found.terms
            )
            assert permits(decided(found, terms=rest)) <= permitted(seed)


def test_a_remedy_permits_and_no_proper_subset_of_it_does() -> None:
    judged = 0
    for seed in range(WORLDS // 3):
        world = random_world(seed)
        for one in one_of_each(world):
            assert faults(documents_of(world), one) == []
            judged += len(one.remedies)
    assert judged > 50


def test_the_same_inputs_give_the_same_bytes() -> None:
    for found in scenarios():
        one, other = (canonical_json(officer_view(decided(found), found.contents.__getitem__)) for _ in range(2))
        assert one == other


def test_the_digest_of_the_rules_ignores_order_and_notices_every_change() -> None:
    for found in scenarios():

        def table(terms: tuple[Terms, ...], found: Scenario = found) -> DecisionTable:
            return compile_table(found.vocabulary, found.duties, terms)

        assert table(found.terms).digest == table(tuple(reversed(found.terms))).digest
        for terms in found.terms:
            changed = tuple(
                replace(other, version=other.version + 100) if other is terms else other for other in found.terms
            )
            assert table(changed).digest != table(found.terms).digest


def test_unknown_narrows_a_person_whose_birth_is_not_known_has_nobody_to_agree_for_them() -> None:
    for seed, found in enumerate(scenarios()):
        if found.vocabulary.purposes[found.request.purpose].protective:
            continue  # under a protective purpose an unknown age meets `under`: rule 6e
        unknown = {key: replace(person, born=None) for key, person in found.facts.people.items()}
        now_permitted = permits(decided(found, facts=replace(found.facts, people=unknown)))
        for cell in now_permitted - permitted(seed):
            # A cell may open only because objections by people with no standing no longer stand.
            assert any(event.kind in RAISED and event.about == cell[0] for event in found.facts.consents)


def test_unknown_narrows_an_unknown_actor_role_or_purpose_is_refused() -> None:
    found = scenario(0)
    for request in (
        replace(found.request, by="nobody"),
        replace(found.request, role="no-role"),
        replace(found.request, purpose="no-purpose"),
    ):
        decision = evaluate(compile_table(found.vocabulary, found.duties, found.terms), found.facts, request)
        assert decision.refusal == "not-authorised"
        assert list(decision.cells()) == []
