"""Where problems are gathered while documents are read, so that all of them are told at once.

INVARIANT: whoever reads calls `refuse_if_errors` before handing anything on: nothing is loaded when anything is
refused.
"""

from __future__ import annotations

from broker.errors import DocumentsRefused, Finding, Severity


class Findings:
    """Findings of one load, over all its files."""

    def __init__(self) -> None:
        self._found: list[Finding] = []

    def error(self, file: str, line: int, message: str) -> None:
        """Something that refuses the document."""
        self._found.append(Finding(f"{file}:{line}", message, Severity.ERROR))

    def warning(self, file: str, line: int, message: str) -> None:
        """Something that looks wrong and is not."""
        self._found.append(Finding(f"{file}:{line}", message, Severity.WARNING))

    def extend(self, findings: tuple[Finding, ...]) -> None:
        """Adds findings made elsewhere."""
        self._found.extend(findings)

    @property
    def errors(self) -> tuple[Finding, ...]:
        """The errors in the order they were found."""
        return tuple(finding for finding in self._found if finding.severity is Severity.ERROR)

    @property
    def warnings(self) -> tuple[Finding, ...]:
        """Warnings and gaps, each once."""
        return tuple(dict.fromkeys(finding for finding in self._found if finding.severity is not Severity.ERROR))

    def refuse_if_errors(self) -> None:
        """Raises DocumentsRefused with every error found, if any was."""
        errors = self.errors
        if errors:
            raise DocumentsRefused(errors)
