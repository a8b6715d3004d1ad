"""`broker test`: runs scenarios against their expectations and says what they have exercised."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from broker.cli.screen import console, plain, print_json, table
from broker.errors import CallWrong
from broker.rehearsal.coverage import Exercised, exercised
from broker.rehearsal.parse import find_scenario_files, load_scenarios
from broker.rehearsal.run import Rehearsal, rehearse


def register(app: typer.Typer) -> None:
    """Adds the verb."""
    app.command("test", help=_HELP)(run_scenarios)


_HELP = """Run scenarios against what they expect; print which clauses they cover.

Exit code 1 on any mismatch or, with --min-coverage, on too little.

Example: broker test agreements --min-coverage 100
"""


def run_scenarios(
    paths: Annotated[list[Path], typer.Argument(help="files or folders of scenarios", show_default=False)],
    policies: Annotated[
        Path | None,
        typer.Option("--policies", help="the partnership's standing files, for scenarios that name none"),
    ] = None,
    min_coverage: Annotated[
        float | None,
        typer.Option("--min-coverage", min=0, max=100, help="the least share of clauses, in percent"),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="print JSON (docs/decide-json.md)")] = False,
) -> None:
    """Runs every scenario under the paths."""
    files = [file for path in paths for file in find_scenario_files(path)]
    if not files:
        raise CallWrong(", ".join(map(str, paths)), "no scenarios found; name a file with `scenario:` documents")
    rehearsals = [rehearse(scenario) for file in files for scenario in load_scenarios(file, policies)]
    total = exercised(rehearsals)
    too_little = min_coverage is not None and total.percent < min_coverage
    failed = [rehearsal for rehearsal in rehearsals if not rehearsal.passed]
    if as_json:
        print_json(
            {
                "scenarios": [
                    {
                        "scenario": rehearsal.scenario.name,
                        "where": rehearsal.scenario.where,
                        "passed": rehearsal.passed,
                        "mismatches": [
                            {"what": found.what, "expected": found.expected, "found": found.found}
                            for found in rehearsal.mismatches
                        ],
                    }
                    for rehearsal in rehearsals
                ],
                "passed": len(rehearsals) - len(failed),
                "failed": len(failed),
                "coverage": total.as_json(),
            }
        )
    else:
        _show(rehearsals, failed, total)
    if failed or too_little:
        raise typer.Exit(1)


def _show(rehearsals: list[Rehearsal], failed: list[Rehearsal], total: Exercised) -> None:
    out = console()
    for rehearsal in failed:
        out.print(plain(f"{rehearsal.scenario.where}: {rehearsal.scenario.name}"), style="bold")
        for mismatch in rehearsal.mismatches:
            out.print(plain(f"  {mismatch}"))
    by_document: dict[str, list[int]] = {}
    for clause, count in total.clauses.items():
        by_document.setdefault(clause.partition("#")[0], []).append(count)
    out.print(
        table(
            "Clauses exercised",
            ("document", "clauses", "exercised"),
            [
                (name, len(counts), sum(1 for count in counts if count))
                for name, counts in sorted(by_document.items())
            ],
        )
    )
    for kind, codes in total.missing().items():
        if codes:
            out.print(plain(f"not exercised, {kind.replace('_', ' ')}: {', '.join(codes)}"))
    out.print(
        plain(
            f"{len(rehearsals) - len(failed)} of {len(rehearsals)} scenarios passed; "
            f"{total.percent:.1f} % of {len(total.clauses)} clauses exercised"
        )
    )
