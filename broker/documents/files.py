"""Files to documents: opened with care, read whole or not at all, and never parsed twice for the same bytes.

Decides nothing about meaning. What is remembered is keyed by the bytes themselves, so it can never be stale.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Final

from broker.documents.findings import Findings
from broker.documents.limits import MAX_BYTES
from broker.documents.nodes import Document, Scalar
from broker.documents.strict_yaml import read_documents


def read_bytes(path: Path, shown: str, findings: Findings) -> bytes | None:
    """The file's bytes, at most one more than is allowed; None after reporting why there are none."""
    try:
        if not path.is_file():
            is_folder = path.is_dir()
            findings.error(shown, 1, "is a folder, not a file" if is_folder else "no such file: check the name")
            return None
        with path.open("rb") as stream:
            return stream.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else "not a usable name"
        findings.error(shown, 1, f"cannot be read: {reason.lower()}")
        return None


MAX_PROBLEMS: Final = 1000
"""Nobody reads more, and a hostile file must not make a hundred thousand of them."""


class _Enough(Exception):
    """As many problems as anybody reads."""


@lru_cache(maxsize=64)
def _parsed(data: bytes) -> tuple[tuple[Document, ...], tuple[tuple[int, str], ...]]:
    problems: list[tuple[int, str]] = []

    def report(line: int, message: str) -> None:
        problems.append((line, message))
        if len(problems) >= MAX_PROBLEMS:
            raise _Enough

    try:
        documents = read_documents(data, "", report)
    except _Enough:
        documents = ()
        problems.append((problems[-1][0], f"{MAX_PROBLEMS} problems up to here: mend these first"))
    return documents, tuple(problems)


def documents_of(data: bytes, shown: str, findings: Findings) -> tuple[Document, ...]:
    """Every document of a file; an empty file, or an empty document in it, is a problem."""
    documents, problems = _parsed(data)
    for line, message in problems:
        findings.error(shown, line, message)
    if not documents and not problems:
        findings.error(shown, 1, "is empty: write the document, or delete the file")
    kept = []
    for document in documents:
        root = document.root
        if isinstance(root, Scalar) and root.value is None:
            if not problems:
                findings.error(shown, document.line, "an empty document: take out the `---` or write the document")
        else:
            kept.append(replace(document, file=shown))
    return tuple(kept)


def single_document(data: bytes, shown: str, findings: Findings) -> Document | None:
    """The one document of a file that must hold exactly one; None after reporting why there is none."""
    documents = documents_of(data, shown, findings)
    if len(documents) > 1:
        findings.error(shown, documents[1].line, "a second document begins here: keep one document in this file")
    return documents[0] if documents else None
