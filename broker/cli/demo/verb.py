"""`broker demo`: how the verb is called, how it ends and what it exits with."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from broker.cli.demo.afterwards import tell_afterwards
from broker.cli.demo.families import FEWEST
from broker.cli.demo.open_house import open_house
from broker.cli.demo.play import Run, play, summary_of
from broker.cli.demo.stage import DEFAULT_FOLDER, Stage, prepare_folder, raised, settings_in
from broker.cli.demo.telling import Teller
from broker.cli.screen import console, print_json
from broker.clock import RunningClock
from broker.logs import set_up_logs
from broker.serving.listening import address_of, listening
from broker.settings import Settings

DEFAULT_FAMILIES = 2000

STOPPED = 130
"""What a shell says of a program stopped by Ctrl-C."""


def register(app: typer.Typer) -> None:
    """Adds the verb."""
    app.command("demo", help=_HELP)(demo)


_HELP = """Make a synthetic county, load it as agencies would send it, and tell eight stories with it.

Every promise told is checked on the spot: exit code 1 says that one did not hold, and which. Nobody in it exists,
nothing leaves this machine, and the clock is the demo's own (2 November 2026). The folder is replaced each time;
one that no demo made is left alone. Ends by serving a page on this machine until Ctrl-C.

Example: broker demo --no-serve
"""


def demo(
    families: Annotated[
        int, typer.Option("--families", min=FEWEST, max=25_000, help="how many families")
    ] = DEFAULT_FAMILIES,
    seed: Annotated[int, typer.Option("--seed", help="which county")] = 1,
    no_serve: Annotated[bool, typer.Option("--no-serve", help="stop after printing")] = False,
    keep: Annotated[
        Path | None, typer.Option("--keep", help="the folder to play in, instead of .broker/demo")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="print one JSON object (docs/demo.md)")] = False,
) -> None:
    """Plays the demo."""
    folder = prepare_folder(keep or DEFAULT_FOLDER)
    settings = settings_in(folder / "data", Settings.read())
    teller, run = Teller(console(), silent=as_json), Run()
    try:
        with _raised(run, folder, settings, seed) as stage:
            played = play(stage, teller, run, families, seed)
            summary = summary_of(stage, run, played, families, seed)
            failed = bool(run.checks.failed)
            if as_json:
                print_json(summary)
            else:
                _tell_end(teller, run, summary)
            if not failed:
                tell_afterwards(stage, teller, played.team)
            if not no_serve and not failed:
                open_house(stage, played)
                _serve(stage, as_json=as_json)
    except KeyboardInterrupt:
        print("stopped; run it again, the folder is replaced", file=sys.stderr)
        raise typer.Exit(STOPPED) from None
    if failed:
        raise typer.Exit(1)


@contextmanager
def _raised(run: Run, folder: Path, settings: Settings, seed: int) -> Iterator[Stage]:
    with run.timed("database and keys"):
        opened = raised(folder, settings, seed)
        stage = opened.__enter__()
    try:
        yield stage
    finally:
        opened.__exit__(None, None, None)


def _tell_end(teller: Teller, run: Run, summary: dict[str, Any]) -> None:
    teller.chapter("In all")
    teller.rows("", ("what", "count"), [(name.replace("_", " "), n) for name, n in summary["counts"].items()])
    total = sum(run.seconds.values())
    seconds = [(name, f"{taken:.1f}") for name, taken in (*run.seconds.items(), ("in all", total))]
    teller.rows("", ("part", "seconds"), seconds)
    failed = run.checks.failed
    if failed:
        teller.say("")
        for claim in failed:
            teller.say(f"Did not hold: {claim.story}: {claim.says}")
        return
    teller.say(f"\nAll {len(run.checks.claims)} claims held.")


def _serve(stage: Stage, *, as_json: bool) -> None:
    # Here and not above: the web's libraries take a second to load, and the stories do not need them.
    from broker.serving.server import serve_alone

    clock = RunningClock(stage.clock.now())  # somebody looks at it now: sessions end, clocks run out
    set_up_logs(clock, "warning")  # and reads this screen
    with listening(0) as listener:
        words = f"Serving at {address_of(listener)} (stop with Ctrl-C)"
        Console(stderr=as_json, highlight=False).print(words)
        serve_alone(replace(stage.broker, clock=clock), listener)
