"""C2SP signed notes against public vectors, by the writer's reader and by the verifier's."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from broker.audit.note import NoteKey, NoteRefused, parse_note, verify_note
from broker.audit.verify.published import LOG_KEY, Published, read_key, vouched_for

ROOT = Path(__file__).resolve().parents[2]
VECTORS = Path(os.environ.get("BROKER_VECTORS", ROOT.parent / "shared" / "vectors"))


def notes() -> list[dict[str, Any]]:
    path = VECTORS / "signed_note.json"
    if not path.is_file():
        pytest.skip(
            "public vectors `signed_note.json` are not here: set BROKER_VECTORS to the folder that holds them"
        )
    found: list[dict[str, Any]] = json.loads(path.read_text("utf-8"))["notes"]
    assert found
    return found


def test_published_keys_have_the_ids_they_claim_and_are_spelled_the_same() -> None:
    for one in notes():
        assert str(NoteKey.parse(one["vkey"])) == one["vkey"]
        assert read_key(one["vkey"], LOG_KEY).id == NoteKey.parse(one["vkey"]).key_id


def test_published_notes_verify_and_are_spelled_the_same() -> None:
    for one in notes():
        note = parse_note(one["note"])
        assert str(note) == one["note"]
        assert [vouching.key for vouching in verify_note(note, [NoteKey.parse(one["vkey"])])] == [
            NoteKey.parse(one["vkey"])
        ]


def test_a_published_note_with_any_letter_of_its_text_changed_is_refused() -> None:
    for one in notes():
        key = NoteKey.parse(one["vkey"])
        end = one["note"].rindex("\n\n")
        for at in range(end):
            changed = one["note"][:at] + ("x" if one["note"][at] != "x" else "y") + one["note"][at + 1 :]
            with pytest.raises(NoteRefused):
                verify_note(parse_note(changed), [key])


def test_the_verifiers_own_reader_agrees_on_every_published_note_and_mutant() -> None:
    for one in notes():
        note, key = parse_note(one["note"]), read_key(one["vkey"], LOG_KEY)
        lines = tuple((line.name, line.key_id + line.signature) for line in note.signatures)
        assert vouched_for(Published(note.text, "", 0, b"", lines), key) is True
        assert vouched_for(Published("x" + note.text, "", 0, b"", lines), key) is False
