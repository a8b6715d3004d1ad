"""An evidence pack: what a court, an inspector or a person's solicitor is given about one release, or one person.

Decides who may be given one, and that an officer's pack is about their own organisation's entries: releases it
received, what it did about a person. The holder of the keys packs for everybody else. It holds entries with their
proofs under one signed checkpoint, the agreements' documents as they were published, a sheet in words (a page and
a PDF), and a program that checks all of it without the broker; no content, no name. Packing is an act with an
entry of its own, committed before the pack has its name.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from broker.access import Verb
from broker.audit.checkpoint import parse_checkpoint
from broker.audit.events import Event
from broker.audit.evidence import RELEASES, EvidenceEntry, select_evidence
from broker.audit.note import parse_note
from broker.audit.tree import leaf_hash
from broker.canonical import digest_bytes
from broker.errors import CallWrong, NotAllowed, SystemFailed
from broker.paper.page import page_of
from broker.paper.sheet import Sheet
from broker.paper.typeset import paper_of
from broker.store.agreements import find_versions
from broker.store.audit import find_placed
from broker.store.disclosures import StoredDisclosure, find_disclosure
from broker.store.session import View
from broker.usecases.acting import AS_OPERATOR, Acting, Signed, entry_of, perform, pseudonyms_of
from broker.usecases.log.evidence_sheet import Clauses, Release, ReleasedPart, sheet_of
from broker.usecases.log.export_log import integrate_log, publish_folder, sign_head, staged
from broker.usecases.log.signing import open_signer
from broker.usecases.log.stored_proofs import stored_inclusion
from broker.usecases.world import World

PACK_FILE: Final = "pack.json"
PAGE_FILE: Final = "index.html"
PAPER_FILE: Final = "evidence.pdf"
CHECK_FILE: Final = "check.py"
MOST_ON_PAPER: Final = 2_000
"""Entries of a pack that still has a PDF: setting so many takes seconds and some 340 MB."""
MOST_CLAUSES_ON_PAPER: Final = 2 * 1024 * 1024
"""Bytes of the agreements of such a pack."""
_AT_ONCE: Final = 1024
_NONE: Final = "no entry of the log that concerns your organisation says anything about it"


@dataclass(frozen=True, slots=True)
class Sought:
    """What the pack is about: exactly one of a disclosure's id and a person's."""

    disclosure: str | None = None
    person: str | None = None

    def __post_init__(self) -> None:
        if (self.disclosure is None) == (self.person is None):
            raise CallWrong("evidence", "name either a disclosure or a person")


@dataclass(frozen=True, slots=True)
class Packed:
    """What was written: how many entries, under a checkpoint of how many."""

    folder: Path
    entries: int
    size: int
    log_key: str


def pack_evidence(
    world: World,
    sought: Sought,
    folder: Path,
    check_program: bytes,
    acting: Acting | None = None,
    *,
    zipped: bool = False,
) -> Packed:
    """Writes the pack to `folder`, which must not be there yet, with `check_program` in it; `zipped`: as one ZIP
    file of that name, with a folder in it. `acting` None is the holder of the keys, whom no organisation limits.

    Raises NotAllowed where nothing concerns the officer's organisation (as for somebody unknown), CallWrong,
    SystemFailed, and NoteRefused or ProofRefused where the stored log was rewritten.
    """
    signed, organisation = AS_OPERATOR, None
    if acting is not None:
        signed = perform(world, acting, Verb.AUDIT_EVIDENCE, lambda _, staff: Signed.of(staff))
        organisation = signed.organisation
    with staged(folder) as staging:
        packed, root, people = _write(world, sought, staging, check_program, organisation, zipped)
        details = {
            "size": packed.size,
            "root_digest": digest_bytes(root),
            "entries": packed.entries,
            "disclosure": sought.disclosure,
        }
        with world.store.act(world.clock) as act:
            act.record(entry_of(act, signed, Event.EVIDENCE_PACKED, details, about=people))
        # INVARIANT: nothing has the pack's name before the entry is committed.
        publish_folder(staging, folder)
    return replace(packed, folder=folder)


def _write(
    world: World, sought: Sought, folder: Path, check_program: bytes, organisation: str | None, zipped: bool
) -> tuple[Packed, bytes, tuple[str, ...]]:
    integrate_log(world)
    signer = open_signer(world.settings)
    with world.store.look() as view:
        frontier, note = sign_head(world, view, signer)
        signed = parse_checkpoint(parse_note(note).text)
        chosen = select_evidence(_entries(view, frontier.size), _wanted(view, sought, organisation))
        if not any(one.asked for one in chosen):
            raise NotAllowed("evidence", _NONE)
        found = [
            {
                "index": one.index,
                "entry": one.data.decode("ascii"),
                "proof": [
                    step.hex()
                    for step in stored_inclusion(
                        world, view, one.index, frontier.size, leaf_hash(one.data), signed
                    )
                ],
            }
            for one in chosen
        ]
        disclosures = _released(view, chosen)
        releases = tuple(_release(view, one) for one in disclosures)
        clauses = tuple(_clauses(view, chosen))
    people = (sought.person,) if sought.person else disclosures[0].request.about if disclosures else ()
    pack = {
        "origin": signer.public.name,
        "log_key": str(signer.public),
        "checkpoint": note,
        "entries": found,
        "documents": [{"file": one.file, "digest": one.digest, "ground": one.ground} for one in clauses],
    }
    title = "Evidence about a release" if sought.disclosure else "Evidence about one person"
    made_at = world.clock.now()
    sheet = sheet_of(title, note, chosen, releases, clauses, world.partnership.vocabulary, made_at)
    write = _write_zip if zipped else _write_files
    write(
        folder,
        {
            PACK_FILE: json.dumps(pack, ensure_ascii=False, indent=1).encode() + b"\n",
            PAGE_FILE: page_of(sheet).encode(),
            **_papers(sheet, made_at, chosen, clauses),
            CHECK_FILE: check_program,
            **{one.file: one.document for one in clauses},
        },
    )
    return Packed(folder, len(found), frontier.size, str(signer.public)), signed.root, people


def _papers(
    sheet: Sheet, made_at: datetime, chosen: Sequence[EvidenceEntry], clauses: Sequence[Clauses]
) -> Mapping[str, bytes]:
    """The PDF of the sheet; none of what nobody would print, which the page says all the same."""
    if len(chosen) > MOST_ON_PAPER or sum(len(one.document) for one in clauses) > MOST_CLAUSES_ON_PAPER:
        return {}
    return {PAPER_FILE: paper_of(sheet, made_at)}


def _entries(view: View, size: int) -> Iterator[tuple[int, bytes]]:
    for start in range(0, size, _AT_ONCE):
        for index, data in find_placed(view, start, min(start + _AT_ONCE, size)):
            if isinstance(data, bytes):  # one that is no longer bytes was edited, and is no evidence
                yield index, data


def _wanted(view: View, sought: Sought, organisation: str | None) -> Callable[[Mapping[str, Any]], bool]:
    """Which entries are asked for. INVARIANT: for an officer only entries of their own organisation, which for a
    release is who received it: what others hold about somebody is not told by their log either."""
    wanted = sought.disclosure

    def own(value: Mapping[str, Any]) -> bool:
        return organisation is None or value["organisation"] == organisation

    if wanted is not None:
        return lambda value: value["details"].get("disclosure") == wanted and own(value)
    [pseudonym] = pseudonyms_of(view, [sought.person or ""])
    return lambda value: pseudonym in value["about"] and own(value)


def _released(view: View, chosen: tuple[EvidenceEntry, ...]) -> tuple[StoredDisclosure, ...]:
    ids = [one.value["details"]["disclosure"] for one in chosen if one.asked and one.value["event"] in RELEASES]
    return tuple(found for one in ids if (found := find_disclosure(view, one)) is not None)


def _release(view: View, found: StoredDisclosure) -> Release:
    parts = tuple(
        ReleasedPart(pseudonyms_of(view, [cell.person_id])[0], cell.category, cell.controller, cell.detail)
        for cell in found.cells
    )
    return Release(found.id, found.recipient, found.request.purpose, found.request.role, parts)


def _clauses(view: View, chosen: tuple[EvidenceEntry, ...]) -> Iterator[Clauses]:
    """The documents that the entries of the pack published, as the store holds them; the program compares both."""
    named = {
        one.value["details"]["agreement"]: one.value["details"]["document_digest"]
        for one in chosen
        if one.value["event"] == Event.AGREEMENT_PUBLISHED
    }
    for version in find_versions(view):
        ground = f"{version.reference}@{version.version}"
        if ground in named:
            file = f"documents/{version.reference}-v{version.version}.yaml"
            yield Clauses(ground, file, named[ground], version.document)


def _write_files(folder: Path, files: Mapping[str, bytes]) -> None:
    try:
        for name, data in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
    except OSError as error:
        raise SystemFailed(f"`{folder}`", f"cannot be written: {error.strerror}") from None


def _write_zip(path: Path, files: Mapping[str, bytes]) -> None:
    """The files as one, in a folder called as the file is: whoever unpacks it has everything in one place."""
    name = path.stem
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for inner, data in files.items():
            # The date of a file says nothing that the pack does not; the same pack has the same bytes.
            archive.writestr(zipfile.ZipInfo(f"{name}/{inner}"), data, zipfile.ZIP_DEFLATED)
    _write_files(path.parent, {path.name: packed.getvalue()})
