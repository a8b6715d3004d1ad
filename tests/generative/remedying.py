"""The remedies of a random world as the engine gives them, judged by the engine and by the reference."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any

from broker.dates import ALWAYS
from broker.decision.changes import Remedy, as_mapping
from broker.decision.decision import Decision
from broker.decision.reasons import Effect
from broker.decision.remedy import Remedies
from broker.decision.terms import BasisTerm, Discloser, Grant, RecipientTerm, Terms
from broker.rehearsal.run import decide
from broker.vocabulary.codes import Detail
from tests.generative.loading import scenario_of
from tests.reference import remedies as reference
from tests.reference.facts import Cell

Doc = dict[str, Any]
LARGEST_TRIED = 3
"""How many changes at once are tried where all sets of them are."""


@dataclass(frozen=True)
class Remedied:
    """A cell that is not permitted, and its remedies as JSON prints them."""

    cell: Cell
    reasons: tuple[str, ...]
    remedies: list[list[Doc]]


def as_json(remedies: tuple[Remedy, ...]) -> list[list[Doc]]:
    """Remedies as `broker decide --json` prints them."""
    return [[as_mapping(change) for change in remedy] for remedy in remedies]


def documents_of(world: Doc) -> reference.Documents:
    """The world as the reference takes it."""
    return world["scenario"], world["policies"], world["agreements"]


def decision_of(documents: reference.Documents) -> Decision:
    """The engine's decision of documents."""
    scenario, policies, agreements = documents
    added = [each for each in agreements if each["agreement"] == "remedy"]
    written = scenario | {"agreements": [each for each in agreements if each not in added]}
    if added and isinstance(written.get("signed"), dict):
        written["signed"] = {key: by for key, by in written["signed"].items() if key != "remedy"}
    found = scenario_of({"scenario": written, "policies": policies})
    return decide(replace(found, terms=(*found.terms, *map(terms_of, added))))


def terms_of(added: Doc) -> Terms:
    """A clause that a remedy adds, as terms: which lawful basis it will rest on is not for a remedy to say, and no
    document compiles without one.
    """
    (grant,) = added["grants"]
    (reader,) = grant["to"]
    return Terms(
        added["agreement"],
        added["version"],
        (
            Grant(
                grant["clause"],
                grant["text"],
                (Discloser(organisation=grant["from"][0]),),
                (RecipientTerm(organisation=reader["organisation"], roles=frozenset(reader["roles"])),),
                frozenset(grant["purposes"]),
                frozenset(grant["categories"]),
                Detail.FULL,
                BasisTerm(grant["lawful_basis"]["article_6"]),
            ),
        ),
        parties=frozenset(added["parties"]),
        signatures=dict.fromkeys(added["parties"], (ALWAYS,)),
    )


def remedied(decision: Decision) -> Iterator[Remedied]:
    """Every cell that is not permitted, with its remedies."""
    found = Remedies(decision)
    for person, category, controller, outcome in decision.cells():
        if outcome.effect is not Effect.PERMIT:
            remedies = as_json(found.of_cell(person, category, controller))
            yield Remedied(Cell(person, category, controller), tuple(outcome.reasons), remedies)


def one_of_each(world: Doc) -> list[Remedied]:
    """The cells of a world that are not permitted: one for each set of reasons and shape of its remedies."""
    seen: dict[object, Remedied] = {}
    for one in remedied(decision_of(documents_of(world))):
        shape = tuple(tuple(change["change"] for change in remedy) for remedy in one.remedies)
        seen.setdefault((one.reasons, shape), one)
    return list(seen.values())


def engine_permits(documents: reference.Documents, cell: Cell) -> bool:
    """Whether the engine permits the cell of these documents."""
    outcome = decision_of(documents).find_outcome(cell.person, cell.category, cell.controller)
    return outcome is not None and outcome.effect is Effect.PERMIT


def proper_parts(remedy: list[Doc]) -> Iterator[list[Doc]]:
    """Every proper subset of a remedy's changes, the empty one too."""
    for size in range(len(remedy)):
        yield from map(list, combinations(remedy, size))


def faults(documents: reference.Documents, one: Remedied, *, engine: bool = True) -> list[str]:
    """Where a remedy of the cell does not permit, or a part of one does, by the reference and by the engine."""
    found = []
    judges = {"reference": reference.permits} | ({"engine": engine_permits} if engine else {})
    for remedy in one.remedies:
        for name, permits in judges.items():
            if not permits(reference.applied(documents, one.cell, remedy), one.cell):
                found.append(f"{name}: {one.cell} {one.reasons} is not permitted by {remedy}")
            found += [
                f"{name}: {one.cell} {one.reasons} is permitted by {part}, part of {remedy}"
                for part in proper_parts(remedy)
                if permits(reference.applied(documents, one.cell, part), one.cell)
            ]
    return found


def told_apart(remedies: list[list[Doc]]) -> set[frozenset[tuple[tuple[str, str], ...]]]:
    """Remedies without order, so that two lists of them can be compared."""
    return {
        frozenset(tuple(sorted((key, str(value)) for key, value in change.items())) for change in remedy)
        for remedy in remedies
    }


def missing_or_invented(world: Doc, one: Remedied) -> bool:
    """Whether trying every small set of changes finds other remedies than the engine gives."""
    tried = reference.minimal_sets(documents_of(world), one.cell, LARGEST_TRIED)
    return told_apart(tried) != told_apart([each for each in one.remedies if len(each) <= LARGEST_TRIED])
