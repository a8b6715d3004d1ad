"""A list is read as its mapping says: the samples of the charity's list, and what each use does."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from broker.agencies import Adapter
from broker.agencies.contract import Extent
from broker.agencies.mapped import MappedAdapter
from broker.agreements.partnership import load_partnership
from broker.errors import CallWrong
from broker.mappings.load import load_mapping
from broker.vocabulary.codes import Vocabulary
from tests.agencies.reading import read_by

ROOT = Path(__file__).parents[3]
SHIPPED = ROOT / "deploy" / "mappings" / "open-door-support.yaml"
SAMPLES = Path(__file__).parent / "samples"


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    return load_partnership(ROOT / "policies").vocabulary


@pytest.fixture(scope="module")
def adapter(vocabulary: Vocabulary) -> Adapter:
    return MappedAdapter(load_mapping(SHIPPED, vocabulary).mapping, vocabulary)


@pytest.mark.parametrize("kind", ["good", "messy", "malformed"])
def test_a_sample_is_read_as_expected(adapter: Adapter, vocabulary: Vocabulary, kind: str) -> None:
    told = read_by(SAMPLES / f"{kind}.csv", adapter, vocabulary.organisations["open-door"])
    assert told == json.loads((SAMPLES / f"{kind}.json").read_text("utf-8"))
    counts = told["counts"]
    assert counts["accepted"] + counts["rejected"] + counts["blank"] == counts["read"]


def test_only_the_organisation_it_names_may_send_it(adapter: Adapter, vocabulary: Vocabulary) -> None:
    with pytest.raises(CallWrong, match="it is a list of `open-door`"):
        read_by(SAMPLES / "good.csv", adapter, vocabulary.organisations["lantern-carers"])


def test_it_is_called_after_its_mapping(adapter: Adapter) -> None:
    assert (adapter.code, adapter.extent) == ("map:open-door-support", Extent.WHOLE_LIST)
    assert adapter.category_codes == {"early-help"}


def test_the_same_entry_written_in_another_way_has_the_same_key(adapter: Adapter, vocabulary: Vocabulary) -> None:
    sender = vocabulary.organisations["open-door"]
    good, messy = (read_by(SAMPLES / f"{kind}.csv", adapter, sender) for kind in ("good", "messy"))
    assert [row["records"][0]["source_key"] for row in good["rows"]] == [
        row["records"][0]["source_key"] for row in messy["rows"]
    ]
