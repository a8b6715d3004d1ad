"""`broker audit`: exports the log, verifies it, and gives committed entries their place."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress

from broker.audit.verify import Evidence, Verification, verify_export
from broker.audit.witness_request import WitnessRequest
from broker.cli import audit_cosigned, evidence, log_processes
from broker.cli.screen import console, plain, print_json
from broker.cli.who import AS_HELP, BY_HELP
from broker.cli.words import moment
from broker.errors import CallWrong, NotAllowed
from broker.settings import PUBLIC_FILE, Settings
from broker.usecases.acting import Acting
from broker.usecases.log.export_log import export_to, integrate_log
from broker.usecases.log.prove_entry import prove_entry
from broker.usecases.log.publish_log import sequence_once
from broker.usecases.log.published_log import find_checkpoint, find_consistency
from broker.usecases.log.signing import open_signer
from broker.usecases.log.verify_log import verify_live
from broker.usecases.log.witness_policy import load_witness_policy
from broker.wiring import open_broker

_GROUP = typer.Typer(no_args_is_help=True, help="The audit log: export it, verify it.")
_By = Annotated[str | None, typer.Option("--by", help=f"{BY_HELP}; left out: the holder of the keys")]
_As = Annotated[str | None, typer.Option("--as", help=AS_HELP)]
_Json = Annotated[bool, typer.Option("--json", help="print JSON (docs/audit.md)")]


def register(app: typer.Typer) -> None:
    """Adds the verbs."""
    evidence.add_to(_GROUP)
    audit_cosigned.add_to(_GROUP)
    log_processes.add_to(_GROUP)
    app.add_typer(_GROUP, name="audit")


_EXPORT = """Write the whole log to a new folder, under a checkpoint signed now.

The folder and the log's public key are all an outsider needs to verify it. Exit code 1: the log is not what was
signed; an entry that was changed is exported as evidence, a log with a hole is not.

Example: broker audit export log-2026-03 --by ana --as auditor
"""


@_GROUP.command("export", help=_EXPORT)
def export(
    folder: Annotated[Path, typer.Argument(help="a folder that is not there yet", show_default=False)],
    by: _By = None,
    role: _As = None,
    as_json: _Json = False,
) -> None:
    """Exports."""
    with open_broker(Settings.read()) as broker, _progress("exporting") as on_progress:
        exported = export_to(broker, folder, _acting(by, role), on_progress)
    if as_json:
        print_json(
            {
                "folder": str(folder),
                "origin": exported.origin,
                "size": exported.size,
                "root": exported.root.hex(),
                "agrees": exported.agrees,
                "first_bad_index": exported.first_bad_index,
                "log_key": exported.log_key,
                "key_file": str(exported.key_file),
            }
        )
    else:
        out = console()
        out.print(plain(f"{exported.size} entries of `{exported.origin}` in {folder}"))
        out.print(plain(f"Log key for auditors: {exported.log_key}"))
        out.print(plain(f"Verify: broker audit verify {folder} --log-key {exported.key_file}"))
    if not exported.agrees:
        print(exported.disagrees, file=sys.stderr)
        raise typer.Exit(1)


_VERIFY = """Verify an exported log, or, without a folder, that of the running database.

Exit code 0 sound, 1 tampered (with the first bad index), 2 cannot say. An exported log needs its folder and public
keys, and no database; receipts and older checkpoints that somebody else kept make it strong.

Example: broker audit verify log-2026-03 --log-key audit-log.pub --receipts ours.jsonl
"""


@_GROUP.command("verify", help=_VERIFY)
def verify(
    folder: Annotated[Path | None, typer.Argument(help="an exported log", show_default=False)] = None,
    log_key: Annotated[
        str | None, typer.Option("--log-key", help="the log's public key, or a file that holds it")
    ] = None,
    witness_key: Annotated[
        list[str] | None, typer.Option("--witness-key", help="a witness's public key, or a file that holds it")
    ] = None,
    policy: Annotated[
        Path | None,
        typer.Option(
            "--policy", help="a file of yours: the log's key, the witnesses you trust, how many are needed"
        ),
    ] = None,
    witnesses: Annotated[
        int | None, typer.Option("--witnesses", min=0, help="how many must have cosigned; left out: all")
    ] = None,
    checkpoint: Annotated[
        list[Path] | None, typer.Option("--checkpoint", help="an older checkpoint that somebody kept")
    ] = None,
    receipts: Annotated[Path | None, typer.Option("--receipts", help="a file of receipts, one a line")] = None,
    complete_at: Annotated[
        str | None, typer.Option("--complete-at", help="an instant up to which the log must reach")
    ] = None,
    by: _By = None,
    role: _As = None,
    as_json: _Json = False,
) -> None:
    """Verifies and exits with the verdict."""
    if folder is None:
        if log_key or witness_key or policy or witnesses is not None or checkpoint or receipts or complete_at:
            raise CallWrong(
                "audit verify",
                "keys, witnesses, checkpoints, receipts and instants go with an exported log; name its folder",
            )
        with open_broker(Settings.read()) as broker, _progress("verifying") as on_progress:
            found = verify_live(broker, _acting(by, role), on_progress)
    else:
        if not folder.is_dir():
            raise CallWrong(str(folder), "there is no such folder; name one that `broker audit export` wrote")
        keys = (_key(log_key) or _own_key(), tuple(_key(one) or one for one in witness_key or ()), witnesses)
        if policy is not None:
            if log_key or witness_key or witnesses is not None:
                raise CallWrong("--policy", "names the keys and how many are needed; leave the other options out")
            trusted = load_witness_policy(policy)
            keys = (trusted.log_key, trusted.witness_keys, trusted.needed)
        evidence = Evidence(
            *keys,
            tuple(checkpoint or ()),
            receipts,
            moment("--complete-at", complete_at),
        )
        with _progress("verifying") as on_progress:
            found = verify_export(folder, evidence, on_progress)
    _show(found, as_json=as_json)


_PROVE = """Redeem a receipt: the proof that its entry is in the log, under a checkpoint signed now.

