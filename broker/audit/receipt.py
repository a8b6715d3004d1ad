"""A receipt: the promise, in every answer, that the act's entry will be in the log.

Decides the three values (origin, leaf hash, time) and their spelling. It travels under the response's signature,
which is checked elsewhere; the client keeps it and redeems it later for a proof of inclusion, or hands it to
`broker audit verify`. From docs/security.md section 3, point 4.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass

from broker.audit.details import is_instant
from broker.audit.entry import AuditEntry, entry_bytes, instant_text
from broker.audit.tree import leaf_hash
from broker.canonical import canonical_json
from broker.errors import CallWrong

_LEAF = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Receipt:
    """`origin` names the log, `leaf_hash` is 64 hexadecimal digits, `at` the instant the entry states."""

    origin: str
    leaf_hash: str
    at: str

    def __post_init__(self) -> None:
        if not self.origin or not _LEAF.fullmatch(self.leaf_hash) or not is_instant(self.at):
            raise CallWrong("receipt", "needs `origin`, `leaf_hash` (64 hexadecimal digits) and `at` (an instant)")

    def as_mapping(self) -> Mapping[str, str]:
        """For an answer's JSON."""
        return {"origin": self.origin, "leaf_hash": self.leaf_hash, "at": self.at}

    def to_line(self) -> bytes:
        """One line of a receipts file (JSON Lines), as the verifier reads it."""
        return canonical_json(dict(self.as_mapping())) + b"\n"


def receipt_for(origin: str, entry: AuditEntry) -> Receipt:
    """The receipt of an entry that has committed to the log `origin`."""
    return Receipt(origin, leaf_hash(entry_bytes(entry)).hex(), instant_text(entry.occurred_at))


def parse_receipt(line: str) -> Receipt:
    """The receipt on one line. Raises CallWrong when it is not one."""
    try:
        found = json.loads(line)
        return Receipt(**found)
    except (TypeError, ValueError):
        raise CallWrong("receipt", "must be a JSON object with `origin`, `leaf_hash` and `at`, all text") from None
