"""`broker contact statistics`: how the front door did, by week, in counts and medians."""

from __future__ import annotations

from typing import Annotated

import typer

from broker.casework.statistics import FEWER
from broker.cli.contact.words import As, By, Json
from broker.cli.screen import console, plain, print_json, table
from broker.cli.words import acting
from broker.settings import Settings
from broker.usecases.casework.front_door_statistics import front_door_statistics
from broker.wiring import open_broker

_STATISTICS = """How did the front door do? Counts and medians by week; small counts are not told.

Example: broker contact statistics --weeks 12 --by ola --as ig-officer
"""


def add(group: typer.Typer) -> None:
    """Adds the verb."""
    group.command("statistics", help=_STATISTICS)(statistics)


def statistics(
    by: By,
    role: As,
    weeks: Annotated[int, typer.Option("--weeks", help="how many weeks, this one included")] = 12,
    as_json: Json = False,
) -> None:
    """Counts."""
    with open_broker(Settings.read()) as broker:
        found = [one.told() for one in front_door_statistics(broker, acting(by, role), weeks)]
    if as_json:
        print_json({"weeks": found})
        return
    screen = console()
    columns = [name.replace("_", " ") for name in found[0]]
    screen.print(table("The front door, by week of arrival", columns, [list(one.values()) for one in found]))
    screen.print(plain(f"`{FEWER}` may be none. There are no totals: one would tell what a week leaves out."))
