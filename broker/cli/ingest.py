"""`broker ingest`: takes in the files an agency sent."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from broker.agencies import ADAPTERS, get_adapter
from broker.cli.screen import console, plain, print_json, table
from broker.cli.words import period
from broker.errors import CallWrong
from broker.settings import Settings
from broker.usecases.acting import Acting
from broker.usecases.intake.ingest import IngestCall, ingest_file
from broker.usecases.intake.ingest_mapped import mapped_call
from broker.usecases.intake.ingest_result import IngestResult
from broker.wiring import Broker, open_broker

SHOWN_REJECTIONS = 5
"""Of each file; all of them are in the rejects file."""


def register(app: typer.Typer) -> None:
    """Adds the verb."""
    app.command("ingest", help=_HELP)(ingest)


_HELP = f"""Take in files an agency sent: people are recognised, records are stored sealed.

Every row is accounted for. Sending a file again is harmless; a run that was killed is finished by sending the file
again. Rejected rows go to a file NAME.rejects.csv for the sender. Adapters: {", ".join(ADAPTERS)}.

Example: broker ingest county/ecc/child-index.csv --adapter child-index --from ecc
Example: broker ingest families.csv --map deploy/mappings/open-door-support.yaml
"""


def ingest(
    files: Annotated[list[Path], typer.Argument(help="the files, in the order to take them", show_default=False)],
    adapter: Annotated[
        str | None, typer.Option("--adapter", help="which format they have", show_default=False)
    ] = None,
    sender: Annotated[
        str | None,
        typer.Option("--from", help="who sent them; with --map the one it names", show_default=False),
    ] = None,
    mapping: Annotated[
        Path | None,
        typer.Option("--map", help="a mapping that describes the format (docs/how-to-map.md)", show_default=False),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="say what would become of them; store nothing")
    ] = False,
    by: Annotated[
        str | None,
        typer.Option("--by", help="the member of staff who loads them; the agency's system if left out"),
    ] = None,
    role: Annotated[str, typer.Option("--as", help="the role in which they do")] = "administrator",
    every: Annotated[
        str | None, typer.Option("--every", help="the sender promises this list so often, as P1D or P7D")
    ] = None,
    rejects: Annotated[
        Path | None, typer.Option("--rejects", help="the folder for rejected rows; beside the file if left out")
    ] = None,
    confirm: Annotated[
        int | None,
        typer.Option(
            "--confirm-ends", help="agree that so many records end because a whole list holds them no more"
        ),
    ] = None,
    again: Annotated[
        bool, typer.Option("--again", help="take in a file that was taken in before, because it is what holds now")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="print JSON (docs/how-to-ingest.md)")] = False,
) -> None:
    """Takes the files in and says what became of every row."""
    chosen = _choose(adapter, sender, mapping)
    promised = None if every is None else period("--every", every)
    acting = Acting(by, role) if by is not None else None
    # On a terminal only, and on stderr, so that `--json` stays clean.
    screen = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    results: list[IngestResult] = []
    with (
        open_broker(Settings.read()) as broker,
        Progress(*columns, console=screen, transient=True, disable=not screen.is_terminal) as progress,
    ):
        call = chosen(broker)
        for path in files:
            task = progress.add_task(path.name, total=None)

            def moved(done: int, total: int, task: object = task) -> None:
                progress.update(task, completed=done, total=total)  # type: ignore[arg-type]  # rich's own task id

            asked = replace(
                call,
                path=path,
                acting=acting,
                dry_run=dry_run,
                every=promised,
                rejects_folder=rejects,
                confirmed_ends=confirm,
                again=again,
            )
            results.append(ingest_file(broker, asked, moved))
    if as_json:
        print_json([result.as_json() for result in results])
        return
    for result in results:
        _show(result)


def _choose(adapter: str | None, sender: str | None, mapping: Path | None) -> Callable[[Broker], IngestCall]:
    """The call without its file, once the standing rules are known. Raises CallWrong, DocumentsRefused."""
    if mapping is not None:
        if adapter is not None:
            raise CallWrong("--map", "and `--adapter` say the same twice; name one")
        return lambda broker: mapped_call(broker, mapping, sender)
    if adapter is None or sender is None:
        lacking = "--adapter" if adapter is None else "--from"
        raise CallWrong(lacking, "is missing: say `--adapter` and `--from`, or describe the list with `--map`")
    call = IngestCall(Path(), get_adapter(adapter), sender)
    return lambda _broker: call


def _show(result: IngestResult) -> None:
    out, receipt, tally = console(), result.receipt, result.tally
    title = f"{result.file} from {receipt.controller_code} ({receipt.adapter_code})"
    if result.dry_run:
        title += ": dry run, nothing was stored"
    rows = [
        ("rows read", receipt.rows_read),
        ("accepted", receipt.accepted),
        ("rejected", receipt.rejected),
        ("blank", receipt.blank),
        ("accepted with a doubt", receipt.flagged),
        ("new people", tally.new_people),
        ("linked to people known before", tally.linked),
        ("possible matches to look at", tally.possible_matches),
        ("new records", tally.new_records),
        ("changed records", tally.changed_records),
        ("unchanged records", tally.unchanged_records),
        ("records ended", tally.ended),
        ("releases whose recipient was told", tally.told),
        ("parental responsibility without evidence", tally.unproven_responsibilities),
    ]
    if result.seen_before:
        # No counts of people and records: all of them are 0, and would read as if the file had been empty.
        out.print(table(title, ("", "count"), rows[:5]))
        out.print(plain("This very file was taken in before; nothing was changed."))
        if result.superseded:
            out.print(plain("A later list was taken in since. If this one holds now, send it with --again."))
    else:
        out.print(table(title, ("", "count"), rows))
    if result.ends_held:
        out.print(
            plain(
                f"{result.ends_held} records stand on this list no more and were kept, because rows of it could"
                " not be read: correct those and send it again, or say that the records ended with --confirm-ends"
                f" {result.ends_held}."
            )
        )
    for alert in receipt.alerts:
        out.print(plain(f"alert: {alert.message}"))
    for rejection in result.rejections[:SHOWN_REJECTIONS]:
        out.print(plain(rejection.message))
    if len(result.rejections) > SHOWN_REJECTIONS:
        out.print(plain(f"and {len(result.rejections) - SHOWN_REJECTIONS} more rejected rows"))
    if result.rejects_file is not None:
        told = f"{receipt.rejected} rejected rows, for the sender and nobody else, in {result.rejects_file}"
        # One line however long, so that the file's name can be copied.
        out.print(plain(told), soft_wrap=True)
