"""`broker audit evidence`: a pack about one release or one person, for somebody who was not there."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from broker.cli.screen import console, plain, print_json
from broker.cli.who import AS_HELP, BY_HELP
from broker.errors import CallWrong
from broker.settings import Settings
from broker.usecases.acting import Acting
from broker.usecases.log import pack_check
from broker.usecases.log.pack_evidence import CHECK_FILE, PAGE_FILE, Sought, pack_evidence
from broker.wiring import open_broker


def add_to(group: typer.Typer) -> None:
    """Adds the verb to `broker audit`."""
    group.command("evidence", help=_EVIDENCE)(evidence)


_EVIDENCE = """Write an evidence pack: what the log says about one release or one person, with proofs.

The folder holds a page to read and the same as a PDF, the entries with their proofs under a checkpoint signed now,
the agreements as they stood, and a program of its own that checks all of it with nothing but Python 3. Packing is
written in the log.

Example: broker audit evidence pack --disclosure d-1 --by ola --as ig-officer
"""


def evidence(
    folder: Annotated[
        Path, typer.Argument(help="a folder, or with `--zip` a file, that is not there yet", show_default=False)
    ],
    disclosure: Annotated[str | None, typer.Option("--disclosure", help="about this release")] = None,
    person: Annotated[str | None, typer.Option("--person", help="about this person, by id")] = None,
    by: Annotated[str | None, typer.Option("--by", help=f"{BY_HELP}; left out: the holder of the keys")] = None,
    role: Annotated[str | None, typer.Option("--as", help=AS_HELP)] = None,
    zipped: Annotated[bool, typer.Option("--zip", help="as one ZIP file, to be sent on")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="print JSON (docs/how-to-evidence.md)")] = False,
) -> None:
    """Packs."""
    if (by is None) != (role is None):
        raise CallWrong("--by", "and `--as` go together: say who you are and in which role you act")
    acting = None if by is None or role is None else Acting(by, role)
    program = Path(pack_check.__file__).read_bytes()
    with open_broker(Settings.read()) as broker:
        packed = pack_evidence(broker, Sought(disclosure, person), folder, program, acting, zipped=zipped)
    if as_json:
        print_json(
            {
                "folder": str(packed.folder),
                "entries": packed.entries,
                "size": packed.size,
                "log_key": packed.log_key,
            }
        )
        return
    out = console()
    out.print(plain(f"{packed.entries} entries, under a checkpoint of {packed.size}, in {packed.folder}"))
    inside = Path(packed.folder.stem) if zipped else packed.folder
    where = f"Unpack {packed.folder}; read" if zipped else "Read"
    out.print(plain(f"{where} {inside / PAGE_FILE}; check: python3 {inside / CHECK_FILE} --log-key KEY"))
