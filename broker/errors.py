"""What can go wrong, said so that the reader knows where, what and what to do.

Decides only how a problem is worded and carried. Never carries personal data: a message may quote a
document's own words, a code or an identifier the caller typed, and nothing that was looked up.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How much a finding matters: an error refuses, a warning is shown, a gap lands on an officer's list."""

    ERROR = "error"
    WARNING = "warning"
    GAP = "gap"


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One thing noticed in a document: `where` is `file:line` (line counted from 1), `message` says what and
    what to do."""

    where: str
    message: str
    severity: Severity = Severity.ERROR

    def __str__(self) -> str:
        prefix = "" if self.severity is Severity.ERROR else f"{self.severity.value}: "
        return f"{self.where}: {prefix}{self.message}"


class BrokerError(Exception):
    """A failure with a place. `exit_code` is what the command line returns: 1 the answer is no, 2 the call is
    wrong, 3 the system failed."""

    exit_code = 3

    def __init__(self, where: str, message: str) -> None:
        super().__init__(f"{where}: {message}")
        self.where = where
        self.message = message


class CallWrong(BrokerError):
    """The call cannot be carried out as it was made; the message says how to make it."""

    exit_code = 2


class NotAllowed(BrokerError):
    """The answer is no."""

    exit_code = 1


class SystemFailed(BrokerError):
    """Something the broker rests on (disk, database, key) failed; nothing was half done."""

    exit_code = 3


def _reading_order(finding: Finding) -> tuple[str, int, str]:
    """By file, then by line as a number, then by what is said."""
    file, _, line = finding.where.rpartition(":")
    return (file, int(line), finding.message) if line.isdigit() else (finding.where, 0, finding.message)


class DocumentsRefused(BrokerError):
    """One or more documents were refused as a whole, with every problem found."""

    exit_code = 2

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings: tuple[Finding, ...] = tuple(sorted(set(findings), key=_reading_order))
        count = len(self.findings)
        super().__init__(
            self.findings[0].where if self.findings else "documents",
            f"{count} problem{'s' if count != 1 else ''} found; nothing was loaded",
        )

    def __str__(self) -> str:
        return "\n".join(str(finding) for finding in self.findings) or super().__str__()


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """`; did you mean `x`?` for the nearest known word, or the known words when few, or nothing."""
    choices: Sequence[str] = sorted(known)
    near = difflib.get_close_matches(word, choices, n=1, cutoff=0.6)
    if near:
        return f"; did you mean `{near[0]}`?"
    if 0 < len(choices) <= 8:
        return "; known here: " + ", ".join(f"`{choice}`" for choice in choices)
    return ""
