"""Collecting what a witness cosigned: checked against the keys and against the log as it stands, and written down.

Decides that nothing is written down which this log's own key and the witness's have not both signed and which is
not how this log began: a checkpoint that does not fit is the strongest evidence there is that the log was
rewritten. The witness's key comes from the witness by another way, never from the file. What the file says stays
the witness's to vouch for, not this deployment's. From docs/security.md section 3, point 5.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime

from broker.access import Verb
from broker.audit.checkpoint import Checkpoint, open_checkpoint
from broker.audit.entry import instant_text
from broker.audit.events import Event
from broker.audit.note import KeyKind, NoteKey, NoteRefused, parse_note, verify_note
from broker.audit.tree import ProofRefused, verify_consistency
from broker.errors import CallWrong, NotAllowed
from broker.usecases.acting import Acting, perform
from broker.usecases.log.publish_log import sequence_once
from broker.usecases.log.published_log import find_checkpoint, find_consistency
from broker.usecases.log.signing import open_signer
from broker.usecases.log.writing_down import write_down
from broker.usecases.world import World


@dataclass(frozen=True, slots=True)
class Collected:
    """Which witness cosigned how many entries, and when by its own clock."""

    witness: str
    size: int
    cosigned_at: datetime


def collect_cosignature(world: World, note: str, witness_key: str, acting: Acting | None = None) -> Collected:
    """Checks a cosigned checkpoint and writes down who cosigned it. `acting` None is the holder of the keys.

    Raises NotAllowed for one that is not how this log began, CallWrong for what is no key of a witness, and
    NoteRefused where either has not signed it.
    """
    if acting is not None:
        perform(world, acting, Verb.AUDIT_VERIFY, lambda _, staff: staff.id)
    key = NoteKey.parse(witness_key)
    if key.kind is not KeyKind.COSIGNATURE_V1:
        raise CallWrong("--witness-key", "is no witness's key; give what `broker witness key` printed")
    signer = open_signer(world.settings)
    sequence_once(world, signer)
    checkpoint = open_checkpoint(note, signer.public)
    vouching = {one.key: one for one in verify_note(parse_note(note), (signer.public, key))}
    at_s = vouching[key].cosigned_at_s if key in vouching else None
    if at_s is None:
        raise NoteRefused("cosignature", f"of `{key.name}` does not stand there; let the witness cosign it")
    _require_ours(world, checkpoint)
    collected = Collected(key.name, checkpoint.size, datetime.fromtimestamp(at_s, UTC))
    details = {
        "witness": key.name,
        "key_digest": f"sha256:{hashlib.sha256(key.public_key).hexdigest()}",
        "size": checkpoint.size,
        "root_digest": f"sha256:{checkpoint.root.hex()}",
        "cosigned_at": instant_text(collected.cosigned_at),
    }
    write_down(world, acting, Event.AUDIT_COSIGNED, details)
    return collected


def _require_ours(world: World, old: Checkpoint) -> None:
    published = find_checkpoint(world)
    fits = published is not None and 0 < old.size <= published.size
    if fits and published is not None:
        try:
            proof = find_consistency(world, old.size)
            hashes = () if proof is None else proof.hashes
            verify_consistency(old.size, published.size, hashes, old.root, published.root)
        except ProofRefused:
            fits = False
    if not fits:
        raise NotAllowed(
            "checkpoint",
            "is not how this log began: keep the file and tell the partnership, because the log may have been"
            " rewritten",
        )
