"""Reading a published checkpoint and finding out who vouches for it, independently of what wrote it.

Decides from c2sp.org/signed-note, tlog-checkpoint and tlog-cosignature, written afresh. A signature line by a key
that was not given is passed over; one that claims to be by a given key and is not is a forgery, not an absence.
"""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

LOG_KEY = 1
WITNESS_KEY = 4
_LINE = re.compile("— ([^\\s+\\x00-\\x1f]+) ([A-Za-z0-9+/]+={0,2})")


class Unreadable(Exception):
    """A file or key is not of the form it must have; the message says which and why."""


@dataclass(frozen=True, slots=True)
class Key:
    """A public key as an auditor is given it: `name+id+base64`."""

    name: str
    kind: int
    raw: bytes

    @property
    def id(self) -> bytes:
        """Four bytes that tell keys of one name apart."""
        return sha256(b"%s\n%c%s" % (self.name.encode(), self.kind, self.raw)).digest()[:4]


def read_key(text: str, kind: int) -> Key:
    """The key in the text, which must be of the kind wanted. Raises Unreadable."""
    match = re.fullmatch(r"\s*([^\s+\x00-\x1f]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+={0,2})\s*", text)
    if match is None:
        raise Unreadable("a key is written `name+id+base64`")
    try:
        data = b64decode(match[3], validate=True)
    except ValueError:
        raise Unreadable(f"key `{match[1]}`: is not base64") from None
    if len(data) != 33 or data[0] != kind:
        wanted = "a log's Ed25519 key" if kind == LOG_KEY else "a witness's cosignature key"
        raise Unreadable(f"key `{match[1]}`: is not {wanted}")
    key = Key(match[1], kind, data[1:])
    if key.id.hex() != match[2]:
        raise Unreadable(f"key `{match[1]}`: does not have the id it claims; was a character lost?")
    return key


@dataclass(frozen=True, slots=True)
class Published:
    """A checkpoint as found: the text that is signed, what it says, and (name, key id and signature) lines."""

    text: str
    origin: str
    size: int
    root: bytes
    lines: tuple[tuple[str, bytes], ...]


def read_published(note: bytes) -> Published:
    """The checkpoint in a note, with or without signatures. Raises Unreadable."""
    if len(note) > 1 << 20:
        raise Unreadable("is longer than a checkpoint can be")
    try:
        whole = note.decode("utf-8")
    except UnicodeDecodeError:
        raise Unreadable("is not text in UTF-8") from None
    text, blank, tail = whole.rpartition("\n\n")
    text, tail = (text + "\n", tail) if blank else (whole, "")
    body = text.split("\n")
    if len(body) < 4 or body[-1] or not all(body[:-1]) or any(one < " " for one in text if one != "\n"):
        raise Unreadable("is not an origin, a size and a root, each on a line of its own")
    try:
        root = b64decode(body[2], validate=True)
    except ValueError:
        root = b""
    if not re.fullmatch(r"0|[1-9][0-9]{0,18}", body[1], re.ASCII) or len(root) != 32:
        raise Unreadable("its size or its root is not spelled as it must be")
    if b64encode(root).decode() != body[2]:
        raise Unreadable("its root is not spelled as base64 spells it")
    return Published(text, body[0], int(body[1]), root, _signature_lines(tail))


def _signature_lines(tail: str) -> tuple[tuple[str, bytes], ...]:
    if not tail:
        return ()
    if not tail.endswith("\n"):
        raise Unreadable("its last signature line is cut off")
    found: list[tuple[str, bytes]] = []
    for line in tail.removesuffix("\n").split("\n"):
        match = _LINE.fullmatch(line)
        if match is None or len(found) == 100:
            raise Unreadable("a signature line is not `— name base64`, or there are more than a hundred")
        try:
            data = b64decode(match[2], validate=True)
        except ValueError:
            raise Unreadable("a signature is not base64") from None
        if b64encode(data).decode() != match[2]:
            raise Unreadable("a signature is not spelled as base64 spells it")
        found.append((match[1], data))
    return tuple(found)


def vouched_for(published: Published, key: Key) -> bool | None:
    """True when the key's signature verifies, False when one claims to be by it and is not, None when there is
    none."""
    mine = [data[4:] for name, data in published.lines if name == key.name and data[:4] == key.id]
    if not mine:
        return None
    return all(_verifies(published, key, data) for data in mine)


def _verifies(published: Published, key: Key, data: bytes) -> bool:
    message = published.text.encode()
    if key.kind == WITNESS_KEY:
        # tlog-cosignature: eight bytes of time go before the signature, and are signed with the text.
        message = b"cosignature/v1\ntime %d\n%s" % (int.from_bytes(data[:8], "big"), message)
        data = data[8:]
    try:
        Ed25519PublicKey.from_public_bytes(key.raw).verify(data, message)
    except (InvalidSignature, ValueError):
        return False
    return True
