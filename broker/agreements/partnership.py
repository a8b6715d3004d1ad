"""A partnership's standing rules as a whole: the vocabulary and the duties, loaded and checked together.

Decides that nothing is handed on when anything in the folder was refused. What was loaded is remembered by the
bytes of its files, so it can never be stale.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib.resources import files
from pathlib import Path

from broker.agreements.compile import compile_duties
from broker.agreements.document import Duties
from broker.agreements.parse import read_duties
from broker.agreements.reach import check_duties_reach
from broker.canonical import digest
from broker.decision.terms import Terms
from broker.documents.findings import Findings
from broker.documents.nodes import Document
from broker.documents.plain_data import document_from_plain
from broker.documents.reading import Reading, Registers
from broker.documents.shapes import REFUSED
from broker.errors import DocumentsRefused, Finding, Severity, did_you_mean
from broker.vocabulary.codes import Vocabulary
from broker.vocabulary.load import (
    DUTIES_FILE,
    FILE_NAMES,
    MISSING,
    OPTIONAL_FILES,
    PolicyFolder,
    ReadVocabulary,
    folder_bytes,
    folder_documents,
    read_vocabulary,
)


@dataclass(frozen=True, slots=True)
class Partnership:
    """The standing rules in force: closed codes, duties as terms, and the warnings found while loading."""

    vocabulary: Vocabulary
    duties: Terms
    duties_document: Duties
    registers: Registers
    warnings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class PartnershipReading:
    """As much of a partnership as could be read, and everything that was found wrong with it."""

    declarations: ReadVocabulary
    duties: Duties | None
    findings: tuple[Finding, ...]

    @property
    def is_sound(self) -> bool:
        """Whether nothing was refused."""
        return all(finding.severity is not Severity.ERROR for finding in self.findings)

    def require(self) -> Partnership:
        """The partnership; raises DocumentsRefused when anything was refused."""
        errors = [finding for finding in self.findings if finding.severity is Severity.ERROR]
        vocabulary = self.declarations.complete()
        if errors or vocabulary is None or self.duties is None:
            raise DocumentsRefused(errors)
        return Partnership(
            vocabulary, compile_duties(self.duties), self.duties, self.declarations.registers, self.findings
        )


def load_partnership(folder: Path, shown: str | None = None) -> Partnership:
    """The partnership of a folder of standing rules; `shown` is how findings call the folder.

    Raises DocumentsRefused with every problem of every file.
    """
    return read_partnership(folder, shown).require()


def read_partnership(folder: Path, shown: str | None = None) -> PartnershipReading:
    """What can be read of a folder of standing rules, with every problem of every file."""
    name = str(folder) if shown is None else shown
    findings = Findings()
    found = folder_bytes(folder, name, findings)
    reading = _from_bytes(tuple(found.items()), name)
    return replace(reading, findings=(*findings.errors, *reading.findings))


def partnership_of_bytes(files: Mapping[str, bytes], shown: str) -> PartnershipReading:
    """What can be read of the bytes of a folder's files, by file name, with every problem."""
    missing = [Finding(f"{shown}/{name}:1", MISSING) for name in FILE_NAMES if name not in files]
    reading = _from_bytes(tuple(sorted(files.items())), shown)
    return replace(reading, findings=(*missing, *reading.findings))


def partnership_from_documents(policies: Mapping[str, object], shown: str = "policies") -> PartnershipReading:
    """What can be read of documents already in memory, by file name with or without `.yaml`."""
    findings = Findings()
    named = {key if key.endswith(".yaml") else f"{key}.yaml": value for key, value in policies.items()}
    documents: dict[str, Document] = {}
    for name in FILE_NAMES:
        if name in named:
            documents[name] = document_from_plain(named[name], f"{shown}/{name}", findings)
        else:
            findings.error(f"{shown}/{name}", 1, MISSING)
    for name in OPTIONAL_FILES:
        if name in named:
            documents[name] = document_from_plain(named[name], f"{shown}/{name}", findings)
    for name in sorted(named.keys() - {*FILE_NAMES, *OPTIONAL_FILES}):
        findings.error(f"{shown}/{name}", 1, f"is not a file of standing rules{did_you_mean(name, FILE_NAMES)}")
    whole = "" if findings.errors else digest(named)
    return _read(PolicyFolder(shown, documents, whole), findings)


def packaged_policies() -> Path | None:
    """The folder of the standing rules that ship with the broker; None where none ship."""
    return _shipped("policies")


def packaged_agreements() -> Path | None:
    """The folder of the agreements that ship with the broker; None where none ship."""
    return _shipped("agreements")


def _shipped(name: str) -> Path | None:
    """A wheel carries the folder inside the package; a source tree has it beside the package."""
    package = Path(str(files("broker")))
    inside = package / "_partnership" / name
    if inside.is_dir():
        return inside
    beside = package.parent / name
    # Only in a source tree: elsewhere, a folder that happens to lie beside the package is somebody else's.
    return beside if (package.parent / "pyproject.toml").is_file() and beside.is_dir() else None


@lru_cache(maxsize=16)
def _from_bytes(found: tuple[tuple[str, bytes], ...], shown: str) -> PartnershipReading:
    findings = Findings()
    return _read(folder_documents(dict(found), shown, findings), findings)


def _read(folder: PolicyFolder, findings: Findings) -> PartnershipReading:
    vocabulary = read_vocabulary(folder, findings)
    document = folder.documents.get(DUTIES_FILE)
    duties: Duties | None = None
    if document is not None:
        reading = Reading(document.file, findings, vocabulary.registers)
        read = read_duties(document.root, reading, vocabulary)
        if read is not REFUSED:
            duties = read
            # What is dead is only known once everything else is right: a refused file counts as empty here.
            if not findings.errors:
                findings.extend(check_duties_reach(duties, vocabulary))
    return PartnershipReading(vocabulary, duties, (*findings.errors, *findings.warnings))
