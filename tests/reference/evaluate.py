"""decide(): one scenario in, one object of `broker decide --json` out.

Slow and obvious on purpose: it follows Part 1 of the product document sentence by sentence, and shares nothing
with the engine it is compared with. It takes valid documents for granted; refusing bad ones is the loader's work.
"""

from __future__ import annotations

from tests.reference.cells import decide_cells
from tests.reference.facts import Doc, world_of
from tests.reference.records import decide_records
from tests.reference.remedies import request_remedies
from tests.reference.requests import refusal, refused_step, told_refusal
from tests.reference.views import officer_view, requester_view

OFFICER, REQUESTER = "officer", "requester"


def decide(scenario: Doc, policies: dict[str, Doc], agreements: list[Doc], view: str = OFFICER) -> Doc:
    """The decision of one scenario in one view, as JSON-compatible data.

    `policies` maps a file's stem to its document; `agreements` are the agreements of the scenario, already
    resolved. Cells come in the order people were asked for, then by controller, then by category; records by id;
    coverage by controller, then category. The officer view has `cells` and `records`, the requester view
    `records`, `not_shared` and `coverage`; a refused request has them empty.
    """
    if view not in (OFFICER, REQUESTER):
        raise ValueError(f"`{view}` is not a view: use `{OFFICER}` or `{REQUESTER}`")
    world = world_of(scenario, policies, agreements)
    refused_because = refusal(world)
    head: Doc = {
        "scenario": scenario["scenario"],
        "outcome": "answered" if refused_because is None else "refused",
        "refused_because": refused_because if view == OFFICER else told_refusal(refused_because),
        "next_step": refused_step(refused_because, is_officer=view == OFFICER),
    }
    if view == OFFICER:
        head["remedies"] = request_remedies(scenario, policies, agreements)
    if refused_because is not None:
        parts = ("cells", "records") if view == OFFICER else ("records", "not_shared", "coverage")
        return head | {part: [] for part in parts}
    decided = decide_cells(world)
    records = decide_records(world, decided)
    return head | (
        officer_view(world, decided, records) if view == OFFICER else requester_view(world, decided, records)
    )
