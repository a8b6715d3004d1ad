"""`broker check`: validates standing rules, agreements, signatures and scenarios, and says everything it found."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from broker.cli.screen import print_json
from broker.clock import SystemClock
from broker.errors import Finding
from broker.rehearsal.checking import Checked, check_paths


def register(app: typer.Typer) -> None:
    """Adds the verb."""
    app.command("check", help=_HELP)(check)


_HELP = """Validate standing rules, agreements, signatures and scenarios: files, or folders with all below them.

Errors go to stderr as file:line: what is wrong, all at once; exit code 1 if there are any.

Example: broker check policies agreements
"""


def check(
    paths: Annotated[list[Path], typer.Argument(help="files or folders", show_default=False)],
    policies: Annotated[
        Path | None,
        typer.Option(
            "--policies", help="the standing rules to check against, for agreements and scenarios that name none"
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="print JSON (docs/formats.md)")] = False,
) -> None:
    """Checks everything under the paths."""
    checked = check_paths(paths, policies, SystemClock().now())
    if as_json:
        print_json(_as_json(checked))
    else:
        _show(checked)
    if checked.errors:
        raise typer.Exit(1)


def _as_json(checked: Checked) -> dict[str, object]:
    return {
        "checked": dict(checked.counts),
        "errors": [_finding_json(finding) for finding in checked.errors],
        "warnings": [_finding_json(finding) for finding in checked.warnings],
    }


def _finding_json(finding: Finding) -> dict[str, object]:
    file, _, line = finding.where.rpartition(":")
    return {"file": file, "line": int(line), "message": finding.message, "severity": finding.severity.value}


def _show(checked: Checked) -> None:
    for finding in checked.errors:
        print(finding, file=sys.stderr)
    for finding in checked.warnings:
        print(finding)
    counted = ", ".join(_counted(kind, count) for kind, count in checked.counts.items() if count)
    problems, warnings = len(checked.errors), len(checked.warnings)
    verdict = f"{problems} error{'s' if problems != 1 else ''}" if problems else "no errors"
    print(f"{counted or 'nothing to check'}: {verdict}, {warnings} warning{'s' if warnings != 1 else ''}")


def _counted(kind: str, count: int) -> str:
    """`1 agreement`, `24 scenarios`, `1 folder of standing rules`."""
    if kind == "policies":
        return f"{count} folder{'s' if count != 1 else ''} of standing rules"
    return f"{count} {kind.removesuffix('s') if count == 1 else kind}"
