"""A mapping file loaded for use, against the standing rules. Decides nothing; refuses whatever `parse` refuses."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from broker.canonical import digest_bytes
from broker.documents.files import read_bytes, single_document
from broker.documents.findings import Findings
from broker.documents.reading import Reading
from broker.documents.shapes import REFUSED
from broker.errors import CallWrong
from broker.mappings.document import ListMapping
from broker.mappings.parse import check_mapping, read_mapping
from broker.vocabulary.codes import Vocabulary


@dataclass(frozen=True, slots=True)
class LoadedMapping:
    """A mapping and the digest of the bytes it was read from."""

    mapping: ListMapping
    digest: str


def load_mapping(path: Path, vocabulary: Vocabulary) -> LoadedMapping:
    """The mapping in the file. Raises DocumentsRefused with every problem, line by line."""
    findings = Findings()
    shown = str(path)
    data = read_bytes(path, shown, findings)
    document = None if data is None else single_document(data, shown, findings)
    found: LoadedMapping | None = None
    if document is not None and data is not None:
        registers = {"category": vocabulary.categories, "organisation": vocabulary.organisations}
        reading = Reading(shown, findings, registers)
        mapping = read_mapping(document.root, reading)
        if mapping is not REFUSED:
            check_mapping(mapping, vocabulary, reading)
            found = LoadedMapping(mapping, digest_bytes(data))
    findings.refuse_if_errors()
    if found is None:
        raise CallWrong(shown, "holds no mapping; write one as docs/how-to-map.md says")
    return found
