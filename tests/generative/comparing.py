"""Two readings of one rule, side by side: the engine's answer and the reference's, compared key by key."""

from __future__ import annotations

import json
from typing import Any

from broker.rehearsal.run import decision_json
from broker.release.views import View
from tests.generative.loading import scenario_of
from tests.reference.evaluate import decide as reference_decide

Keyed = dict[str, dict[Any, Any]]


def keyed(decision: dict[str, Any]) -> Keyed:
    """A decision's JSON by key, so that order does not matter and nothing is left out."""
    plain = json.loads(json.dumps(decision))

    def by(rows: list[dict[str, Any]], *keys: str) -> dict[Any, Any]:
        made = {tuple(row[key] for key in keys): json.dumps(row, sort_keys=True) for row in rows}
        assert len(made) == len(rows), "a decision lists the same thing twice"
        return made

    cell = ("person", "category", "controller")
    return {
        "outcome": {"outcome": plain["outcome"], "refused_because": plain["refused_because"]},
        "cells": by(plain.get("cells", []), *cell),
        "records": by(plain["records"], "id"),
        "not_shared": by(plain.get("not_shared", []), *cell),
        "coverage": by(plain.get("coverage", []), "controller", "category"),
    }


def differences(world: dict[str, Any]) -> list[str]:
    """Every difference between the engine and the reference on one world, in both views."""
    scenario = scenario_of(world)
    found = []
    for view in View:
        engine = keyed(decision_json(scenario, view))
        reference = keyed(reference_decide(world["scenario"], world["policies"], world["agreements"], view.value))
        for part in engine:
            for key in engine[part].keys() | reference[part].keys():
                ours, theirs = engine[part].get(key), reference[part].get(key)
                if ours != theirs:
                    found.append(f"{view.value} {part} {key}: engine {ours}, reference {theirs}")
    return sorted(found)
