"""Redeeming a receipt: the proof that an entry is in the log, under a checkpoint signed now.

Decides nothing: whoever holds the receipt, the proof and the log's public key checks it without the broker (RFC
9162 section 2.1.3). From docs/security.md section 3, points 2 and 4.
"""

from __future__ import annotations

from dataclasses import dataclass

from broker.access import Verb
from broker.audit.checkpoint import Checkpoint
from broker.errors import CallWrong, NotAllowed
from broker.store.audit import find_leaf_index
from broker.usecases.acting import Acting, perform
from broker.usecases.log.export_log import integrate_log, sign_head
from broker.usecases.log.signing import open_signer
from broker.usecases.log.stored_proofs import stored_inclusion
from broker.usecases.world import World


@dataclass(frozen=True, slots=True)
class Proof:
    """The entry's place, the hashes that lead from it to the root (32 bytes each), and the signed checkpoint."""

    origin: str
    leaf_hash: bytes
    index: int
    size: int
    hashes: tuple[bytes, ...]
    checkpoint: str
    log_key: str


def prove_entry(world: World, leaf_hash: str, acting: Acting | None = None) -> Proof:
    """The proof for the entry with this leaf hash (64 hexadecimal digits, as the receipt has it). `acting` None is
    the holder of the keys.

    Raises NotAllowed when no such entry is in the log, CallWrong for what is no leaf hash, and EntryLost or
    ProofRefused where the stored tree does not give a proof that leads to the root signed: none is handed out.
    """
    if acting is not None:
        perform(world, acting, Verb.AUDIT_PROVE, lambda _, staff: staff.id)
    leaf = _leaf(leaf_hash)
    integrate_log(world)
    signer = open_signer(world.settings)
    with world.store.look() as view:
        frontier, note = sign_head(world, view, signer)
        index = find_leaf_index(view, leaf)
        if index is None:
            raise NotAllowed("receipt", "no entry of this log has this leaf hash; keep the receipt as evidence")
        signed = Checkpoint(signer.public.name, frontier.size, frontier.root)
        path = stored_inclusion(world, view, index, frontier.size, leaf, signed)
        return Proof(signer.public.name, leaf, index, frontier.size, path, note, str(signer.public))


def _leaf(text: str) -> bytes:
    try:
        leaf = bytes.fromhex(text)
    except ValueError:
        leaf = b""
    if len(leaf) != 32:
        raise CallWrong("receipt", "give its `leaf_hash`: 64 hexadecimal digits")
    return leaf
