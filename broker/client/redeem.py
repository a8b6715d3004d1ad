"""Redeeming receipts: the proof, for each, that its entry is in the log, checked here and kept.

Decides that nothing is believed of a proof: the checkpoint must be signed by the log's own key, the hashes must
lead from the receipt to its root (RFC 9162 section 2.1.3.2), and each checkpoint must be what the one before grew
into (section 2.1.4.2). A receipt that cannot be redeemed is evidence: it is told, and kept. From docs/security.md
section 3, points 2 and 4.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from broker.audit.checkpoint import Checkpoint, open_checkpoint
from broker.audit.note import NoteKey, NoteRefused
from broker.audit.receipt import Receipt
from broker.audit.tree import ProofRefused, verify_consistency, verify_inclusion
from broker.canonical import canonical_json
from broker.client.answers import list_of, text_of
from broker.client.problems import AnswerNotUnderstood, NotFound, SaidNo
from broker.client.receipts import append_line
from broker.errors import BrokerError

AskProof = Callable[[str], Mapping[str, Any]]
"""The proof for a leaf hash, as docs/api.md has it. Raises NotFound where the log has no such entry."""
AskGrowth = Callable[[int], Mapping[str, Any]]
"""The newest checkpoint and the proof that it grew from this size."""


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
    """What became of the receipts; `newest` is the newest checkpoint that was seen (None: nothing was shown)."""

    redeemed: tuple[Redeemed, ...]
    unredeemed: tuple[Unredeemed, ...]
    newest: Seen | None


def check_redeemed(receipt: Receipt, found: Mapping[str, Any], log_key: NoteKey) -> tuple[Redeemed, Seen]:
    """The proof that was answered for a receipt, verified. Raises ProofRefused, NoteRefused,
    AnswerNotUnderstood."""
    seen, index = Seen.open(text_of(found, "checkpoint"), log_key), found.get("index")
    if not isinstance(index, int) or isinstance(index, bool):
        raise AnswerNotUnderstood("the answer has no `index`")
    hashes, checkpoint = _hashes(found), seen.checkpoint
    verify_inclusion(index, checkpoint.size, bytes.fromhex(receipt.leaf_hash), hashes, checkpoint.root)
    return Redeemed(receipt, index, hashes, seen.note), seen


def redeem(
    receipts: Iterable[Receipt], log_key: NoteKey, last: Seen | None, ask: AskProof, grown: AskGrowth
) -> Redemption:
    """Redeems the receipts; `last` is the newest checkpoint seen before.

    Raises LogChanged, and what asking raises where nobody can be asked.
    """
    redeemed: list[Redeemed] = []
    unredeemed: list[Unredeemed] = []
    seen: dict[int, Seen] = {} if last is None else {last.checkpoint.size: last}
    for receipt in receipts:
        if receipt.origin != log_key.name:
            unredeemed.append(Unredeemed(receipt, f"is of another log, `{receipt.origin}`"))
            continue
        try:
            found, under = check_redeemed(receipt, ask(receipt.leaf_hash), log_key)
        except (NotFound, SaidNo):
            unredeemed.append(Unredeemed(receipt, "the log has no such entry"))
        except (ProofRefused, NoteRefused) as refused:
            unredeemed.append(Unredeemed(receipt, str(refused)))
        else:
            redeemed.append(found)
            if seen.setdefault(under.checkpoint.size, under).checkpoint.root != under.checkpoint.root:
                raise LogChanged("log", f"has two roots for {under.checkpoint.size} entries: it was forked")
    newest = _require_grown(seen, log_key, grown) if redeemed else last
    return Redemption(tuple(redeemed), tuple(unredeemed), newest)


def _require_grown(seen: Mapping[int, Seen], log_key: NoteKey, grown: AskGrowth) -> Seen:
    """The newest checkpoint, once each one seen is shown to be how it began."""
    newest = seen[max(seen)]
    for size in sorted(seen) if len(seen) > 1 else ():
        found = grown(size)
        now, old = Seen.open(text_of(found, "checkpoint"), log_key), seen[size].checkpoint
        try:
            verify_consistency(size, now.checkpoint.size, _hashes(found), old.root, now.checkpoint.root)
        except ProofRefused as refused:
            raise LogChanged("log", f"is not what it was: {refused.message}") from None
        if now.checkpoint.size > newest.checkpoint.size:
            newest = now
    return newest


def _hashes(found: Mapping[str, Any]) -> tuple[bytes, ...]:
    try:
        return tuple(bytes.fromhex(one) for one in list_of(found, "proof"))
    except (TypeError, ValueError):
        raise AnswerNotUnderstood("the answer's `proof` is not made of hashes") from None


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
        if redemption.newest is not None:
            waiting = self._last.with_suffix(".checkpoint-new")
            waiting.unlink(missing_ok=True)
            append_line(waiting, redemption.newest.note.encode("utf-8"))
            waiting.replace(self._last)
