"""The hazard log keeps its word: what it names exists, risks are the matrix's, what is unacceptable says so."""

from __future__ import annotations

from collections import Counter

import pytest

from broker.documents.findings import DocumentsRefused
from tests.safety.hazards import (
    MATRIX,
    PRINTED,
    RISKS,
    ROOT,
    SOURCE,
    STAGES,
    Hazard,
    Likelihood,
    Severity,
    Status,
    hazard_log_text,
    load_hazards,
)
from tests.safety.named import is_there

HAZARDS = load_hazards(SOURCE.read_bytes())
COMPARED = "tests/generative/test_agrees_with_reference.py::"
by_id = pytest.mark.parametrize("hazard", HAZARDS, ids=lambda hazard: hazard.id)


def test_ids_and_titles_are_unique_and_in_order() -> None:
    ids = [hazard.id for hazard in HAZARDS]
    assert ids == [f"H-{number:02d}" for number in range(1, len(HAZARDS) + 1)]
    assert max(Counter(hazard.title for hazard in HAZARDS).values()) == 1


def test_the_document_is_current() -> None:
    assert PRINTED.read_text(encoding="utf-8") == hazard_log_text(HAZARDS), "python -m tests.safety.hazards"


@by_id
def test_each_risk_is_the_one_the_matrix_gives(hazard: Hazard) -> None:
    assert {stage: hazard.rated(stage) for stage in STAGES} == dict(hazard.risk)


@by_id
def test_every_place_and_every_test_it_names_is_there(hazard: Hazard) -> None:
    assert hazard.controls, "nothing stands against it"
    for control in hazard.controls:
        assert control.where
        assert control.proof, f"`{control.says}` is proved by nothing"
        missing = [name for name in (*control.where, *control.proof) if not is_there(ROOT, name)]
        assert missing == []
        assert all("::" in name for name in control.proof)


@by_id
def test_a_rule_that_the_reference_holds_is_compared_with_the_broker(hazard: Hazard) -> None:
    """Tests of the reference say what a rule means; the comparison says that the broker does the same."""
    for control in hazard.controls:
        means = any(name.startswith("tests/reference/") for name in control.proof)
        assert not means or any(name.startswith(COMPARED) for name in control.proof), control.says


@by_id
def test_what_is_not_acceptable_says_so(hazard: Hazard) -> None:
    residual = hazard.risk["residual"]
    assert residual < 4 or hazard.status is Status.OPEN, "a risk of 4 or 5 is open"
    assert residual < 3 or hazard.why_not_lower, "say why it goes no lower"
    assert hazard.status is not Status.OPEN or hazard.open, "say what is still to be built"
    assert hazard.status is not Status.FOR_DEPLOYER or hazard.deployer, "say what the deployer must do"
    assert hazard.risk["deployed"] <= residual
    # The broker may make something worse only where it says that this is not acceptable.
    assert residual <= hazard.risk["initial"] or hazard.status is Status.OPEN


def test_the_matrix_never_falls_as_things_get_worse() -> None:
    assert set(MATRIX) == set(Likelihood)
    for row in MATRIX.values():
        assert list(row) == sorted(row)
        assert set(row) <= set(RISKS)
    for column in range(len(Severity)):
        risks = [MATRIX[likelihood][column] for likelihood in Likelihood]
        assert risks == sorted(risks)


def test_the_safety_case_names_every_open_hazard() -> None:
    text = (ROOT / "docs/safety/clinical-safety.md").read_text(encoding="utf-8")
    assert [one.id for one in HAZARDS if one.status is Status.OPEN and one.id not in text] == []


@pytest.mark.parametrize(
    ("spoilt", "told"),
    [
        (("severity: major", "severity: awful"), "H-01: `awful` is none of minor"),
        (("    title: Silence", "    titel: Silence"), "H-01: unknown keys"),
        (("    owner: safety-deployer\n", ""), "H-01: missing"),
        (("initial: high, residual", "inital: high, residual"), "H-01: `likelihood` has initial"),
        (
            ("      - an agency has not signed", "      - 7\n      - an agency has not signed"),
            "no list of sentences",
        ),
    ],
)
def test_what_is_no_hazard_is_refused(spoilt: tuple[str, str], told: str) -> None:
    text = SOURCE.read_text(encoding="utf-8").replace(*spoilt, 1)
    with pytest.raises(ValueError, match=told):
        load_hazards(text.encode())


def test_a_key_that_stands_twice_is_refused() -> None:
    text = SOURCE.read_text(encoding="utf-8").replace(
        "    severity: major\n", "    severity: major\n    severity: minor\n", 1
    )
    with pytest.raises(DocumentsRefused):
        load_hazards(text.encode())
