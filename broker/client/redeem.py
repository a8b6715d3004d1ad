"""Redeeming receipts: the proof, for each, that its entry is in the log, checked here and kept.

Decides that nothing is believed of a proof: the checkpoint must be signed by the log's own key, the hashes must
lead from the receipt to its root (RFC 9162 section 2.1.3.2), and each checkpoint must be what the one before grew
into (section 2.1.4.2). A receipt that cannot be redeemed is evidence: it is told, and kept. From docs/security.md
section 3, points 2 and 4. Questions about the log have receipts too, which nobody keeps: each redemption would
make as many again, and they release nothing.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from broker.audit.checkpoint import Checkpoint, open_checkpoint
from broker.audit.note import NoteKey
from broker.audit.receipt import Receipt
from broker.audit.tree import ProofRefused, verify_consistency, verify_inclusion
from broker.canonical import canonical_json
from broker.client.answers import list_of, text_of
from broker.client.problems import AnswerNotUnderstood, Malformed, NotFound
from broker.client.receipts import append_line
from broker.errors import BrokerError

AskProof = Callable[[str, int], Mapping[str, Any]]
"""The proof for a leaf hash in the log of a size, as docs/api.md has it. Raises NotFound where it has no such
entry."""
AskCheckpoint = Callable[[int | None], Mapping[str, Any]]
"""The published checkpoint, and how it began as the log of a size; NotFound, Malformed where it did not."""


class LogChanged(BrokerError):
    """The log is not what it was: it shrank, or an older checkpoint is no beginning of the newer one. Nobody but
    whoever can write to the log can have done that; keep both checkpoints and tell your officer."""

    exit_code = 1


@dataclass(frozen=True, slots=True)
class Redeemed:
    """The entry is in the log: at `index`, under a signed checkpoint. `proof` is 32 bytes each."""

    receipt: Receipt
    index: int
    proof: tuple[bytes, ...]
    checkpoint: str


@dataclass(frozen=True, slots=True)
class Unredeemed:
    """A promise that is not kept so far, and why in words."""

    receipt: Receipt
    why: str


@dataclass(frozen=True, slots=True)
class Seen:
    """A checkpoint that the log's key signed, and the note it stands in."""

    checkpoint: Checkpoint
    note: str

    @classmethod
    def open(cls, note: str, log_key: NoteKey) -> Self:
        """Raises NoteRefused where the log's key has not signed it."""
        return cls(open_checkpoint(note, log_key), note)


@dataclass(frozen=True, slots=True)
class Redemption:
    """What became of the receipts; `newest` is the checkpoint they were redeemed under."""

    redeemed: tuple[Redeemed, ...]
    unredeemed: tuple[Unredeemed, ...]
    newest: Seen


def redeem(
    receipts: Iterable[Receipt], log_key: NoteKey, last: Seen | None, published: AskCheckpoint, proof: AskProof
) -> Redemption:
    """Redeems the receipts under the checkpoint that is published now; `last` is the one seen before.

    Raises LogChanged where that is not how the log began, NoteRefused where the log's key has not signed, and what
    asking raises where nobody can be asked.
    """
    newest = _require_grown(log_key, last, published)
    redeemed: list[Redeemed] = []
    unredeemed: list[Unredeemed] = []
    for receipt in receipts:
        try:
            redeemed.append(_redeemed(receipt, log_key, newest, proof))
        except NotFound:
            unredeemed.append(Unredeemed(receipt, "the log has no such entry, or has not published it yet"))
        except ProofRefused as refused:
            unredeemed.append(Unredeemed(receipt, str(refused)))
    return Redemption(tuple(redeemed), tuple(unredeemed), newest)


def _redeemed(receipt: Receipt, log_key: NoteKey, newest: Seen, proof: AskProof) -> Redeemed:
    if receipt.origin != log_key.name:
        raise ProofRefused("receipt", f"is of another log, `{receipt.origin}`")
    checkpoint = newest.checkpoint
    found = proof(receipt.leaf_hash, checkpoint.size)
    index, hashes = found.get("index"), _hashes(found, "proof")
    if not isinstance(index, int) or isinstance(index, bool):
        raise AnswerNotUnderstood("the answer has no `index`")
    verify_inclusion(index, checkpoint.size, bytes.fromhex(receipt.leaf_hash), hashes, checkpoint.root)
    return Redeemed(receipt, index, hashes, newest.note)


def _require_grown(log_key: NoteKey, last: Seen | None, published: AskCheckpoint) -> Seen:
    """What is published now, once the checkpoint seen before is shown to be how it began."""
    if last is None:
        return Seen.open(text_of(published(None), "checkpoint"), log_key)
    old = last.checkpoint
    try:
        found = published(old.size)
    except (NotFound, Malformed):
        raise LogChanged(
            "log", f"published a checkpoint of {old.size} entries, which you hold, and does not know it any more"
        ) from None
    now = Seen.open(text_of(found, "checkpoint"), log_key)
    try:
        verify_consistency(
            old.size, now.checkpoint.size, _hashes(found, "consistency"), old.root, now.checkpoint.root
        )
    except ProofRefused as refused:
        raise LogChanged("log", f"is not what it was: {refused.message}") from None
    return now


def _hashes(found: Mapping[str, Any], name: str) -> tuple[bytes, ...]:
    try:
        return tuple(bytes.fromhex(one) for one in list_of(found, name))
    except (TypeError, ValueError):
        raise AnswerNotUnderstood(f"the answer's `{name}` is not made of hashes") from None


class RedeemedFile:
    """Beside the receipts: the proofs that were verified, one JSON object a line, and the newest checkpoint. Both
    are the partner's own evidence, and hold nothing personal."""

    def __init__(self, receipts: Path) -> None:
        self._proofs = receipts.with_suffix(".redeemed.jsonl")
        self._last = receipts.with_suffix(".checkpoint")

    def leaves(self) -> frozenset[str]:
        """The leaf hashes of what was redeemed before."""
        if not self._proofs.exists():
            return frozenset()
        with self._proofs.open(encoding="utf-8") as file:
            return frozenset(json.loads(line)["leaf_hash"] for line in file)

    def last(self, log_key: NoteKey) -> Seen | None:
        """The newest checkpoint seen. Raises NoteRefused where the file is not what the log's key signed."""
        return Seen.open(self._last.read_text("utf-8"), log_key) if self._last.exists() else None

    def keep(self, redemption: Redemption) -> None:
        """Keeps what was redeemed, and the newest of its checkpoints."""
        lines = [
            canonical_json(
                {
                    **one.receipt.as_mapping(),
                    "index": one.index,
                    "proof": [part.hex() for part in one.proof],
                    "checkpoint": one.checkpoint,
                }
            )
            + b"\n"
            for one in redemption.redeemed
        ]
        if lines:
            append_line(self._proofs, b"".join(lines))
        waiting = self._last.with_suffix(".checkpoint-new")
        waiting.unlink(missing_ok=True)
        append_line(waiting, redemption.newest.note.encode("utf-8"))
        waiting.replace(self._last)
