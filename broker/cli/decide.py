"""`broker decide`: prints the decision of a scenario, from files alone."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from broker.cli.decide_page import show_to_officer, show_to_requester
from broker.cli.screen import console, print_json
from broker.errors import CallWrong, did_you_mean
from broker.rehearsal.parse import load_scenarios
from broker.rehearsal.recognise import require_scenario_file
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
    scenarios = load_scenarios(require_scenario_file(file), policies)
    if scenario is not None:
        names = [found.name for found in scenarios]
        scenarios = [found for found in scenarios if found.name == scenario]
        if not scenarios:
            raise CallWrong(str(file), f"no scenario is called `{scenario}`{did_you_mean(scenario, names)}")
    decisions = [decision_json(found, view) for found in scenarios]
    if as_json:
        print_json(decisions)
        return
    for found, decision in zip(scenarios, decisions, strict=True):
        if view is View.OFFICER:
            show_to_officer(found, decision, console())
        else:
            show_to_requester(found, decision, console())
