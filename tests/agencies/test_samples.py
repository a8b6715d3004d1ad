"""Every adapter in the register reads its good, messy and malformed samples as the JSON beside them says."""

from __future__ import annotations

import json

import pytest

from broker.agencies import ADAPTERS
from tests.agencies.reading import SAMPLES, read_sample

KINDS = ("good", "messy", "malformed")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("code", ADAPTERS)
def test_a_sample_is_read_as_expected(code: str, kind: str) -> None:
    told = read_sample(SAMPLES / code / f"{kind}.csv", code)
    assert told == json.loads((SAMPLES / code / f"{kind}.json").read_text("utf-8"))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("code", ADAPTERS)
def test_reading_twice_gives_the_same_keys_and_counts_add_up(code: str, kind: str) -> None:
    first, second = (read_sample(SAMPLES / code / f"{kind}.csv", code) for _ in range(2))
    assert first == second
    counts = first["counts"]
    assert counts["accepted"] + counts["rejected"] + counts["blank"] == counts["read"]


@pytest.mark.parametrize("code", ADAPTERS)
def test_good_is_wholly_taken_and_malformed_teaches_something(code: str) -> None:
    good = read_sample(SAMPLES / code / "good.csv", code)
    assert good["rejections"] == good["alerts"] == []
    assert read_sample(SAMPLES / code / "malformed.csv", code)["rejections"]


def test_every_sample_folder_belongs_to_an_adapter() -> None:
    assert {path.name for path in SAMPLES.iterdir() if path.is_dir() and path.name != "__pycache__"} == set(
        ADAPTERS
    )
