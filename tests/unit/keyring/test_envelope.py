"""A sealed value opens where it was put and nowhere else."""

from __future__ import annotations

import pickle

import pytest

from broker.errors import SystemFailed
from broker.keyring.envelope import Sealer, derive_key, length_prefixed
from broker.keyring.faults import SealBroken

KEY = bytes(range(32))
PLACE = ("record_version", "content", b"row-1", "p-mum")


def test_what_is_sealed_opens_in_its_place() -> None:
    sealer = Sealer(KEY)
    assert sealer.open(*PLACE, sealer.seal(*PLACE, b"attended")) == b"attended"


def test_two_seals_of_one_value_differ() -> None:
    sealer = Sealer(KEY)
    assert sealer.seal(*PLACE, b"attended") != sealer.seal(*PLACE, b"attended")


@pytest.mark.parametrize(
    "elsewhere",
    [
        ("identity_version", "content", b"row-1", "p-mum"),
        ("record_version", "header", b"row-1", "p-mum"),
        ("record_version", "content", b"row-2", "p-mum"),
        ("record_version", "content", b"row-1", "p-dad"),
        ("record_versio", "ncontent", b"row-1", "p-mum"),
        ("record_version", "content", b"row-1p", "-mum"),
    ],
)
def test_it_does_not_open_elsewhere(elsewhere: tuple[str, str, bytes, str]) -> None:
    sealer = Sealer(KEY)
    sealed = sealer.seal(*PLACE, b"attended")
    with pytest.raises(SealBroken):
        sealer.open(*elsewhere, sealed)


def test_it_does_not_open_under_another_key() -> None:
    sealed = Sealer(KEY).seal(*PLACE, b"attended")
    with pytest.raises(SealBroken, match="another key"):
        Sealer(bytes(32)).open(*PLACE, sealed)


def test_every_changed_byte_is_noticed() -> None:
    sealer = Sealer(KEY)
    sealed = sealer.seal(*PLACE, b"attended")
    for position in range(len(sealed)):
        changed = bytearray(sealed)
        changed[position] ^= 1
        with pytest.raises(SealBroken):
            sealer.open(*PLACE, bytes(changed))


@pytest.mark.parametrize("short", [b"", b"\x01", b"\x01" * 28, b"plain text that was never sealed at all"])
def test_what_was_never_sealed_is_refused(short: bytes) -> None:
    with pytest.raises(SystemFailed):
        Sealer(KEY).open(*PLACE, short)


def test_a_refusal_names_table_and_column_and_nobody() -> None:
    with pytest.raises(SealBroken) as caught:
        Sealer(KEY).open(*PLACE, b"")
    assert "record_version.content" in str(caught.value)
    assert "p-mum" not in str(caught.value)


def test_a_sealer_shows_nothing_and_is_not_pickled() -> None:
    assert repr(Sealer(KEY)) == "Sealer(…)"
    with pytest.raises(TypeError):
        pickle.dumps(Sealer(KEY))


def test_length_prefixes_keep_parts_apart() -> None:
    assert length_prefixed(b"ab", b"c") != length_prefixed(b"a", b"bc")
    with pytest.raises(OverflowError):
        length_prefixed(b"x" * 65536)


def test_derived_keys_differ_by_salt_and_info() -> None:
    keys = {derive_key(KEY, b"one", b"a"), derive_key(KEY, b"two", b"a"), derive_key(KEY, b"one", b"b")}
    assert len(keys) == 3
    assert {len(key) for key in keys} == {32}
