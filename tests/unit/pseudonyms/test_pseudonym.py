"""The text form: one spelling for one pseudonym."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broker.errors import CallWrong
from broker.pseudonyms import Pseudonym, PseudonymRefused

GOOD = "p1.matching.1.rj52ywjz7vwe2qbmrm4ijflpui"
NAMES = st.from_regex(r"[a-z0-9]([a-z0-9-]{0,20}[a-z0-9])?", fullmatch=True)


@given(NAMES, st.integers(1, 999_999), st.binary(min_size=16, max_size=16))
def test_printing_and_parsing_are_inverse(name: str, epoch: int, digest: bytes) -> None:
    pseudonym = Pseudonym(name, epoch, digest)
    text = str(pseudonym)
    assert Pseudonym.parse(text) == pseudonym
    encoded = text.rpartition(".")[2]
    assert base64.b32decode(encoded.upper() + "=" * 6) == digest


@pytest.mark.parametrize(
    "text",
    [
        "",
        GOOD.upper(),
        GOOD + "\n",
        " " + GOOD,
        GOOD + "=",
        GOOD[:-1],
        GOOD + "a",
        GOOD.replace("p1.", "p2."),
        GOOD.replace(".1.", ".01."),
        GOOD.replace(".1.", ".0."),
        GOOD.replace(".1.", ".1000000."),
        GOOD.replace(".1.", ".１."),
        GOOD.replace("matching", "Matching"),
        GOOD.replace("matching", "-matching"),
        GOOD.replace("matching", ""),
        GOOD.replace("matching", "a.b"),
        GOOD[:-1] + "1",
        GOOD[:-1] + "j",  # the same 128 bits, with a stray bit behind them
    ],
)
def test_every_other_spelling_is_refused_and_not_shown(text: str) -> None:
    with pytest.raises(PseudonymRefused) as caught:
        Pseudonym.parse(text)
    assert not text.strip() or text.strip() not in str(caught.value)


def test_of_the_32_last_characters_8_are_pseudonyms() -> None:
    accepted = []
    for last in "abcdefghijklmnopqrstuvwxyz234567":
        try:
            accepted.append(Pseudonym.parse(GOOD[:-1] + last).digest)
        except PseudonymRefused:
            continue
    assert len(accepted) == len(set(accepted)) == 8


@pytest.mark.parametrize("size", [0, 15, 17, 32])
def test_a_pseudonym_has_sixteen_bytes(size: int) -> None:
    with pytest.raises(PseudonymRefused, match="16 bytes"):
        Pseudonym("ecc", 1, bytes(size))


def test_a_pseudonym_of_no_domain_is_refused() -> None:
    with pytest.raises(CallWrong):
        Pseudonym("Essex", 1, bytes(16))


def test_a_pseudonym_does_not_show_itself_in_a_log_by_accident() -> None:
    assert "rj52" not in repr(Pseudonym.parse(GOOD))
    assert repr(Pseudonym.parse(GOOD)) == "Pseudonym('matching', epoch 1, …)"
