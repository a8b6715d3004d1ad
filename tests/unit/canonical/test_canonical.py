"""One byte string for one value."""

from __future__ import annotations

import json
import math
from collections import OrderedDict
from enum import StrEnum

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from broker.canonical import (
    Spelled,
    canonical_json,
    canonical_members,
    canonical_text,
    digest,
    digest_bytes,
)

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(JSON.filter(lambda value: "\\ud" not in json.dumps(value)))
def test_it_is_json_and_reads_back(value: object) -> None:
    assert json.loads(canonical_json(value)) == value


@given(st.dictionaries(st.text(alphabet="abcdef"), st.integers()))
def test_the_order_of_keys_does_not_matter(value: dict[str, int]) -> None:
    assert canonical_json(OrderedDict(reversed(value.items()))) == canonical_json(value)


@given(st.dictionaries(st.text(alphabet="aB_é"), JSON, max_size=5), st.integers(0, 31))
def test_what_was_spelled_before_stands_for_its_value(value: dict[str, object], some: int) -> None:
    spelled = {
        name: Spelled(canonical_text(one)) if some >> place & 1 else one
        for place, (name, one) in enumerate(value.items())
    }
    assume("\\ud" not in json.dumps(value))
    assert canonical_members(spelled) == canonical_json(value)


def test_sets_are_sorted_lists_and_codes_are_their_text() -> None:
    class Code(StrEnum):
        B = "b"

    assert canonical_json({"codes": {Code.B, "a"}, "pair": (1, 2)}) == b'{"codes":["a","b"],"pair":[1,2]}'


@pytest.mark.parametrize("value", [{1: "x"}, {None: 1}, [{"a": {2: 3}}]])
def test_keys_that_could_print_alike_are_refused(value: object) -> None:
    with pytest.raises(TypeError, match="string keys"):
        canonical_json(value)


@pytest.mark.parametrize("value", [math.nan, math.inf, [-math.inf]])
def test_numbers_json_cannot_hold_are_refused(value: object) -> None:
    with pytest.raises(ValueError, match=r"not JSON compliant|Out of range"):
        canonical_json(value)


def test_digests_name_their_function() -> None:
    empty = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert digest_bytes(b"") == empty
    assert digest({"a": 1}) == digest_bytes(b'{"a":1}')
