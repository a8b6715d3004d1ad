"""A little of the search that makes up requests from the description: all are answered as described."""

from __future__ import annotations

from typing import Any

import pytest

from tests.functional.api.door import Partner
from tests.scorecard import contract

pytest.importorskip("schemathesis", reason="schemathesis comes with `make scorecard` and `make bench`")

pytestmark = pytest.mark.only_on("sqlite")


def test_whatever_is_made_up_from_the_description_is_answered_as_described(council: Partner) -> None:
    found = contract.described(council, range(70))
    assert found["bad"] == 0
    assert found["cases"] >= 70


def test_an_answer_that_is_not_described_is_found_out(council: Partner, monkeypatch: pytest.MonkeyPatch) -> None:
    real = contract.document

    def without_a_refusal() -> dict[str, Any]:
        found = real()
        checkpoint = found["paths"]["/v1/audit/checkpoint"]
        checkpoint["get"]["responses"].pop("404")  # none is published yet
        return {**found, "paths": {"/v1/audit/checkpoint": checkpoint}}

    monkeypatch.setattr(contract, "document", without_a_refusal)
    assert contract.described(council, range(10))["bad"] > 0
