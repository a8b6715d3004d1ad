"""Checkpoints: three lines, one spelling, and never a step that is not an extension."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broker.audit.checkpoint import (
    Checkpoint,
    open_checkpoint,
    parse_checkpoint,
    require_successor,
    sign_checkpoint,
)
from broker.audit.frontier import Frontier
from broker.audit.note import NoteRefused, sign_note
from broker.audit.tree import EMPTY_ROOT, ProofRefused, consistency_ranges, leaf_hash, proof_from, root_of
from tests.unit.audit.building import LOG, ORIGIN, make_signer

ROOT_TEXT = base64.b64encode(bytes(32)).decode()
LEAVES = [leaf_hash(b"%d" % number) for number in range(20)]


def at_size(size: int) -> Checkpoint:
    return Checkpoint(ORIGIN, size, root_of(LEAVES[:size]))


def proof(old: int, size: int) -> tuple[bytes, ...]:
    return proof_from(consistency_ranges(old, size), dict(Frontier().extend(LEAVES).completed))


def test_the_text_is_origin_size_and_root() -> None:
    assert Checkpoint(ORIGIN, 5, bytes(32)).text == f"broker.example/audit\n5\n{ROOT_TEXT}\n"


@given(st.integers(1, 2**63 - 1), st.binary(min_size=32, max_size=32))
def test_a_checkpoint_survives_being_signed_and_opened(size: int, root: bytes) -> None:
    checkpoint = Checkpoint(ORIGIN, size, root)
    assert open_checkpoint(str(sign_checkpoint(checkpoint, LOG.key, LOG.sign)), LOG.key) == checkpoint


def test_extension_lines_are_kept_and_not_interpreted() -> None:
    text = f"{ORIGIN}\n5\n{ROOT_TEXT}\nsomething else\n"
    assert parse_checkpoint(text).extensions == ("something else",)


@pytest.mark.parametrize(
    "text",
    [
        "",
        f"{ORIGIN}\n5\n",
        f"\n5\n{ROOT_TEXT}\n",
        f"two words\n5\n{ROOT_TEXT}\n",
        f"{ORIGIN}\n05\n{ROOT_TEXT}\n",
        f"{ORIGIN}\n-5\n{ROOT_TEXT}\n",
        f"{ORIGIN}\n٥\n{ROOT_TEXT}\n",
        f"{ORIGIN}\n9999999999999999999\n{ROOT_TEXT}\n",
        f"{ORIGIN}\n5\n{ROOT_TEXT[:-4]}\n",
        f"{ORIGIN}\n5\n{ROOT_TEXT[:-2]}B=\n",
        f"{ORIGIN}\n5\n!!!!\n",
        f"{ORIGIN}\n5\n{ROOT_TEXT}",
        f"{ORIGIN}\n5\n{ROOT_TEXT}\n\n",
        f"{ORIGIN}\n0\n{ROOT_TEXT}\n",
    ],
)
def test_a_checkpoint_in_any_other_form_is_refused(text: str) -> None:
    with pytest.raises(NoteRefused):
        parse_checkpoint(text)


def test_a_checkpoint_is_signed_only_by_its_own_logs_key() -> None:
    other = make_signer(3, "other.example/log")
    with pytest.raises(NoteRefused, match="not the key of the log"):
        sign_checkpoint(at_size(5), other.key, other.sign)
    with pytest.raises(NoteRefused, match="is of the log"):
        open_checkpoint(str(sign_note(at_size(5).text, other.key, other.sign)), other.key)


@given(st.integers(1, 20), st.integers(1, 20))
def test_an_extension_is_a_successor(one: int, other: int) -> None:
    old, size = sorted((one, other))
    require_successor(at_size(old), at_size(size), proof(old, size))


def test_anything_succeeds_the_empty_log_and_needs_no_proof() -> None:
    empty = Checkpoint(ORIGIN, 0, EMPTY_ROOT)
    require_successor(empty, at_size(5), ())
    with pytest.raises(ProofRefused):
        require_successor(empty, at_size(5), (bytes(32),))


def test_a_smaller_log_is_no_successor() -> None:
    with pytest.raises(ProofRefused):
        require_successor(at_size(5), at_size(4), proof(4, 5))


def test_a_fork_is_no_successor() -> None:
    with pytest.raises(ProofRefused, match="forked"):
        require_successor(at_size(5), Checkpoint(ORIGIN, 5, bytes(32)), ())


def test_a_rewritten_log_is_no_successor() -> None:
    with pytest.raises(ProofRefused):
        require_successor(Checkpoint(ORIGIN, 5, bytes(32)), at_size(9), proof(5, 9))


def test_another_log_is_no_successor() -> None:
    with pytest.raises(NoteRefused):
        require_successor(at_size(5), Checkpoint("other.example/log", 5, at_size(5).root), ())