Exit code 1 when no entry of the log has this leaf hash.

Example: broker audit prove 6a1c1a7f79c132941cce49c79a5ae419a1ac0271b114e43b10e48a9eaf68a0c8 --json
"""


@_GROUP.command("prove", help=_PROVE)
def prove(
    leaf_hash: Annotated[str, typer.Argument(help="the receipt's leaf_hash", show_default=False)],
    by: _By = None,
    role: _As = None,
    as_json: _Json = False,
) -> None:
    """Proves."""
    with open_broker(Settings.read()) as broker:
        proof = prove_entry(broker, leaf_hash, _acting(by, role))
    if as_json:
        print_json(
            {
                "origin": proof.origin,
                "leaf_hash": proof.leaf_hash.hex(),
                "index": proof.index,
                "size": proof.size,
                "proof": [one.hex() for one in proof.hashes],
                "checkpoint": proof.checkpoint,
                "log_key": proof.log_key,
            }
        )
        return
    out = console()
    out.print(plain(f"Entry {proof.index} of {proof.size} in `{proof.origin}`. The hashes that lead to its root:"))
    for one in proof.hashes:
        out.print(plain(one.hex()))
    out.print(plain(proof.checkpoint))


_CHECKPOINT = """Print the checkpoint that is published; with --since, as the request that a witness cosigns.

The request holds no entry and no hash of one: a proof that the log only grew, and the signed checkpoint.

Example: broker audit checkpoint --since 0
"""


@_GROUP.command("checkpoint", help=_CHECKPOINT)
def checkpoint(
    since: Annotated[
        int | None, typer.Option("--since", min=0, help="how many entries the witness cosigned last; 0: none yet")
    ] = None,
    as_json: _Json = False,
) -> None:
    """Prints what is published now."""
    settings = Settings.read()
    with open_broker(settings) as broker:
        sequence_once(broker, open_signer(settings))
        found = find_checkpoint(broker)
        if found is None:
            raise NotAllowed("audit log", "holds no entry yet, so nothing is published")
        proof = find_consistency(broker, since) if since else None
    hashes = () if proof is None else proof.hashes
    if as_json:
        print_json(
            {
                "origin": found.origin,
                "size": found.size,
                "checkpoint": found.note,
                "since": since,
                "proof": [one.hex() for one in hashes],
            }
        )
        return
    sys.stdout.write(found.note if since is None else str(WitnessRequest(since, hashes, found.note)))


_INTEGRATE = """Give every committed entry its place in the tree. Harmless when there is nothing to do.

Example: broker audit integrate
"""


@_GROUP.command("integrate", help=_INTEGRATE)
def integrate(as_json: _Json = False) -> None:
    """Integrates."""
    with open_broker(Settings.read()) as broker:
        placed = integrate_log(broker)
    if as_json:
        print_json({"integrated": placed})
    else:
        console().print(plain(f"{placed} entries were given their place."))


def _show(found: Verification, *, as_json: bool) -> None:
    if as_json:
        print_json(found.as_mapping())
    else:
        console().print(plain(found.narrative()))
    raise typer.Exit(int(found.verdict))


def _acting(by: str | None, role: str | None) -> Acting | None:
    if (by is None) != (role is None):
        raise CallWrong("--by", "and `--as` go together: say who you are and in which role you act")
    return None if by is None or role is None else Acting(by, role)


def _key(given: str | None) -> str | None:
    """The key given as text, or that of the file named."""
    if given is None:
        return None
    path = Path(given)
    try:
        return path.read_text("ascii").strip() if path.is_file() else given
    except (OSError, UnicodeDecodeError):
        raise CallWrong(given, "cannot be read as a public key; name the file that was handed over") from None


def _own_key() -> str | None:
    """The key of the deployment at hand, where there is one: an export checked at home."""
    path = Settings.read().keys() / PUBLIC_FILE
    return _key(str(path)) if path.is_file() else None


@contextmanager
def _progress(what: str) -> Iterator[Callable[[int, int], None]]:
    """A bar on a terminal only, on stderr, so that `--json` stays clean."""
    screen = Console(stderr=True)
    with Progress(console=screen, transient=True, disable=not screen.is_terminal) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
