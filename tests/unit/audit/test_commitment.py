"""A commitment binds to the private part, hides it, and survives its erasure."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broker.audit.commitment import CommitmentMismatch, commit_private, require_commitment

BLINDING = bytes(range(32))
BLINDINGS = st.binary(min_size=32, max_size=32)


def test_a_commitment_is_what_it_was_when_the_format_was_fixed() -> None:
    found = commit_private(b"justification", BLINDING).hex()
    assert found == "69ed7ace1ca5018c5eb02bd593d35a3049fb9f9730c843cb83840b24bef407ad"


@given(st.binary(), BLINDINGS)
def test_the_private_part_opens_its_commitment(private: bytes, blinding: bytes) -> None:
    require_commitment(commit_private(private, blinding), private, blinding)


@given(st.binary(), st.binary(), BLINDINGS)
def test_another_private_part_does_not(private: bytes, other: bytes, blinding: bytes) -> None:
    if private == other:
        other += b"."
    with pytest.raises(CommitmentMismatch) as refused:
        require_commitment(commit_private(private, blinding), other, blinding)
    assert refused.value.exit_code == 1


@given(st.binary(), BLINDINGS, BLINDINGS)
def test_another_blinding_does_not(private: bytes, blinding: bytes, other: bytes) -> None:
    if blinding == other:
        other = bytes(32) if any(blinding) else b"\x01" * 32
    with pytest.raises(CommitmentMismatch):
        require_commitment(commit_private(private, blinding), private, other)


@pytest.mark.parametrize("length", [0, 31, 33])
def test_a_blinding_of_another_length_is_refused(length: int) -> None:
    # Were any length allowed, bytes could move from the blinding to the private part unseen.
    with pytest.raises(ValueError, match="32 bytes"):
        commit_private(b"x", bytes(length))
