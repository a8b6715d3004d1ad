"""The first scenarios of a new agreement: for each clause one situation in which it permits and one in which not.

Decides nothing that a decision rests on: it writes down, as `broker test` reads it, the smallest world in which a
clause permits (`preconditions`), and what happens there when nobody has signed, or nobody agreed. A start: the
situations that only this agreement has are for its officers to write.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from broker.casework import Case
from broker.dates import instant_text, london_day
from broker.decision.terms import Terms
from broker.documents.limits import Unusable, resolve_plain
from broker.rehearsal.preconditions import World, find_world
from broker.vocabulary.codes import FieldKind, FieldSpec, Vocabulary

HEAD = """\
# A start, written by the broker: each clause once where it lets something through, and once where it must not.
# Add the situations that your officers ask about, one document each, with what should happen and why.
"""


def starting_scenarios(vocabulary: Vocabulary, terms: Terms, agreement_file: str = "agreement.yaml") -> str:
    """The text of a scenarios.yaml for an agreement; a clause that can never permit is named in a comment."""
    parts: list[str] = []
    for grant in terms.grants:
        world = find_world(vocabulary, terms, grant)
        if world is None:
            parts.append(f"# Clause {grant.clause}: no situation was found in which it lets anything through.\n")
            continue
        parts += [_document(one) for one in _scenarios(vocabulary, world, agreement_file)]
    documents = [part for part in parts if not part.startswith("#")]
    comments = [part for part in parts if part.startswith("#")]
    return HEAD + "".join(comments) + "---\n".join(documents)


def _scenarios(vocabulary: Vocabulary, world: World, file: str) -> Iterator[dict[str, Any]]:
    grant = world.grant
    whole = _scenario(vocabulary, world, file)
    detail = grant.detail.code
    yield {
        "scenario": f"Clause {grant.clause} lets it through",
        "why": grant.text,
        **whole,
        "expect": {"outcome": "answered", "records": {"r1": detail}},
    }
    withheld = {"outcome": "answered", "records": {"r1": "withheld"}}
    if grant.consent is not None:
        yield {
            "scenario": f"Clause {grant.clause} gives nothing before they agree",
            "why": "Nobody has been asked yet.",
            **{key: value for key, value in whole.items() if key != "consents"},
            "expect": withheld,
        }
    else:
        yield {
            "scenario": f"Clause {grant.clause} gives nothing before it is signed",
            "why": "No party has signed.",
            **{key: value for key, value in whole.items() if key != "signed"},
            "expect": withheld,
        }


def _scenario(vocabulary: Vocabulary, world: World, file: str) -> dict[str, Any]:
    facts, request = world.facts, world.request
    # A day into it: whoever reads it sees that the dates hold, and yesterday is before nothing began.
    at = request.at + timedelta(hours=33, minutes=30)
    day = london_day(request.at).isoformat()
    found: dict[str, Any] = {"at": instant_text(at), "agreements": [file], "signed": "all"}
    found["people"] = [
        {
            "id": person.id,
            "born": None if person.born is None else person.born.isoformat(),
            **({"competent": [{"from": day}]} if person.competences else {}),
        }
        for person in facts.people.values()
    ]
    found["staff"] = [
        {"id": one.id, "organisation": one.organisation, "roles": sorted(one.roles)}
        for one in facts.staff.values()
    ]
    found["cases"] = [_case(case, day) for case in facts.cases.values()]
    if facts.consents:
        found["consents"] = [
            {
                "id": one.id,
                "about": one.about,
                "by": one.signatory,
                "kind": one.kind.value,
                "decision": one.decision.value,
                "at": instant_text(one.at),
                "categories": sorted(one.categories or ()),
            }
            for one in facts.consents
        ]
    if facts.holder_decisions:
        found["holder_decisions"] = [
            {
                "about": one.about,
                "category": one.category,
                "controller": one.controller,
                "purpose": one.purpose,
                "decision": one.ruling.value,
                "by": one.by,
                "at": instant_text(one.at),
            }
            for one in facts.holder_decisions
        ]
    fields = vocabulary.categories[world.category].fields
    found["records"] = [
        {
            "id": "r1",
            "controller": world.controller,
            "category": world.category,
            "about": list(request.about),
            "mentions": [],
            "occurred": day,
            "fields": {spec.name: _sample(spec, request.about[0], day) for spec in fields},
        }
    ]
    found["request"] = {
        "by": request.by,
        "as": request.role,
        "purpose": request.purpose,
        **({} if request.case is None else {"case": request.case}),
        "about": list(request.about),
        "reason": "trying the clause",
    }
    return found


def _case(case: Case, day: str) -> dict[str, Any]:
    return {
        "id": case.id,
        "kind": case.kind.value,
        "level": case.level,
        "purposes": sorted(case.purposes),
        "about": sorted(case.about),
        "opened": day,
        "members": [{"staff": member.staff, "from": day} for member in case.members],
    }


def _sample(spec: FieldSpec, person: str, day: str) -> Any:
    if spec.kind is FieldKind.NUMBER:
        return 1
    if spec.kind is FieldKind.DATE:
        return day
    return person if spec.kind is FieldKind.PERSON else "example"


def _document(scenario: dict[str, Any]) -> str:
    """The scenario as the shipped ones are written: a key a line, the rest in braces."""
    return "".join(
        _block(key, value) if _rows(value) else f"{key}: {_value(value)}\n" for key, value in scenario.items()
    )


def _rows(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and isinstance(value[0], dict)


def _block(key: str, rows: list[Any]) -> str:
    return f"{key}:\n" + "".join(f"  - {_value(row)}\n" for row in rows)


def _value(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {_value(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_value(item) for item in value) + "]"
    if isinstance(value, str) and _is_plain(value):
        return value
    return json.dumps(value, ensure_ascii=False)


def _is_plain(text: str) -> bool:
    if not text or not all(letter.isalnum() or letter in "-_.:" for letter in text) or text.startswith("-"):
        return False
    if text.endswith(":"):
        return False
    try:
        return resolve_plain(text) == text
    except Unusable:
        return False
