"""Verifying the log of the running database: export it to a folder that is destroyed, and let the verifier judge.

Decides nothing about soundness: `broker.audit.verify` does, and shares no code with what wrote the log. Where the
signer refuses, because the stored log does not extend what it signed before, the log was rewritten. A disk, a
database or a key that fails says nothing about the log, and is raised.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from broker.access import Verb
from broker.audit.events import Event
from broker.audit.export import EntryLost
from broker.audit.note import NoteRefused
from broker.audit.tree import ProofRefused
from broker.audit.verify import Evidence, Problem, State, Step, Verification, verify_export
from broker.usecases.acting import Acting, perform
from broker.usecases.log.export_log import Progress, write_export
from broker.usecases.log.writing_down import write_down
from broker.usecases.world import World


def verify_live(world: World, acting: Acting | None = None, on_progress: Progress | None = None) -> Verification:
    """Exports and verifies, and writes down with what outcome. `acting` None is whoever holds the deployment's
    keys. Raises NotAllowed."""
    if acting is not None:
        perform(world, acting, Verb.AUDIT_VERIFY, lambda _, staff: staff.id)
    found = _verified(world, on_progress)
    details = {
        "verdict": found.verdict.name.lower().replace("_", "-"),
        "size": found.size,
        "bad_index": found.first_bad_index,
    }
    write_down(world, acting, Event.AUDIT_VERIFIED, details)
    return found


def _verified(world: World, on_progress: Progress | None) -> Verification:
    with tempfile.TemporaryDirectory(prefix="broker-verify-") as temporary:
        folder = Path(temporary) / "log"
        try:
            exported = write_export(world, folder)
        except (NoteRefused, ProofRefused, EntryLost) as refused:
            told = "The stored log is not an extension of what was signed before, or entries are missing."
            step = Step(1, "signature", State.FAILED, told, (Problem(str(refused)),))
            return Verification((step,), world.settings.log_origin, None)
        return verify_export(folder, Evidence(log_key=exported.log_key), on_progress)
