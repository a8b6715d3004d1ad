"""Tables of mistakes: each row spoils one place of the small partnership and says what must then be said."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from broker.documents.files import single_document
from broker.documents.findings import Findings
from broker.documents.nodes import plain
from broker.rehearsal.parse import ScenarioReader
from tests.unit.agreements.small_partnership import AGREEMENT, POLICIES, SCENARIO, spoil, write_partnership


@dataclass(frozen=True, slots=True)
class Mistake:
    """In the file, `change` becomes `to`, and exactly `says` is found."""

    file: str
    change: str
    to: str
    says: tuple[str, ...]


def mistakes_in(table: Path, file: str) -> list[Mistake]:
    """The rows of a table; `file` is the one spoilt where a row names none."""
    document = single_document(table.read_bytes(), str(table), Findings())
    assert document is not None
    root = plain(document.root)
    assert isinstance(root, dict)
    return [
        Mistake(row.get("file", file), row["change"], row["to"], tuple(row["says"])) for row in root["mistakes"]
    ]


def findings_of(mistake: Mistake, folder: Path) -> list[str]:
    """Everything found in the spoilt partnership, agreement and scenario, with paths from `folder`."""
    texts = {**POLICIES, "family-support.yaml": AGREEMENT, "scenario.yaml": SCENARIO}
    texts[mistake.file] = spoil(texts[mistake.file], mistake.change, mistake.to)
    write_partnership(folder, {name: texts[name] for name in POLICIES})
    for name in ("family-support.yaml", "scenario.yaml"):
        (folder / name).write_text(texts[name], encoding="utf-8")
    findings = Findings()
    reader = ScenarioReader(findings)
    reader.partnership(folder / "policies")
    if mistake.file not in POLICIES:
        reader.read(folder / "scenario.yaml")
    return [str(finding).replace(f"{folder}/", "") for finding in (*findings.errors, *findings.warnings)]
