"""Verifying the log of the running database: export it to a folder that is destroyed, and let the verifier judge.

Decides nothing about soundness: `broker.audit.verify` does, and shares no code with what wrote the log; it is
handed the export, and the stored tree node by node. Where the signer refuses, because the stored log does not
extend what it signed before, the log is judged by the last checkpoint that was signed. A disk, a database or a key
that fails says nothing about the log, and is raised.
"""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path

from broker.access import Verb
from broker.audit.checkpoint import parse_checkpoint
from broker.audit.events import Event
from broker.audit.export import EntryLost, export_log
from broker.audit.note import NoteRefused, parse_note
from broker.audit.tree import ProofRefused
from broker.audit.verify import (
    Evidence,
    Problem,
    State,
    Step,
    StoredTree,
    Verification,
    not_carried_out,
    verify_export,
)
from broker.errors import BrokerError
from broker.settings import PUBLIC_FILE
from broker.store.audit import find_nodes_beyond, find_row_of_nodes, find_tree_head
from broker.store.published import find_published
from broker.store.session import View
from broker.usecases.acting import Acting, perform
from broker.usecases.log.export_log import Progress, integrate_log, placed_entries, sign_head
from broker.usecases.log.signing import open_signer
from broker.usecases.log.writing_down import write_down
from broker.usecases.world import World

_REFUSED = (
    "The signer, which remembers what it signed, refuses the log as it is stored. Most likely an older backup was"
    " restored, or rows of the log were changed by hand."
)


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
    integrate_log(world)
    refused: BrokerError | None = None
    signer = None
    with world.store.look() as view:
        try:
            signer = open_signer(world.settings)
            _, note = sign_head(world, view, signer)
        except (NoteRefused, ProofRefused, EntryLost) as problem:
            refused = problem
            found = find_published(view)
            last = None if signer is None else signer.find_last_note()
            note = last or ("" if found is None else found.note)
        try:
            size = parse_checkpoint(parse_note(note).text).size
        except NoteRefused:
            return not_carried_out(
                State.FAILED,
                _REFUSED,
                "there is no signed checkpoint to go by",
                () if refused is None else (_said(refused),),
                world.settings.log_origin,
            )
        known = world.settings.keys() / PUBLIC_FILE
        key = str(signer.public) if signer is not None else known.read_text("ascii").strip()
        with tempfile.TemporaryDirectory(prefix="broker-verify-") as temporary:
            folder = Path(temporary) / "log"
            gone: dict[int, str] = {}
            export_log(folder, placed_entries(view, size, gone), note)
            judged = verify_export(folder, Evidence(log_key=key), on_progress, _stored(view, gone))
    return judged if refused is None else replace(judged, steps=tuple(_as_refused(judged.steps, refused)))


def _stored(view: View, gone: dict[int, str]) -> StoredTree:
    """The tree as the database holds it, for the verifier to compare."""
    head = find_tree_head(view)
    return StoredTree(
        head.frontier.size,
        head.kept_root,
        lambda level, start, end: find_row_of_nodes(view, level, start, end),
        lambda size: find_nodes_beyond(view, size),
        gone,
    )


def _said(refused: BrokerError) -> Problem:
    """What the signer itself said, without the advice to verify: that is being done."""
    return Problem(str(refused.__cause__ or refused))


def _as_refused(steps: tuple[Step, ...], refused: BrokerError) -> list[Step]:
    """The steps, of which the one about what was signed before tells what the signer said."""
    told = _said(refused)
    return [
        replace(one, state=State.FAILED, told=_REFUSED, problems=(told, *one.problems))
        if one.name.startswith("consistency")
        else one
        for one in steps
    ]
