"""`broker audit cosigned`: writes down what a witness cosigned, for whoever looks how the log stands."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from broker.audit.entry import instant_text
from broker.cli.screen import console, plain, print_json
from broker.cli.who import AS_HELP, BY_HELP
from broker.dates import london_day, uk_date, uk_time
from broker.errors import CallWrong
from broker.settings import Settings
from broker.usecases.acting import Acting
from broker.usecases.log.cosigned import collect_cosignature
from broker.wiring import open_broker

_COSIGNED = """Write down that a witness cosigned a checkpoint of this log, once it is checked.

Exit code 1: the checkpoint is not how this log began. Keep the file and tell the partnership.

Example: broker audit cosigned cosigned.txt --witness-key witness.pub --by ana --as auditor
"""


def add_to(group: typer.Typer) -> None:
    """Adds the verb to `broker audit`."""
    group.command("cosigned", help=_COSIGNED)(cosigned)


def cosigned(
    file: Annotated[Path, typer.Argument(help="the checkpoint with the cosignature", show_default=False)],
    witness_key: Annotated[
        str, typer.Option("--witness-key", help="the witness's public key, or a file that holds it")
    ],
    by: Annotated[str | None, typer.Option("--by", help=f"{BY_HELP}; left out: the holder of the keys")] = None,
    role: Annotated[str | None, typer.Option("--as", help=AS_HELP)] = None,
    as_json: Annotated[bool, typer.Option("--json", help="print JSON (docs/how-to-audit.md)")] = False,
) -> None:
    """Writes down."""
    if (by is None) != (role is None):
        raise CallWrong("--by", "and `--as` go together: say who you are and in which role you act")
    acting = None if by is None or role is None else Acting(by, role)
    key = Path(witness_key)
    text = _read(key) if key.is_file() else witness_key
    with open_broker(Settings.read()) as broker:
        found = collect_cosignature(broker, _read(file), text, acting)
    if as_json:
        told = {"witness": found.witness, "size": found.size, "cosigned_at": instant_text(found.cosigned_at)}
        print_json(told)
    else:
        at = found.cosigned_at
        when = f"{uk_date(london_day(at))} at {uk_time(at)}"
        console().print(plain(f"Written down: {found.witness} cosigned {found.size} entries on {when}."))


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        raise CallWrong(f"`{path}`", "cannot be read; name the file that was handed over") from None
