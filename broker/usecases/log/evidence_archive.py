"""An evidence pack as one file, to be handed over through a browser.

Decides nothing: `pack_evidence` says who may be given what, and enters that it was. The archive holds what the
folder would, under the pack's name.
"""

from __future__ import annotations

import io
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from broker.access import Verb
from broker.usecases.acting import Acting, perform
from broker.usecases.log import pack_check
from broker.usecases.log.pack_evidence import Packed, Sought, pack_evidence
from broker.usecases.world import World

NAME: Final = "evidence"
EARLIEST: Final = (1980, 1, 1, 0, 0, 0)
"""The one date in every archive: when it was packed stands in the log."""


@dataclass(frozen=True, slots=True)
class Archive:
    """The archive's bytes, and what was packed."""

    data: bytes
    packed: Packed


def require_packer(world: World, acting: Acting) -> None:
    """Raises NotAllowed for whoever may not pack."""
    perform(world, acting, Verb.AUDIT_EVIDENCE, lambda _, staff: staff.id)


def archive_evidence(world: World, acting: Acting, sought: Sought) -> Archive:
    """Packs and returns the archive. Raises as `pack_evidence` does."""
    program = Path(pack_check.__file__).read_bytes()
    with tempfile.TemporaryDirectory(prefix="broker-evidence-") as temporary:
        folder = Path(temporary) / NAME
        packed = pack_evidence(world, sought, folder, program, acting)
        written = io.BytesIO()
        with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
            for path in sorted(folder.rglob("*")):
                if path.is_file():
                    name = zipfile.ZipInfo(f"{NAME}/{path.relative_to(folder).as_posix()}", EARLIEST)
                    archive.writestr(name, path.read_bytes(), zipfile.ZIP_DEFLATED)
        return Archive(written.getvalue(), packed)
