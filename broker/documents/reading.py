"""What a shape needs to know while it reads: which file this is, which codes are known, where findings go."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace

from broker.documents.findings import Findings
from broker.documents.nodes import Node
from broker.errors import did_you_mean

Registers = Mapping[str, Collection[str]]
"""The known codes of each register (`category`, `organisation`, `staff`…). A register that is missing could not be
loaded; its own problems are reported, and codes are not checked against it."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One file being read."""

    file: str
    findings: Findings
    registers: Registers = field(default_factory=dict)

    def knowing(self, registers: Registers) -> Reading:
        """The same reading with these registers added."""
        return replace(self, registers={**self.registers, **registers})

    def error(self, at: Node | int, message: str) -> None:
        """Reports an error at a node or a line."""
        self.findings.error(self.file, at if isinstance(at, int) else at.line, message)

    def warning(self, at: Node | int, message: str) -> None:
        """Reports a warning at a node or a line."""
        self.findings.warning(self.file, at if isinstance(at, int) else at.line, message)

    def check_known(self, register: str, code: str, at: Node | int, what: str) -> bool:
        """Whether the register knows the code; if not, that is reported with the nearest match."""
        known = self.registers.get(register)
        if known is None or code in known:
            return True
        self.error(at, f"{what} names `{code}`, which is not a known {register}{did_you_mean(code, known)}")
        return False
