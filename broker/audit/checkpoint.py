"""A checkpoint: what a log says of itself at one size, in the C2SP form, and when a signer may sign the next.

Decides the three lines (origin, size, root) and that nobody signs a checkpoint that does not extend the last one
signed. Keeps no state and no key. From c2sp.org/tlog-checkpoint and docs/security.md section 3, points 2 and 5.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from broker.audit.note import NoteKey, NoteRefused, Sign, SignedNote, parse_note, sign_note, verify_note
from broker.audit.tree import EMPTY_ROOT, HASH_BYTES, ProofRefused, verify_consistency

_SIZE = re.compile(r"0|[1-9][0-9]{0,18}")
_ORIGIN = re.compile(r"[^\s+]{1,255}")
LARGEST_SIZE: Final = 2**63 - 1  # C2SP tlog-checkpoint: fits a signed 64-bit number


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """`origin` names the log, `size` its entries, `root` the 32 bytes over them; `extensions` are further lines,
    which this broker never writes and never interprets. Raises NoteRefused for what the form cannot hold."""

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        where = "checkpoint"
        if not _ORIGIN.fullmatch(self.origin):
            raise NoteRefused(where, "the origin is one word, such as `broker.example/audit`")
        if not 0 <= self.size <= LARGEST_SIZE or len(self.root) != HASH_BYTES:
            raise NoteRefused(where, "needs a size and a root of 32 bytes")
        if self.size == 0 and self.root != EMPTY_ROOT:
            raise NoteRefused(where, "a log of no entries has another root")
        if any(not line or "\n" in line for line in self.extensions):
            raise NoteRefused(where, "an extension is one line that is not empty")

    @property
    def text(self) -> str:
        """The lines that are signed."""
        lines = (self.origin, str(self.size), base64.b64encode(self.root).decode(), *self.extensions)
        return "".join(f"{line}\n" for line in lines)


def parse_checkpoint(text: str) -> Checkpoint:
    """The checkpoint that a note's text holds. Raises NoteRefused for any other spelling."""
    where = "checkpoint"
    lines = text.split("\n")
    if len(lines) < 4 or lines[-1]:
        raise NoteRefused(where, "needs an origin, a size and a root, each on a line of its own")
    origin, size, root, *extensions = lines[:-1]
    if not _SIZE.fullmatch(size):
        raise NoteRefused(where, "the size is a plain number")
    try:
        checkpoint = Checkpoint(origin, int(size), base64.b64decode(root, validate=True), tuple(extensions))
    except (ValueError, binascii.Error):
        raise NoteRefused(where, "the root is not base64") from None
    if checkpoint.text != text:
        raise NoteRefused(where, "is not spelled as the form spells it")
    return checkpoint


def sign_checkpoint(checkpoint: Checkpoint, key: NoteKey, sign: Sign) -> SignedNote:
    """The checkpoint as a signed note. The key's name is the log's origin; raises NoteRefused otherwise."""
    if key.name != checkpoint.origin:
        raise NoteRefused(f"note key `{key.name}`", f"is not the key of the log `{checkpoint.origin}`")
    return sign_note(checkpoint.text, key, sign)


def open_checkpoint(note: str, key: NoteKey) -> Checkpoint:
    """The checkpoint in a note that this log's key has signed. Raises NoteRefused when it has not, or when the
    checkpoint is of another log."""
    signed = parse_note(note)
    verify_note(signed, (key,))
    checkpoint = parse_checkpoint(signed.text)
    if checkpoint.origin != key.name:
        raise NoteRefused("checkpoint", f"is of the log `{checkpoint.origin}`, not of `{key.name}`")
    return checkpoint


def require_successor(last: Checkpoint, new: Checkpoint, proof: Sequence[bytes]) -> None:
    """Raise unless `new` extends `last`: what a signer or a witness asks before it signs `new`.

    Raises NoteRefused for another origin, ProofRefused for a smaller log, a fork or a proof that does not hold.
    First sight (no `last`) is the caller's to name so; it is never "verified".
    """
    if new.origin != last.origin:
        raise NoteRefused("checkpoint", f"is of the log `{new.origin}`, not of `{last.origin}`")
    if last.size == 0:
        # Nothing was promised yet, so anything extends it; RFC 9162 has no proof for this.
        if proof:
            raise ProofRefused("consistency proof", "must be empty from the empty log")
        return
    verify_consistency(last.size, new.size, proof, last.root, new.root)
