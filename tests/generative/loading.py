"""A world of plain documents through the broker's own loader."""

from __future__ import annotations

from typing import Any

from broker.rehearsal.parse import scenario_from_documents
from broker.rehearsal.scenario import Scenario


def scenario_of(world: dict[str, Any]) -> Scenario:
    """The scenario of a world {policies, scenario}; raises DocumentsRefused with every problem."""
    return scenario_from_documents(world["scenario"], world["policies"], "world")
