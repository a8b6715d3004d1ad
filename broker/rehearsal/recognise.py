"""What a file is, told by what it says: an agreement, a template, scenarios, signatures, or standing rules.

Decides only which reader a file belongs to. A file whose syntax is broken is recognised by its text, so that its
problems are told by the right reader and never passed over.
"""

from __future__ import annotations

import re
from enum import StrEnum
from pathlib import Path
from typing import Final

from broker.documents.files import documents_of, read_bytes
from broker.documents.findings import Findings
from broker.documents.nodes import Table
from broker.errors import CallWrong
from broker.vocabulary.load import FILE_NAMES, OPTIONAL_FILES


class FileKind(StrEnum):
    """The kinds of file there are."""

    POLICIES = "standing rules"
    AGREEMENT = "agreement"
    SCENARIOS = "scenarios"
    SIGNATURES = "signatures"
    MAPPING = "mapping"
    TEMPLATE = "template"
    UNKNOWN = "unknown"


SUFFIXES: Final = frozenset({".yaml", ".yml", ".json"})

_KEYS: Final = (
    ("template", FileKind.TEMPLATE),
    ("scenario", FileKind.SCENARIOS),
    ("signatures", FileKind.SIGNATURES),
    ("agreement", FileKind.AGREEMENT),
    ("mapping", FileKind.MAPPING),
)
"""The top-level key by which each kind is known, in the order looked for."""


_IN_WORDS: Final = {
    FileKind.POLICIES: "is one of the standing rules",
    FileKind.AGREEMENT: "is an agreement",
    FileKind.SIGNATURES: "holds the signatures of an agreement",
    FileKind.TEMPLATE: "is the template of an agreement",
    FileKind.MAPPING: "says how a list is read",
}


def kind_of_file(path: Path) -> FileKind:
    """What the file at `path` is. Standing rules are known by their names, two or more together in a folder."""
    beside = sum((path.parent / name).is_file() for name in FILE_NAMES)
    if path.name in (*FILE_NAMES, *OPTIONAL_FILES) and beside > 1:
        return FileKind.POLICIES
    ignored = Findings()
    data = read_bytes(path, str(path), ignored)
    if data is None:
        return FileKind.UNKNOWN
    # A key of the outermost mapping stands at the beginning of its line, and nothing else can.
    plain = data.decode("utf-8", errors="replace")
    for key, kind in _KEYS:
        if re.search(rf"^{key}[ ]*:", plain, re.MULTILINE):
            return kind
    roots = [document.root for document in documents_of(data, str(path), ignored)]
    keys = {key for root in roots if isinstance(root, Table) for key in root.entries}
    for key, kind in _KEYS:
        if key in keys:
            return kind
    if ignored.errors:
        for key, kind in _KEYS:
            if re.search(rf"""^[ \t{{]*["']?{key}["']?[ \t]*:""", plain, re.MULTILINE):
                return kind
    return FileKind.UNKNOWN


def files_under(path: Path) -> list[Path]:
    """The file itself, or every document file in the folder and below, in a stable order.

    Raises CallWrong where there is nothing at `path`.
    """
    if path.is_dir():
        return sorted(found for found in path.rglob("*") if found.suffix in SUFFIXES and found.is_file())
    if not path.exists():
        raise CallWrong(str(path), "no such file or folder: check the name")
    return [path]


def find_scenario_files(path: Path) -> list[Path]:
    """The file itself, or every file of scenarios in the folder and below.

    Raises CallWrong where there is nothing at `path`, or a file of another kind.
    """
    if path.is_file():
        return [require_scenario_file(path)]
    return [found for found in files_under(path) if kind_of_file(found) is FileKind.SCENARIOS]


def require_scenario_file(path: Path) -> Path:
    """The path itself. A file of no known kind passes: reading it tells its problems, line by line.

    Raises CallWrong where `path` is a folder, is not there, or is plainly a file of another kind.
    """
    if path.is_dir():
        raise CallWrong(str(path), "is a folder; name a file of scenarios")
    if not path.exists():
        raise CallWrong(str(path), "no such file: check the name")
    kind = kind_of_file(path)
    if kind in _IN_WORDS:
        beside = path.parent / "scenarios.yaml"
        hint = f"; did you mean `{beside}`?" if beside.is_file() else ""
        raise CallWrong(
            str(path), f"{_IN_WORDS[kind]}; name a file of scenarios, which begin with `scenario:`{hint}"
        )
    return path
