"""`broker demo`: the verb, and the order in which its parts are told."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import Progress

from broker.cli.demo.afterwards import tell_afterwards
from broker.cli.demo.checks import Checks
from broker.cli.demo.families import cast_families
from broker.cli.demo.loading import Loaded, load_county, make_county
from broker.cli.demo.papers import Papers, put_in_force
from broker.cli.demo.stage import CURTAIN, DEFAULT_FOLDER, Stage, prepare_folder, raised, settings_in
from broker.cli.demo.story_log import LogChecked, tell_log
from broker.cli.demo.story_ordinary import Ordinary, tell_ordinary
from broker.cli.demo.story_partner import tell_partner
from broker.cli.demo.story_silent import Silence, tell_silent
from broker.cli.demo.story_withdrawal import tell_withdrawal
from broker.cli.demo.telling import Teller
from broker.cli.screen import console, print_json
from broker.cli.serve import address_of, listening, run_server
from broker.dates import instant_text
from broker.logs import set_up_logs
from broker.settings import Settings
from broker.synth import County

FEWEST_FAMILIES = 30
"""Fewer do not have every family that the stories need."""

STOPPED = 130
"""What a shell says of a program stopped by Ctrl-C."""


def register(app: typer.Typer) -> None:
    """Adds the verb."""
    app.command("demo", help=_HELP)(demo)


_HELP = """Make a synthetic county, load it as agencies would send it, and tell five stories with it.

Every promise told is checked on the spot: exit code 1 says that one did not hold, and which. Nobody in it exists,
nothing leaves this machine, and the clock is the demo's own (2 November 2026). The folder is replaced each time;
one that no demo made is left alone. Ends by serving a page on this machine until Ctrl-C.

Example: broker demo --no-serve
"""


@dataclass(slots=True)
class _Run:
    """What there is to report at the end."""

    checks: Checks = field(default_factory=Checks)
    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def timed(self, name: str) -> Iterator[None]:
        began = time.perf_counter()
        try:
            yield
        finally:
            self.seconds[name] = time.perf_counter() - began


def demo(
    families: Annotated[
        int, typer.Option("--families", min=FEWEST_FAMILIES, max=25_000, help="how many families")
    ] = 200,
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
    teller, run = Teller(console(), silent=as_json), _Run()
    try:
        with _raised(run, folder, settings, seed) as stage:
            summary, ordinary = _play(stage, teller, run, families, seed)
            failed = bool(run.checks.failed)
            if as_json:
                print_json(summary)
            else:
                _tell_end(teller, run, summary)
            if not failed:
                tell_afterwards(stage, teller, ordinary)
            if not no_serve and not failed:
                _serve(stage, as_json=as_json)
    except KeyboardInterrupt:
        print("stopped; run it again, the folder is replaced", file=sys.stderr)
        raise typer.Exit(STOPPED) from None
    if failed:
        raise typer.Exit(1)


@contextmanager
def _raised(run: _Run, folder: Path, settings: Settings, seed: int) -> Iterator[Stage]:
    with run.timed("database and keys"):
        opened = raised(folder, settings, seed)
        stage = opened.__enter__()
    try:
        yield stage
    finally:
        opened.__exit__(None, None, None)


def _play(stage: Stage, teller: Teller, run: _Run, families: int, seed: int) -> tuple[dict[str, Any], Ordinary]:
    teller.chapter(f"A county of {families} families that do not exist (seed {seed})")
    with run.timed("synthetic county"):
        county = make_county(stage.folder / "county", families, seed)
    with run.timed("agreements and signatures"):
        papers = put_in_force(stage)
    teller.say(
        f"{len(county.people)} people. {len(papers.agreements)} agreements are published, and every party has "
        f"signed: {papers.signatures} signatures in all."
    )
    stage.later()
    with run.timed("ingest"):
        loaded = _load(stage, show=not teller.silent)
    _tell_loaded(stage, teller, loaded)
    stage.later(30)
    with run.timed("stories"):
        ordinary_home, couple, third = cast_families(stage.broker.store, county)
        ordinary = tell_ordinary(stage, teller, run.checks, ordinary_home)
        stage.later()
        tell_partner(stage, teller, run.checks, couple)
        stage.later()
        silence = tell_silent(stage, teller, run.checks, third, seed)
        stage.later()
        notices = tell_withdrawal(stage, teller, run.checks, ordinary)
    with run.timed("log written out and verified"):
        log = tell_log(stage, teller, run.checks, [ordinary.lead.receipt, ordinary.charity.receipt])
    return _summary(stage, run, families, seed, county, papers, loaded, silence, notices, log), ordinary


def _load(stage: Stage, *, show: bool) -> Loaded:
    # On a terminal only, and on stderr, so that `--json` stays clean.
    screen = Console(stderr=True)
    with Progress(console=screen, transient=True, disable=not (show and screen.is_terminal)) as progress:
        tasks: dict[str, Any] = {}

        def moved(path: str, done: int, total: int) -> None:
            if path not in tasks:
                tasks[path] = progress.add_task(path, total=total)
            progress.update(tasks[path], completed=done)

        return load_county(stage, stage.folder / "county", moved)


def _tell_loaded(stage: Stage, teller: Teller, loaded: Loaded) -> None:
    names = stage.broker.partnership.vocabulary.organisations
    teller.rows(
        "What the agencies sent, taken in row by row (people: new, known before, to look at)",
        ("file", "from", "rows", "sent back", "new", "known", "to look at", "records"),
        [
            (
                result.file,
                names[result.receipt.controller_code].name,
                result.receipt.rows_read,
                result.receipt.rejected,
                result.tally.new_people,
                result.tally.linked,
                result.tally.possible_matches,
                result.tally.new_records,
            )
            for result in loaded.results
        ],
    )


def _summary(
    stage: Stage,
    run: _Run,
    families: int,
    seed: int,
    county: County,
    papers: Papers,
    loaded: Loaded,
    silence: Silence,
    notices: int,
    log: LogChecked,
) -> dict[str, Any]:
    tally = loaded.tally
    return {
        "ok": not run.checks.failed,
        "seed": seed,
        "families": families,
        "folder": str(stage.folder),
        "clock_from": instant_text(CURTAIN),
        "clock_until": instant_text(stage.clock.at),
        "counts": {
            "synthetic_people": len(county.people),
            "agreements": len(papers.agreements),
            "signatures": papers.signatures,
            "rows_read": loaded.rows,
            "rows_rejected": loaded.rejected,
            "people_known": tally.new_people,
            "recognised": tally.linked,
            "possible_matches": tally.possible_matches,
            "records": tally.new_records,
            "notices_waiting": notices,
            "log_entries": log.entries,
        },
        "silence": {"without": silence.without, "with": silence.with_record},
        "log": {"folder": str(log.folder), "verdict": log.verdict},
        "assertions": [
            {"story": claim.story, "says": claim.says, "holds": claim.holds} for claim in run.checks.claims
        ],
        "seconds": {name: round(seconds, 2) for name, seconds in run.seconds.items()},
    }


def _tell_end(teller: Teller, run: _Run, summary: dict[str, Any]) -> None:
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
    set_up_logs(stage.clock, stage.settings.log_level)
    with listening(0) as listener:
        words = f"Serving at {address_of(listener)} (stop with Ctrl-C)"
        Console(stderr=as_json, highlight=False).print(words)
        run_server(stage.broker, listener)
