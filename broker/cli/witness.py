"""`broker witness`: watches logs from outside and cosigns what only grew. It needs no broker of its own."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from broker.audit.note import NoteKey
from broker.cli.screen import console, plain, print_json
from broker.clock import SystemClock
from broker.errors import CallWrong, SystemFailed
from broker.usecases.log.witness import PUBLIC_FILE, Cosigned, Witness
from broker.usecases.log.witness_source import read_offer

_GROUP = typer.Typer(no_args_is_help=True, help="Watch an audit log from outside: cosign it while it only grows.")
_Folder = Annotated[Path, typer.Option("--folder", help="the witness's own folder")]
_Json = Annotated[bool, typer.Option("--json", help="print JSON (docs/how-to-audit-outside.md)")]
_HERE = Path("witness")


def register(app: typer.Typer) -> None:
    """Adds the verbs."""
    app.add_typer(_GROUP, name="witness")


_KEY = """Make a witness: a folder with a key of its own. Its public key goes to auditors and to the log's
operator.

Example: broker witness key witness.police.example
"""


@_GROUP.command("key", help=_KEY)
def key(
    name: Annotated[str, typer.Argument(help="its name: one word, such as a host's", show_default=False)],
    folder: _Folder = _HERE,
    as_json: _Json = False,
) -> None:
    """Makes a key."""
    made = Witness.make(folder, name)
    if as_json:
        print_json({"witness_key": str(made.key), "key_file": str(folder / PUBLIC_FILE)})
    else:
        console().print(plain(f"Witness key: {made.key}"))
        console().print(plain(f"It lies in {folder / PUBLIC_FILE}; back up {folder}, and keep it to yourself."))


_ADD = """Watch a log. Take its public key by another way than the log itself: over the telephone, from a letter.

Example: broker witness add audit-log.pub
"""


@_GROUP.command("add", help=_ADD)
def add(
    log_key: Annotated[
        str, typer.Argument(help="the log's public key, or a file that holds it", show_default=False)
    ],
    folder: _Folder = _HERE,
    as_json: _Json = False,
) -> None:
    """Adds a log."""
    found = NoteKey.parse(_key_text(log_key))
    Witness.open(folder).add_log(found)
    if as_json:
        print_json({"origin": found.name, "log_key": str(found)})
    else:
        console().print(plain(f"Watching `{found.name}`. Nothing is cosigned yet."))


_COSIGN = """Cosign a log's checkpoint, if the log only grew since the one cosigned before.

SOURCE is an exported log, a file from `broker audit checkpoint`, or an https address where a log's tiles are
published. No entry is read. The first checkpoint of a log is cosigned at first sight: there is nothing to compare
it with, so it is not verified. Exit code 1: the log was rewritten, shortened, or shown in two versions; keep what
you were given and tell the partnership.

Example: broker witness cosign request.txt --output cosigned.txt
"""


@_GROUP.command("cosign", help=_COSIGN)
def cosign(
    source: Annotated[str, typer.Argument(help="a folder, a file, or an address", show_default=False)],
    folder: _Folder = _HERE,
    output: Annotated[
        Path | None, typer.Option("--output", help="write the checkpoint with the cosignature to this new file")
    ] = None,
    in_place: Annotated[
        bool, typer.Option("--in-place", help="add the cosignature to the exported log itself")
    ] = False,
    as_json: _Json = False,
) -> None:
    """Cosigns."""
    witness = Witness.open(folder)
    offered = read_offer(source)
    if in_place and offered.file is None:
        raise CallWrong("--in-place", "is for an exported log's folder or a checkpoint's file; use `--output`")
    if output is not None and output.exists():
        raise CallWrong(f"`{output}`", "is there already; name a file that is not")
    cosigned = witness.cosign(offered.note, offered.prove, SystemClock().now())
    for path in (output, offered.file if in_place else None):
        if path is not None:
            _write(path, cosigned.note)
    _show(cosigned, as_json=as_json)


_STATE = """Show the logs that are watched, and how many entries of each were cosigned last.

Example: broker witness state --json
"""


@_GROUP.command("state", help=_STATE)
def state(folder: _Folder = _HERE, as_json: _Json = False) -> None:
    """Shows what it knows."""
    witness = Witness.open(folder)
    found = witness.watched()
    if as_json:
        logs = [
            {
                "origin": one.log_key.name,
                "log_key": str(one.log_key),
                "size": one.size,
                "checkpoint": witness.last_note(one.log_key.name),
            }
            for one in found
        ]
        print_json({"witness_key": str(witness.key), "logs": logs})
        return
    console().print(plain(f"Witness key: {witness.key}"))
    for one in found:
        told = "nothing cosigned yet" if one.size is None else f"cosigned last at {one.size} entries"
        console().print(plain(f"`{one.log_key.name}`: {told}"))


def _show(cosigned: Cosigned, *, as_json: bool) -> None:
    if as_json:
        print_json(
            {
                "origin": cosigned.origin,
                "size": cosigned.size,
                "size_before": cosigned.before,
                "first_sight": cosigned.first_sight,
                "cosignature": cosigned.line,
                "checkpoint": cosigned.note,
            }
        )
        return
    if cosigned.first_sight:
        told = (
            f"First sight of `{cosigned.origin}` at {cosigned.size} entries: cosigned, and nothing was verified."
        )
    else:
        told = f"`{cosigned.origin}` only grew, from {cosigned.before} to {cosigned.size} entries: cosigned."
    console().print(plain(told))
    console().print(plain(cosigned.line.rstrip("\n")), soft_wrap=True)


def _key_text(given: str) -> str:
    path = Path(given)
    try:
        return path.read_text("ascii") if path.is_file() else given
    except (OSError, UnicodeDecodeError):
        raise CallWrong(given, "cannot be read as a public key; name the file that was handed over") from None


def _write(path: Path, note: str) -> None:
    try:
        path.write_text(note, encoding="utf-8")
    except OSError as error:
        raise SystemFailed(f"`{path}`", f"cannot be written: {error.strerror}") from None
