"""Scenario files, and the files they name, to scenarios: nothing is loaded when anything was refused.

Decides which folder of standing rules a scenario is read against and where its agreements are: a scenario's own
`policies`, else the folder the caller names, else `policies` here, else the rules that ship with the broker. Every
agreement is read once however many scenarios name it.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from broker.agreements.document import Agreement
from broker.agreements.parse import read_agreement
from broker.agreements.partnership import (
    PartnershipReading,
    packaged_policies,
    partnership_from_documents,
    read_partnership,
)
from broker.documents.files import documents_of, read_bytes, single_document
from broker.documents.findings import Findings
from broker.documents.nodes import Document
from broker.documents.plain_data import document_from_plain
from broker.documents.reading import Reading
from broker.documents.shapes import REFUSED, Refused
from broker.errors import CallWrong, Finding, Severity
from broker.rehearsal.recognise import find_scenario_files
from broker.rehearsal.scenario import Scenario, ScenarioFile
from broker.rehearsal.situation import named_policies, read_scenario

__all__ = [
    "ScenarioReader",
    "agreement_of_file",
    "default_policies",
    "find_scenario_files",
    "load_scenario_file",
    "load_scenarios",
    "scenario_from_documents",
]


def load_scenarios(path: Path, policies: Path | None = None) -> list[Scenario]:
    """The scenarios of a file in its order; `policies` is the folder for those that name none.

    Raises DocumentsRefused with every problem of the file and of all the files it names, and CallWrong where there
    are no standing rules to read it against.
    """
    return list(load_scenario_file(path, policies).scenarios)


def load_scenario_file(path: Path, policies: Path | None = None) -> ScenarioFile:
    """As `load_scenarios`, with the warnings."""
    findings = Findings()
    scenarios = ScenarioReader(findings, policies).read(path)
    findings.refuse_if_errors()
    return ScenarioFile(tuple(scenarios), findings.warnings)


def scenario_from_documents(
    scenario: Mapping[str, object],
    policies: Mapping[str, object] | PartnershipReading,
    name: str = "scenario",
) -> Scenario:
    """The scenario of documents in memory; `policies` by file name with or without `.yaml`, or read already. Its
    agreements stand inline.

    Raises DocumentsRefused with every problem, on the lines of the document printed one item a line.
    """
    findings = Findings()
    partnership = policies if isinstance(policies, PartnershipReading) else partnership_from_documents(policies)
    findings.extend(partnership.findings)
    document = document_from_plain(scenario, name, findings)
    reading = Reading(name, findings, partnership.declarations.registers)

    def no_files(path: str, line: int, reading: Reading) -> Refused:
        reading.error(line, f"`{path}` names a file, and this scenario has no folder: put the agreement inline")
        return REFUSED

    read = read_scenario(document, reading, partnership, no_files)
    findings.refuse_if_errors()
    # INVARIANT: what was refused was reported, so nothing refused gets here.
    if read is REFUSED:
        raise RuntimeError("a scenario was refused without a finding")
    return read


def default_policies() -> Path:
    """The folder of standing rules where nobody names one: `policies` here, else the one that ships.

    Raises CallWrong where there is neither.
    """
    here = Path("policies")
    if here.is_dir():
        return here
    packaged = packaged_policies()
    if packaged is None:
        raise CallWrong("policies", "no folder of standing rules here: name one with `--policies`")
    return packaged


@dataclass(frozen=True, slots=True)
class _ReadAgreement:
    agreement: Agreement | Refused
    findings: tuple[Finding, ...]


class ScenarioReader:
    """Reads scenario files into one set of findings; remembers the rules and agreements it has read."""

    def __init__(self, findings: Findings, policies: Path | None = None) -> None:
        self._findings = findings
        self._policies = policies
        self._partnerships: dict[str, PartnershipReading] = {}
        self._agreements: dict[tuple[str, str], _ReadAgreement] = {}

    def read(self, path: Path) -> list[Scenario]:
        """The scenarios of a file that could be read; whoever calls looks at the findings before using any."""
        shown = str(path)
        data = read_bytes(path, shown, self._findings)
        documents = () if data is None else documents_of(data, shown, self._findings)
        return self.read_documents(documents, path)

    def read_documents(self, documents: tuple[Document, ...], path: Path) -> list[Scenario]:
        """The scenarios of the documents of the file at `path`."""
        scenarios: list[Scenario] = []
        for document in documents:
            partnership = self.partnership_of(document, path)
            reading = Reading(document.file, self._findings, partnership.declarations.registers)

            def find(
                named: str, line: int, reading: Reading, partnership: PartnershipReading = partnership
            ) -> Agreement | Refused:
                return self._agreement(named, line, reading, partnership, path)

            scenario = read_scenario(document, reading, partnership, find)
            if scenario is not REFUSED:
                scenarios.append(scenario)
        first: dict[str, str] = {}
        for scenario in scenarios:
            if scenario.name in first:
                message = f"the scenario `{scenario.name}` has the name of the one at {first[scenario.name]}"
                self._findings.extend((Finding(scenario.where, message, Severity.WARNING),))
            first.setdefault(scenario.name, scenario.where)
        return scenarios

    def partnership_of(self, document: Document, path: Path) -> PartnershipReading:
        """The standing rules a document is read against; their problems are reported once."""
        named = named_policies(document)
        if named is None:
            return self.partnership(self._policies if self._policies is not None else default_policies())
        name, line = named
        if name is not None:
            folder = _beside(path, name)
            if folder.is_dir():
                return self.partnership(folder)
            message = f"`policies` names `{name}`, which is no folder: paths start at this file's folder"
            self._findings.error(document.file, line, message)
        # Nothing is known, so nothing is held against the codes the scenario uses; it is refused already.
        return partnership_from_documents({})

    def partnership(self, folder: Path) -> PartnershipReading:
        """The standing rules of a folder; their problems are reported once."""
        key = os.path.realpath(folder)
        known = self._partnerships.get(key)
        if known is None:
            known = read_partnership(folder)
            self._partnerships[key] = known
            self._findings.extend(known.findings)
        return known

    def _agreement(
        self, named: str, line: int, reading: Reading, partnership: PartnershipReading, beside: Path
    ) -> Agreement | Refused:
        path = _beside(beside, named)
        key = (os.path.realpath(path), partnership.declarations.digest)
        known = self._agreements.get(key)
        if known is None:
            own = Findings()
            if path.is_file():
                agreement = agreement_of_file(path, own, partnership)
            else:
                message = f"`agreements` names `{named}`, which is not there: paths start at this file's folder"
                reading.error(line, message)
                agreement = REFUSED
            known = _ReadAgreement(agreement, (*own.errors, *own.warnings))
            if path.is_file():
                self._agreements[key] = known
            self._findings.extend(known.findings)
        return known.agreement


def agreement_of_file(path: Path, findings: Findings, partnership: PartnershipReading) -> Agreement | Refused:
    """The agreement a file holds, checked against the partnership's codes."""
    shown = str(path)
    data = read_bytes(path, shown, findings)
    document = None if data is None else single_document(data, shown, findings)
    if document is None:
        return REFUSED
    reading = Reading(shown, findings, partnership.declarations.registers)
    return read_agreement(document.root, reading, partnership.declarations)


def _beside(path: Path, named: str) -> Path:
    """The path that a file at `path` calls `named`."""
    return Path(os.path.normpath(path.parent / named))
