"""The verifier's own reader of checkpoints and keys: one form, and the same answers as the writer's."""

from __future__ import annotations

import base64
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broker.audit.checkpoint import parse_checkpoint
from broker.audit.note import NoteRefused, parse_note, verify_note
from broker.audit.verify.published import LOG_KEY, WITNESS_KEY, Unreadable, read_key, read_published, vouched_for
from tests.unit.audit.building import LOG, WITNESS, checkpoint_note

NOTE = str(checkpoint_note([bytes([number]) * 32 for number in range(5)]))
SIGNATURES = NOTE.index("— ")

CHANGES: dict[str, Callable[[str], str]] = {
    "padding-lost": lambda note: note.rstrip("=\n") + "\n",
    "odd-length": lambda note: note[:-3] + "\n",
    "spare-bits": lambda note: note[:SIGNATURES] + "— broker.example/audit AAAAAAB=\n",
    "hyphen-for-dash": lambda note: note.replace("— ", "- "),
    "two-spaces": lambda note: note.replace("audit ", "audit  "),
    "a-hundred-and-one": lambda note: note[:SIGNATURES] + "— a AAAA\n" * 101,
    "blank-signature-line": lambda note: note + "\n",
    "tab": lambda note: note.replace("\n5\n", "\n5\t\n"),
    "arabic-digit": lambda note: note.replace("\n5\n", "\n٥\n"),
    "root-with-spare-bits": lambda note: note.split("\n")[0] + "\n5\n" + "A" * 42 + "B=\n",
    "short-root": lambda note: note.split("\n")[0] + "\n5\nAAAA\n",
    "root-that-is-not-base64": lambda note: note.split("\n")[0] + "\n5\n====\n",
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_checkpoint_in_any_other_form_is_unreadable(change: str) -> None:
    other = CHANGES[change](NOTE)
    assert other != NOTE
    with pytest.raises(Unreadable):
        read_published(other.encode())


def test_a_checkpoint_without_signatures_is_read_and_nobody_vouches_for_it() -> None:
    published = read_published(NOTE[: SIGNATURES - 1].encode())
    assert published.size == 5
    assert vouched_for(published, read_key(str(LOG.key), LOG_KEY)) is None


def test_the_log_and_the_witness_vouch() -> None:
    published = read_published(NOTE.encode())
    assert vouched_for(published, read_key(str(LOG.key), LOG_KEY)) is True
    assert vouched_for(published, read_key(str(WITNESS.key), WITNESS_KEY)) is True


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "name"),
        ("name+00000000+A", "base64"),
        (f"name+00000000+{base64.b64encode(bytes(33)).decode()}", "not a log's"),
        (str(WITNESS.key), "not a log's"),
        (str(LOG.key).replace(LOG.key.key_id.hex(), "00000000"), "id it claims"),
    ],
)
def test_a_key_in_any_other_form_is_unreadable(text: str, words: str) -> None:
    with pytest.raises(Unreadable, match=words):
        read_key(text, LOG_KEY)


def independent(note: str) -> bool:
    try:
        return vouched_for(read_published(note.encode()), read_key(str(LOG.key), LOG_KEY)) is True
    except Unreadable:
        return False


def writers(note: str) -> bool:
    try:
        checkpoint = parse_checkpoint(parse_note(note).text)
        return checkpoint.size >= 0 and LOG.key in {one.key for one in verify_note(parse_note(note), [LOG.key])}
    except NoteRefused:
        return False


@given(st.integers(0, len(NOTE) - 1), st.characters(exclude_categories=["Cs"]))
def test_both_readers_agree_on_a_note_with_one_character_changed(at: int, other: str) -> None:
    """A differential test: what the verifier takes as signed, the writer's reader does too, and the other way."""
    note = NOTE[:at] + other + NOTE[at + 1 :]
    assert independent(note) == writers(note)
    if at < SIGNATURES and note != NOTE:
        assert not independent(note)


@pytest.mark.parametrize(
    "other", ["", "\x00", "\t", "\n", "\r", "\x85", "\u00a0", "\u2028", " ", "+", "=", "A", "—", "\x7f"]
)
def test_both_readers_agree_wherever_a_character_that_splits_text_is_put(other: str) -> None:
    for at in range(len(NOTE)):
        for note in (NOTE[:at] + other + NOTE[at + 1 :], NOTE[:at] + other + NOTE[at:]):
            assert independent(note) == writers(note), f"{other!r} at {at}"
