"""A scenario as a value: one situation, its rules, and what is expected of the decision.

Decides nothing. Everything a decision needs is here and complete: no file is looked at again. Format:
docs/formats.md ("A scenario").
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from broker.agreements.document import Agreement
from broker.decision.facts import Facts
from broker.decision.request import Request
from broker.decision.terms import Terms
from broker.errors import Finding
from broker.vocabulary.codes import Vocabulary

CellKey: TypeAlias = tuple[str, str, str]
"""Person id, category code, controller code."""

FieldValue: TypeAlias = str | int | float


@dataclass(frozen=True, slots=True)
class Expectation:
    """What should happen; a part that is None is not checked.

    `refused_because` only counts where `states_refusal` says it was written: its null means "not refused".
    `records` maps a record id to `full`, `summary`, `flag` or `withheld`. `reasons` are the officer view's, by
    cell; `told` is the requester view's one reason, or `nothing`.
    """

    outcome: str | None = None
    states_refusal: bool = False
    refused_because: str | None = None
    records: Mapping[str, str] = field(default_factory=dict)
    reasons: Mapping[CellKey, frozenset[str]] = field(default_factory=dict)
    told: Mapping[CellKey, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Scenario:
    """One situation. `where` is `file:line` of its beginning; `terms` are the agreements' in the order listed, and
    `agreements` the documents they come from. `contents` maps a record id to its fields as written: no part of the
    facts, because no content is opened before the decision."""

    name: str
    why: str
    where: str
    vocabulary: Vocabulary
    duties: Terms
    terms: tuple[Terms, ...]
    agreements: tuple[Agreement, ...]
    facts: Facts
    contents: Mapping[str, Mapping[str, FieldValue]]
    request: Request
    expect: Expectation | None = None


@dataclass(frozen=True, slots=True)
class ScenarioFile:
    """The scenarios of one file in its order, and the warnings found while reading them."""

    scenarios: tuple[Scenario, ...]
    warnings: tuple[Finding, ...] = ()
