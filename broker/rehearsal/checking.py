"""Everything under some paths, checked: standing rules, agreements, templates, signatures, mappings and
scenarios.

Decides which standing rules an agreement or scenario is checked against (the folder the caller names; else the one
folder of rules among what is checked; else `policies` here or the rules that ship) and gathers every finding. A
file that is none of these is passed over in a folder with a warning and refused when it is named. Changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from broker.agreements.compile import compile_agreement, signed_by_all
from broker.agreements.document import Agreement
from broker.agreements.partnership import PartnershipReading
from broker.agreements.reach import check_agreement_reach
from broker.agreements.review import check_review
from broker.agreements.signature_file import check_signatures, read_signatures
from broker.canonical import digest_bytes
from broker.documents.files import read_bytes, single_document
from broker.documents.findings import Findings
from broker.documents.reading import Reading
from broker.documents.shapes import REFUSED, Refused
from broker.errors import Finding
from broker.mappings.parse import check_mapping, read_mapping
from broker.rehearsal.parse import ScenarioReader, agreement_of_file, default_policies
from broker.rehearsal.preconditions import prove
from broker.rehearsal.recognise import FileKind, files_under, kind_of_file
from broker.rehearsal.templates import check_template, template_of_file


@dataclass(frozen=True, slots=True)
class Checked:
    """What was checked, by kind, and what was found; `errors` refuse, `warnings` do not."""

    counts: Mapping[str, int]
    errors: tuple[Finding, ...]
    warnings: tuple[Finding, ...]


def check_paths(paths: Sequence[Path], policies: Path | None, at: datetime) -> Checked:
    """Checks every file at or under the paths as things stand at the instant `at`.

    Raises CallWrong where a path does not exist, or there are no standing rules to check against.
    """
    return _Check(policies, at).run(paths)


class _Check:
    def __init__(self, policies: Path | None, at: datetime) -> None:
        self._findings = Findings()
        self._policies = policies
        self._at = at
        kinds = ("policies", "agreements", "signatures", "templates", "mappings", "scenarios")
        self._counts = dict.fromkeys(kinds, 0)

    def run(self, paths: Sequence[Path]) -> Checked:
        kinds: dict[Path, FileKind] = {}
        for path in paths:
            named = not path.is_dir()
            for file in files_under(path):
                kind = kind_of_file(file)
                kinds[file] = kind
                if kind is FileKind.UNKNOWN:
                    self._not_recognised(file, named=named)
        folders = sorted({file.parent for file, kind in kinds.items() if kind is FileKind.POLICIES})
        folders += [path for path in paths if path.is_dir() and path.name == "policies" and path not in folders]
        if self._policies is None and len(folders) == 1:
            self._policies = folders[0]
        reader = ScenarioReader(self._findings, self._policies)
        for folder in folders:
            reader.partnership(folder)
            self._counts["policies"] += 1
        for file, kind in kinds.items():
            if kind is FileKind.AGREEMENT:
                self._agreement(file, reader)
            elif kind is FileKind.SIGNATURES:
                self._signatures(file, reader)
            elif kind is FileKind.MAPPING:
                self._mapping(file, reader)
            elif kind is FileKind.TEMPLATE:
                self._template(file, reader)
            elif kind is FileKind.SCENARIOS:
                self._counts["scenarios"] += len(reader.read(file))
        errors = tuple(dict.fromkeys(self._findings.errors))
        return Checked(self._counts, errors, self._findings.warnings)

    def _not_recognised(self, file: Path, *, named: bool) -> None:
        message = (
            "is no file of standing rules, agreement, template, signatures, mapping or scenarios: these begin with"
            " `agreement:`, `template:`, `signatures:`, `mapping:` or `scenario:`, or lie together as `policies`"
        )
        probe = Findings()
        data = read_bytes(file, str(file), probe)
        if data is not None and named:
            single_document(data, str(file), probe)
        if named:
            self._findings.extend(probe.errors)
            self._findings.error(str(file), 1, message)
        else:
            self._findings.warning(str(file), 1, f"{message}; passed over")

    def _folder(self) -> Path:
        return self._policies if self._policies is not None else default_policies()

    def _read_agreement(self, file: Path, findings: Findings, reader: ScenarioReader) -> Agreement | Refused:
        return agreement_of_file(file, findings, reader.partnership(self._folder()))

    def _agreement(self, file: Path, reader: ScenarioReader) -> None:
        self._counts["agreements"] += 1
        agreement = self._read_agreement(file, self._findings, reader)
        partnership = reader.partnership(self._folder())
        if agreement is not REFUSED and partnership.is_sound:
            self._findings.extend(check_agreement_reach(agreement, partnership.declarations, partnership.duties))
            self._findings.extend(check_review(agreement, self._at))
            self._prove(agreement, partnership)

    def _prove(self, agreement: Agreement, partnership: PartnershipReading) -> None:
        """Takes every precondition of every grant away in turn: one that does not matter refuses the agreement."""
        vocabulary = partnership.declarations.complete()
        if vocabulary is None or self._findings.errors:
            return
        terms = compile_agreement(agreement, signed_by_all(agreement))
        for grant, proof in zip(terms.grants, prove(vocabulary, terms), strict=True):
            file, _, line = agreement.clauses.where(grant.clause).rpartition(":")
            for idle in proof.idle:
                self._findings.error(
                    file, int(line), f"clause `{grant.clause}` permits even without `{idle}`: it must matter"
                )

    def _template(self, file: Path, reader: ScenarioReader) -> None:
        self._counts["templates"] += 1
        partnership = reader.partnership(self._folder())
        template = template_of_file(file, self._findings, partnership)
        if template is not None:
            self._findings.extend(check_template(template, partnership, self._at))

    def _mapping(self, file: Path, reader: ScenarioReader) -> None:
        self._counts["mappings"] += 1
        shown = str(file)
        data = read_bytes(file, shown, self._findings)
        document = None if data is None else single_document(data, shown, self._findings)
        if document is None:
            return
        declarations = reader.partnership(self._folder()).declarations
        reading = Reading(shown, self._findings, declarations.registers)
        mapping = read_mapping(document.root, reading)
        vocabulary = declarations.complete()
        if mapping is not REFUSED and vocabulary is not None:
            check_mapping(mapping, vocabulary, reading)

    def _signatures(self, file: Path, reader: ScenarioReader) -> None:
        self._counts["signatures"] += 1
        shown = str(file)
        data = read_bytes(file, shown, self._findings)
        document = None if data is None else single_document(data, shown, self._findings)
        if document is None:
            return
        partnership = reader.partnership(self._folder())
        reading = Reading(shown, self._findings, partnership.declarations.registers)
        signatures = read_signatures(document.root, reading)
        beside = file.parent / "agreement.yaml"
        if signatures is REFUSED:
            return
        if not beside.is_file():
            reading.error(signatures.line, "there is no agreement.yaml beside these signatures: put them together")
            return
        agreement = self._read_agreement(beside, Findings(), reader)
        signed = read_bytes(beside, str(beside), Findings())
        if agreement is not REFUSED and signed is not None:
            check_signatures(signatures, agreement, digest_bytes(signed), reading)
