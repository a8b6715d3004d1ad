"""`broker decide`: prints the decision of a scenario, from files alone."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from broker.cli.screen import console, plain, print_json, table
from broker.errors import CallWrong, did_you_mean
from broker.rehearsal.parse import load_scenarios
from broker.rehearsal.run import decision_json
from broker.release.views import View


def register(app: typer.Typer) -> None:
    """Adds the verb."""
    app.command("decide", help=_HELP)(decide)


_HELP = """Print the decision of a scenario; needs no database.

Example: broker decide agreements/family-support/v1/scenarios.yaml --view requester --json
"""


def decide(
    file: Annotated[Path, typer.Argument(help="a file of scenarios", show_default=False)],
    scenario: Annotated[
        str | None, typer.Option("--scenario", help="the name of one scenario; all of the file when left out")
    ] = None,
    view: Annotated[View, typer.Option("--view", help="whose view of the decision")] = View.OFFICER,
    policies: Annotated[
        Path | None,
        typer.Option("--policies", help="the partnership's standing files, for scenarios that name none"),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="print JSON (docs/decide-json.md)")] = False,
) -> None:
    """Prints each scenario's decision in the chosen view."""
    scenarios = load_scenarios(file, policies)
    if scenario is not None:
        names = [found.name for found in scenarios]
        scenarios = [found for found in scenarios if found.name == scenario]
        if not scenarios:
            raise CallWrong(str(file), f"no scenario is called `{scenario}`{did_you_mean(scenario, names)}")
    decisions = [decision_json(found, view) for found in scenarios]
    if as_json:
        print_json(decisions)
        return
    for decision in decisions:
        _show(decision, view)


def _show(decision: dict[str, Any], view: View) -> None:
    out = console()
    out.print(plain(f"\n{decision['scenario']}"), style="bold")
    if decision["refused_because"] is not None:
        out.print(plain(f"refused: {decision['refused_because']}"))
        return
    records = [
        (
            row["id"],
            ", ".join(row["about"]),
            row["controller"],
            row["category"],
            row["detail"],
            ", ".join(row.get("reasons", []))
            or "; ".join(f"{key}: {value}" for key, value in row["fields"].items()),
            ", ".join(row["clauses"]),
        )
        for row in decision["records"]
    ]
    columns = ("record", "about", "from", "category", "detail", "shown, or why not", "clauses")
    out.print(table("Records", columns, records))
    if view is View.OFFICER:
        cells = [
            (
                row["person"],
                row["category"],
                row["controller"],
                row["effect"] if row["detail"] is None else f"{row['effect']} ({row['detail']})",
                ", ".join(row["reasons"] or row["clauses"]),
            )
            for row in decision["cells"]
            if row["reasons"] != ["no-clause"]
        ]
        unnamed = len(decision["cells"]) - len(cells)
        out.print(table("Cells", ("person", "category", "from", "effect", "reasons or clauses"), cells))
        out.print(plain(f"and {unnamed} cells that no clause names"))
        return
    not_shared = [
        (row["person"], row["category"], row["controller"], row["reason"]) for row in decision["not_shared"]
    ]
    out.print(table("Not shared", ("person", "category", "from", "because"), not_shared))
    coverage = [(row["controller"], row["category"], row["state"]) for row in decision["coverage"]]
    out.print(table("What silence means", ("from", "category", "state"), coverage))
