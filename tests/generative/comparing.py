"""Two readings of one rule, side by side: the engine's answer and the reference's, compared key by key."""

from __future__ import annotations

import json
from typing import Any

from broker.consent.record import ConsentKind
from broker.dates import uk_date
from broker.rehearsal.run import decision_json
from broker.release.messages import Message, consent_words, listed, say, sentence
from broker.release.views import View
from tests.generative.loading import scenario_of
from tests.reference.evaluate import decide as reference_decide
from tests.reference.next_steps import ASKS_SOMEBODY

BY_REMEDY = "whoever the remedies name"
"""Whom an officer is pointed to follows from the remedies, which are judged by trying: test_remedies.py."""
Keyed = dict[str, dict[Any, Any]]


def words_of(step: Any) -> str | None:
    """The reference's step, which is data, in the catalogue's words; the engine's as it is."""
    if step is None or isinstance(step, str):
        return step
    if step["say"] == BY_REMEDY:
        return BY_REMEDY
    values = {key: value for key, value in step.items() if key != "say"}
    if "consent" in values:
        kind = values["consent"]
        values["consent"] = say(Message.ANY_CONSENT) if kind == "any" else consent_words(ConsentKind(kind))
    if "agreement" in values:
        called = dict(zip(("title", "version"), values["agreement"], strict=False))
        values["agreement"] = say(Message.AGREEMENT, **called) if called else say(Message.DUTIES)
    if "bodies" in values:
        values["bodies"] = listed(Message.EVERY, values["bodies"])
    if "day" in values:
        values["day"] = uk_date(values["day"])
    return sentence(Message(step["say"]), **values)


def spoken(decision: dict[str, Any]) -> dict[str, Any]:
    """The decision with its steps in words, those that follow from a cell's remedies left to their own test, and
    without the remedies of cells.
    """
    cells = []
    for cell in decision.get("cells", []):
        by_remedy = not cell["reasons"] or min(cell["reasons"]) in ASKS_SOMEBODY
        step = BY_REMEDY if by_remedy else words_of(cell["next_step"])
        cells.append({**cell, "next_step": step, "remedies": []})
    told = [{**row, "next_step": words_of(row["next_step"])} for row in decision.get("not_shared", [])]
    return decision | {"next_step": words_of(decision["next_step"]), "cells": cells, "not_shared": told}


def keyed(decision: dict[str, Any]) -> Keyed:
    """A decision's JSON by key, so that order does not matter and nothing is left out."""
    plain = json.loads(json.dumps(spoken(decision)))

    def by(rows: list[dict[str, Any]], *keys: str) -> dict[Any, Any]:
        made = {tuple(row[key] for key in keys): json.dumps(row, sort_keys=True) for row in rows}
        assert len(made) == len(rows), "a decision lists the same thing twice"
        return made

    cell = ("person", "category", "controller")
    return {
        "outcome": {key: plain.get(key) for key in ("outcome", "refused_because", "next_step", "remedies")},
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
