"""C2SP signed notes: a text, a blank line, and one signature line for each key that vouches for it.

Decides the format, key ids and the two kinds of Ed25519 signature in use: a log's own and a witness's cosignature
with its time. Decides nothing about what the text says. From c2sp.org/signed-note and c2sp.org/tlog-cosignature.
Private keys stay where they are: signing takes a function, so that it may be a key in an HSM.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import struct
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import IntEnum, unique
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from broker.errors import BrokerError

LONGEST_NOTE: Final = 1 << 20  # bytes; a checkpoint is a few hundred
MOST_SIGNATURES: Final = 100
_KEY_ID_BYTES: Final = 4
_SIGNATURE_BYTES: Final = 64
_TIME_BYTES: Final = 8
_DASH: Final = "— "

Sign = Callable[[bytes], bytes]
"""Ed25519 over a message: 64 bytes. Where the key lives is the caller's affair."""


class NoteRefused(BrokerError):
    """A note or key is malformed, or is not signed as it must be."""

    exit_code = 1


@unique
class KeyKind(IntEnum):
    """The signature type byte of a note key."""

    ED25519 = 0x01
    COSIGNATURE_V1 = 0x04


@dataclass(frozen=True, slots=True)
class NoteKey:
    """A named public key: 32 bytes of Ed25519 and what it signs. Raises NoteRefused for a bad name."""

    name: str
    public_key: bytes
    kind: KeyKind = KeyKind.ED25519

    def __post_init__(self) -> None:
        if not _is_name(self.name):
            raise NoteRefused("note key", "a name has no spaces, no `+` and is not empty")
        if len(self.public_key) != 32:
            raise NoteRefused(f"note key `{self.name}`", "an Ed25519 public key has 32 bytes")

    @property
    def key_id(self) -> bytes:
        """The first 4 bytes of SHA-256(name ‖ LF ‖ kind ‖ public key)."""
        tagged = self.name.encode() + b"\n" + bytes([self.kind]) + self.public_key
        return hashlib.sha256(tagged).digest()[:_KEY_ID_BYTES]

    def __str__(self) -> str:
        """The key as text: `name+id+base64`, which is what an auditor is given."""
        tagged = base64.b64encode(bytes([self.kind]) + self.public_key).decode()
        return f"{self.name}+{self.key_id.hex()}+{tagged}"

    @classmethod
    def parse(cls, text: str) -> NoteKey:
        """The key that `name+id+base64` names. Raises NoteRefused, also when the id is not the key's own."""
        where = "note key"
        name, _, rest = text.strip().partition("+")
        key_id, _, encoded = rest.partition("+")
        tagged = _decode_base64(where, encoded)
        try:
            kind = KeyKind(tagged[0])
        except (IndexError, ValueError):
            raise NoteRefused(where, "is of a kind not known here: Ed25519 and cosignature/v1 are") from None
        key = cls(name, tagged[1:], kind)
        if key_id != key.key_id.hex():
            raise NoteRefused(where, f"`{name}` does not have the id it claims; was a character lost?")
        return key


@dataclass(frozen=True, slots=True)
class NoteSignature:
    """One signature line, not yet verified: `key_id` 4 bytes, `signature` what follows it."""

    name: str
    key_id: bytes
    signature: bytes

    def __str__(self) -> str:
        return f"{_DASH}{self.name} {base64.b64encode(self.key_id + self.signature).decode()}\n"


@dataclass(frozen=True, slots=True)
class SignedNote:
    """A text (ending in a line feed) and its signature lines, not yet verified. `str` gives the note."""

    text: str
    signatures: tuple[NoteSignature, ...]

    def __str__(self) -> str:
        return f"{self.text}\n{''.join(str(one) for one in self.signatures)}"


@dataclass(frozen=True, slots=True)
class Vouching:
    """A key whose signature on a note verified; `cosigned_at_s` is the witness's own time, in seconds since 1970,
    and None for a log's signature."""

    key: NoteKey
    cosigned_at_s: int | None = None


def _is_name(text: str) -> bool:
    """Whether a key may be called so: not empty, no Unicode white space, no `+`, no control character."""
    return bool(text) and not any(one.isspace() or one == "+" or one < " " for one in text)


def _decode_base64(where: str, text: str) -> bytes:
    try:
        data = base64.b64decode(text, validate=True)
    except (ValueError, binascii.Error):
        raise NoteRefused(where, "is not base64") from None
    if base64.b64encode(data).decode() != text:
        raise NoteRefused(where, "is not spelled as base64 spells it")
    return data


