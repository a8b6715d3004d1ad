"""`broker synth`: writes a synthetic county, the files its agencies would send and the truth to check against."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress

from broker.cli.screen import console, plain, print_json, table
from broker.dates import parse_date
from broker.errors import CallWrong
from broker.synth.county import DEFAULT_AS_OF, county
from broker.synth.export import MANIFEST, TRUTH, write_county
from broker.synth.listing import Listing

FILES = 23
"""Twenty-one lists at most, the truth and the manifest: what the progress bar counts to."""


def register(app: typer.Typer) -> None:
    """Adds the verb."""
    app.command("synth", help=_HELP)(synth)


_HELP = """Write a synthetic county: invented families, the files their agencies send, and who everybody truly is.

The same seed, families and day give the same bytes. Nobody in it exists: NHS numbers are from the 999 range.

Example: broker synth county --families 200 --seed 1
"""


def synth(
    out: Annotated[Path, typer.Argument(help="the folder to write; must be empty or new", show_default=False)],
    families: Annotated[int, typer.Option("--families", help="how many families, up to 25000")] = 200,
    seed: Annotated[int, typer.Option("--seed", help="which county")] = 1,
    as_of: Annotated[str, typer.Option("--as-of", help="the day it is looked at, YYYY-MM-DD")] = str(
        DEFAULT_AS_OF
    ),
    force: Annotated[bool, typer.Option("--force", help="replace the county of an earlier run")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="print JSON (docs/adapters.md)")] = False,
) -> None:
    """Writes the county and prints what was written."""
    day = _day(as_of)
    drawn = county(seed, families, day)
    # On a terminal only, and on stderr, so that `--json` stays clean.
    screen = Console(stderr=True)
    with Progress(console=screen, transient=True, disable=not screen.is_terminal) as progress:
        task = progress.add_task("writing", total=FILES)
        listings = write_county(drawn, out, force, lambda path: progress.update(task, advance=1, description=path))
    if as_json:
        print_json(
            {
                "folder": str(out),
                "seed": seed,
                "families": families,
                "as_of": day.isoformat(),
                "people": len(drawn.people),
                "manifest": MANIFEST,
                "truth": TRUTH,
                "files": [_row(listing) for listing in listings],
            }
        )
        return
    rows = [
        (
            listing.path,
            listing.organisation_code,
            listing.adapter_code,
            f"{listing.rows}",
            f"{len(listing.spoilt)}",
        )
        for listing in listings
    ]
    screen_out = console()
    title = f"{len(drawn.people)} people in {families} families, seed {seed}"
    screen_out.print(table(title, ("file", "organisation", "adapter", "rows", "spoilt"), rows))
    screen_out.print(plain(f"{out / MANIFEST} lists the files; {out / TRUTH} says who everybody is"))


def _row(listing: Listing) -> dict[str, str | int]:
    return {
        "path": listing.path,
        "organisation": listing.organisation_code,
        "adapter": listing.adapter_code,
        "rows": listing.rows,
        "blank": listing.blank,
        "spoilt": len(listing.spoilt),
    }


def _day(text: str) -> date:
    day = parse_date(text)
    if day is None or not 1950 <= day.year <= 2100:
        raise CallWrong("--as-of", f"`{text}` is not a day between 1950 and 2100; write it YYYY-MM-DD")
    return day
