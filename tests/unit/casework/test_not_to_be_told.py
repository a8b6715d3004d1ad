"""Who is not to be told for now: what a contact heard stands until somebody writes down that this person was told,
and the last word about a person is the one that counts."""

from __future__ import annotations

from datetime import timedelta

import pytest

from broker.casework.contact import FamilyKnows
from broker.casework.family_told import not_to_be_told
from broker.casework.steps import Step, StepKind
from tests.unit.casework.test_front_door import AT, RECORDED

MUM, PARTNER = "p-mum", "p-partner"
TOLD = Step(StepKind.FAMILY_TOLD, AT, "kim", {"about": MUM, "how": "in-person", "told_at": AT})
NOT_TOLD = Step(
    StepKind.FAMILY_NOT_TOLD,
    AT,
    "kim",
    {"about": MUM, "because": "could-harm", "look_again_at": AT + timedelta(days=7)},
)


def contact(knows: FamilyKnows) -> Step:
    return Step(StepKind.RECORDED, AT, "tri", {**RECORDED.facts, "family_knows": knows.value})


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        ([], set()),
        ([TOLD], set()),
        ([NOT_TOLD], {MUM}),
        ([NOT_TOLD, TOLD], set()),
        ([TOLD, NOT_TOLD], {MUM}),
        ([contact(FamilyKnows.NO)], set()),
        ([contact(FamilyKnows.UNKNOWN)], set()),
        ([contact(FamilyKnows.NOT_SAFE)], {MUM, PARTNER}),
        ([contact(FamilyKnows.NOT_SAFE), TOLD], {PARTNER}),
        ([contact(FamilyKnows.NOT_SAFE), TOLD, NOT_TOLD], {MUM, PARTNER}),
        ([contact(FamilyKnows.YES), NOT_TOLD], {MUM}),
    ],
)
def test_the_last_word_about_each(steps: list[Step], expected: set[str]) -> None:
    assert not_to_be_told([MUM, PARTNER], steps) == expected
