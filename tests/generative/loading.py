"""A world of plain documents through the broker's own loader."""

from __future__ import annotations

from typing import Any

from broker.agreements.partnership import partnership_from_documents
from broker.documents.findings import Findings
from broker.documents.plain_data import document_from_plain
from broker.documents.reading import Reading
from broker.errors import DocumentsRefused
from broker.rehearsal.parse import read_scenario
from broker.rehearsal.scenario import Scenario


def scenario_of(world: dict[str, Any]) -> Scenario:
    """The scenario of a world {policies, scenario}; raises DocumentsRefused with every problem."""
    findings = Findings()
    partnership = partnership_from_documents(world["policies"])
    partnership.require()
    document = document_from_plain(world["scenario"], "world", findings)
    scenario = read_scenario(document, Reading("world", findings), partnership, _no_files)
    if not isinstance(scenario, Scenario):
        raise DocumentsRefused(findings.errors)
    return scenario


def _no_files(path: object) -> Any:
    raise AssertionError(f"a random world reads no file, but named {path!r}")
