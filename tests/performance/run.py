"""Every benchmark, one JSON object a line: name, value, unit, target, peers, machine.

make bench                    writes docs/benchmarks.jsonl
make bench ARGS=--quick       a rough look, written nowhere
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from broker.clock import SystemClock  # noqa: E402 - the path above makes it importable
from broker.logs import set_up_logs  # noqa: E402 - the same
from tests.performance import (  # noqa: E402 - the path above makes it importable
    audit_append,
    audit_append_postgresql,
    audit_proof,
    audit_sequencing,
    audit_verify,
    decision_1440_cells,
    ingest,
    pages,
    profile_release,
    pseudonym_core,
    signed_verify,
)

MEASUREMENTS = (
    decision_1440_cells.measure,
    decision_1440_cells.measure_growth,
    pseudonym_core.measure,
    audit_append.measure,
    audit_append_postgresql.measure,
    audit_proof.measure,
    audit_sequencing.measure,
    audit_verify.measure,
    ingest.measure,
    pages.measure,
    signed_verify.measure,
    profile_release.measure,
)


def main() -> None:
    """Runs them all, one after another, and writes what they printed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument(
        "--only", help="the part of a module's name: decision, pseudonym, audit, ingest, pages, signed, profile"
    )
    parser.add_argument("--output", type=Path)
    arguments = parser.parse_args()
    set_up_logs(SystemClock(), "error")  # one JSON object a line, and nothing between
    lines: dict[str, str] = {}
    if arguments.only and arguments.output is not None and arguments.output.exists():
        # What is not measured now stays as it was.
        kept = arguments.output.read_text(encoding="utf-8").splitlines()
        lines = {json.loads(line)["name"]: line for line in kept}
    for measure in MEASUREMENTS:
        if arguments.only and arguments.only not in measure.__module__:
            continue
        for line in measure(quick=arguments.quick):
            lines[line["name"]] = json.dumps(line)
            print(lines[line["name"]], flush=True)
    if arguments.output is not None and not arguments.quick:
        arguments.output.write_text("\n".join(lines.values()) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
