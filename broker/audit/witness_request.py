"""What a witness is asked, in the one form there is for it: C2SP tlog-witness `add-checkpoint`.

Decides the text only: `old` and the size the witness has, the hashes of the consistency proof in base64 each on a
line, a blank line, the signed checkpoint. It holds no entry and no hash of one, so that it can go to anybody.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from broker.audit.tree import HASH_BYTES, ProofRefused

MOST_HASHES: Final = 63
_OLD: Final = re.compile(r"old (0|[1-9][0-9]{0,18})")


@dataclass(frozen=True, slots=True)
class WitnessRequest:
    """The size that the witness is believed to have, the proof (32 bytes each) and the note that extends it."""

    old_size: int
    proof: tuple[bytes, ...]
    note: str

    def __str__(self) -> str:
        return f"old {self.old_size}\n{hash_lines(self.proof)}\n{self.note}"


def hash_lines(proof: Sequence[bytes]) -> str:
    """The hashes in base64, each on a line."""
    return "".join(f"{base64.b64encode(one).decode()}\n" for one in proof)


def is_request(text: str) -> bool:
    """Whether the text begins as a request and not as a bare note."""
    return _OLD.fullmatch(text.partition("\n")[0]) is not None


def parse_request(text: str) -> WitnessRequest:
    """The request in the text. Raises ProofRefused for any other spelling."""
    where = "witness request"
    head, blank, note = text.partition("\n\n")
    first, *lines = head.split("\n")
    match = _OLD.fullmatch(first)
    if match is None or not blank or len(lines) > MOST_HASHES:
        raise ProofRefused(where, "is `old SIZE`, at most 63 hashes, a blank line and a signed checkpoint")
    try:
        proof = tuple(base64.b64decode(line, validate=True) for line in lines)
    except (ValueError, binascii.Error):
        raise ProofRefused(where, "holds a line that is no hash in base64") from None
    if any(len(one) != HASH_BYTES for one in proof):
        raise ProofRefused(where, f"holds a hash that is not {HASH_BYTES} bytes long")
    found = WitnessRequest(int(match[1]), proof, note)
    if str(found) != text:
        raise ProofRefused(where, "is not spelled as the form spells it")
    return found
