"""Signed notes: what is signed, who vouches, and what is refused."""

from __future__ import annotations

import base64
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broker.audit.note import KeyKind, NoteKey, NoteRefused, cosign_note, parse_note, sign_note, verify_note
from tests.unit.audit.building import LOG, WITNESS, make_signer

TEXT = "broker.example/audit\n5\nqqqq\n"
SIGNED = sign_note(TEXT, LOG.key, LOG.sign)
COSIGNED = cosign_note(SIGNED, WITNESS.key, WITNESS.sign, 1_772_444_000)


@given(st.text(st.characters(exclude_categories=["Cc", "Cs"])))
def test_any_text_survives_being_signed_written_and_read(words: str) -> None:
    note = sign_note(words + "\n", LOG.key, LOG.sign)
    again = parse_note(str(note))
    assert again == note
    assert [one.key for one in verify_note(again, [LOG.key])] == [LOG.key]


def test_a_cosignature_carries_the_witness_own_time() -> None:
    vouching = verify_note(COSIGNED, [WITNESS.key, LOG.key])
    assert {(one.key.name, one.cosigned_at_s) for one in vouching} == {
        ("broker.example/audit", None),
        ("witness.example", 1_772_444_000),
    }


def test_a_cosignature_with_its_time_changed_is_refused() -> None:
    line = COSIGNED.signatures[1]
    later = (1_772_444_001).to_bytes(8, "big") + line.signature[8:]
    forged = str(COSIGNED).replace(
        base64.b64encode(line.key_id + line.signature).decode(), base64.b64encode(line.key_id + later).decode()
    )
    with pytest.raises(NoteRefused, match="does not verify"):
        verify_note(parse_note(forged), [WITNESS.key])


def test_a_signature_by_an_unknown_key_is_passed_over() -> None:
    other = make_signer(9, "other.example")
    both = str(COSIGNED) + str(sign_note(TEXT, other.key, other.sign).signatures[0])
    assert len(verify_note(parse_note(both), [LOG.key])) == 1


def test_a_note_that_no_known_key_signed_is_refused() -> None:
    with pytest.raises(NoteRefused, match="none of the keys"):
        verify_note(SIGNED, [make_signer(9, "other.example").key])


def test_a_key_of_the_same_name_and_another_secret_did_not_sign() -> None:
    with pytest.raises(NoteRefused, match="none of the keys"):
        verify_note(SIGNED, [make_signer(9).key])


def test_a_signature_under_a_known_id_by_another_secret_is_a_forgery() -> None:
    forged = sign_note(TEXT, LOG.key, make_signer(9).sign)
    with pytest.raises(NoteRefused, match="does not verify"):
        verify_note(forged, [LOG.key])


def test_a_signature_of_another_length_is_refused() -> None:
    with pytest.raises(NoteRefused, match="length"):
        verify_note(sign_note(TEXT, LOG.key, lambda _: b"short"), [LOG.key])


CHANGES: dict[str, Callable[[str], str]] = {
    "no-signatures": lambda _: TEXT,
    "no-blank-line": lambda note: note.replace("\n\n", "\n"),
    "no-final-line-feed": lambda note: note[:-1],
    "hyphen-for-dash": lambda note: note.replace("— ", "- "),
    "no-name": lambda note: note.replace("— broker.example/audit", "— "),
    "space-like-name": lambda note: note.replace("— broker", "— \u00a0broker"),
    "plus-in-name": lambda note: note.replace("— broker", "— +broker"),
    "tab": lambda note: note.replace("audit\n5", "audit\t\n5"),
    "carriage-return": lambda note: note.replace("\n5", "\r\n5"),
    "white-space-in-base64": lambda note: note[:-10] + " " + note[-10:],
    "padding-lost": lambda note: note.rstrip("=\n") + "\n",
    "spare-bits": lambda note: note.replace("=\n", "A=\n"),
    "empty-signature": lambda note: note[: note.index("— ")] + "— broker.example/audit \n",
    "key-id-only": lambda note: note[: note.index("— ")] + "— broker.example/audit AAAAAA==\n",
    "a-hundred-and-one": lambda note: note + note[note.index("— ") :] * 100,
    "too-long": lambda note: "x" * (1 << 20) + note,
    "empty": lambda _: "",
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_note_in_any_other_form_is_refused(change: str) -> None:
    other = CHANGES[change](str(SIGNED))
    assert other != str(SIGNED)
    with pytest.raises(NoteRefused):
        parse_note(other)


@pytest.mark.parametrize("text", ["no line feed", "a\x00b\n", "a\x1bb\n"])
def test_a_text_that_notes_cannot_hold_is_not_signed(text: str) -> None:
    with pytest.raises(NoteRefused):
        sign_note(text, LOG.key, LOG.sign)


def test_a_witness_key_does_not_sign_as_a_log_nor_a_log_key_cosign() -> None:
    with pytest.raises(NoteRefused, match="witness"):
        sign_note(TEXT, WITNESS.key, WITNESS.sign)
    with pytest.raises(NoteRefused, match="own"):
        cosign_note(SIGNED, LOG.key, LOG.sign, 1)


def test_a_key_survives_being_written_and_read_with_its_kind() -> None:
    for key in (LOG.key, WITNESS.key):
        assert NoteKey.parse(f"{key}\n") == key
    assert WITNESS.key.kind is KeyKind.COSIGNATURE_V1


@pytest.mark.parametrize(
    "text",
    [
        "",
        "name",
        "name+00000000",
        "name+00000000+!!!!",
        "name+00000000+",
        str(LOG.key).replace("+", "-"),
        str(LOG.key)[:-4],
        str(LOG.key).replace(LOG.key.key_id.hex(), "00000000"),
        "other" + str(LOG.key),
        "name+00000000+" + base64.b64encode(b"\x02" + bytes(32)).decode(),
    ],
)
def test_a_key_in_any_other_form_is_refused(text: str) -> None:
    with pytest.raises(NoteRefused):
        NoteKey.parse(text)


@pytest.mark.parametrize("name", ["", "two words", "a+b", "a\nb", "a\x00b", "a\u00a0b"])
def test_a_key_name_that_notes_cannot_hold_is_refused(name: str) -> None:
    with pytest.raises(NoteRefused):
        NoteKey(name, bytes(32))