def _require_text(text: str) -> None:
    if not text.endswith("\n"):
        raise NoteRefused("signed note", "the text must end with a line feed")
    if any(one < " " and one != "\n" for one in text):
        raise NoteRefused("signed note", "the text holds a control character")


def _message(text: str, kind: KeyKind, cosigned_at_s: int | None) -> bytes:
    if kind is KeyKind.COSIGNATURE_V1:
        return f"cosignature/v1\ntime {cosigned_at_s}\n{text}".encode()
    return text.encode()


def sign_note(text: str, key: NoteKey, sign: Sign) -> SignedNote:
    """The text as a note with the log's signature. Raises NoteRefused for a text that notes cannot hold."""
    _require_text(text)
    if key.kind is not KeyKind.ED25519:
        raise NoteRefused(f"note key `{key.name}`", "a witness's key cosigns; it does not sign as a log")
    signature = NoteSignature(key.name, key.key_id, sign(_message(text, key.kind, None)))
    return SignedNote(text, (signature,))


def cosign_note(note: SignedNote, key: NoteKey, sign: Sign, cosigned_at_s: int) -> SignedNote:
    """The note with a witness's cosignature added, `cosigned_at_s` in seconds since 1970."""
    if key.kind is not KeyKind.COSIGNATURE_V1:
        raise NoteRefused(f"note key `{key.name}`", "a log's key signs; a witness has a key of its own")
    signature = sign(_message(note.text, key.kind, cosigned_at_s))
    stamped = struct.pack(">Q", cosigned_at_s) + signature
    return SignedNote(note.text, (*note.signatures, NoteSignature(key.name, key.key_id, stamped)))


def parse_note(note: str) -> SignedNote:
    """The text and signature lines of a note, unverified. Raises NoteRefused when it is not one."""
    where = "signed note"
    if len(note.encode(errors="surrogatepass")) > LONGEST_NOTE:
        raise NoteRefused(where, f"is longer than {LONGEST_NOTE} bytes")
    head, separator, tail = note.rpartition("\n\n")
    if not separator or not tail.endswith("\n"):
        raise NoteRefused(where, "has no blank line followed by signature lines")
    text = head + "\n"
    _require_text(text)
    lines = tail[:-1].split("\n")
    if len(lines) > MOST_SIGNATURES:
        raise NoteRefused(where, f"has more than {MOST_SIGNATURES} signatures")
    return SignedNote(text, tuple(_parse_signature(number, line) for number, line in enumerate(lines, 1)))


def _parse_signature(number: int, line: str) -> NoteSignature:
    where = f"signed note: signature {number}"
    name, _, encoded = line.removeprefix(_DASH).partition(" ")
    if not line.startswith(_DASH) or not _is_name(name) or not encoded:
        raise NoteRefused(where, "must be `— name base64`")
    data = _decode_base64(where, encoded)
    if len(data) <= _KEY_ID_BYTES:
        raise NoteRefused(where, "is too short")
    return NoteSignature(name, data[:_KEY_ID_BYTES], data[_KEY_ID_BYTES:])


def verify_note(note: SignedNote, keys: Iterable[NoteKey]) -> tuple[Vouching, ...]:
    """Which of the keys vouch for the note. Signatures by unknown keys are passed over, as the format demands.

    Raises NoteRefused when a known key's signature is bad, or when none of the keys has signed.
    """
    known = {(key.name, key.key_id): key for key in keys}
    vouching: dict[NoteKey, Vouching] = {}
    for one in note.signatures:
        key = known.get((one.name, one.key_id))
        if key is not None and key not in vouching:
            vouching[key] = _verified(note.text, key, one.signature)
    if not vouching:
        raise NoteRefused("signed note", "none of the keys given has signed it")
    return tuple(vouching.values())


def _verified(text: str, key: NoteKey, data: bytes) -> Vouching:
    where = f"signed note: signature of `{key.name}`"
    at_s: int | None = None
    if key.kind is KeyKind.COSIGNATURE_V1:
        at_s, data = int.from_bytes(data[:_TIME_BYTES], "big"), data[_TIME_BYTES:]
    if len(data) != _SIGNATURE_BYTES:
        raise NoteRefused(where, "has the wrong length")
    try:
        Ed25519PublicKey.from_public_bytes(key.public_key).verify(data, _message(text, key.kind, at_s))
    except (InvalidSignature, ValueError):
        raise NoteRefused(where, "does not verify") from None
    return Vouching(key, at_s)
