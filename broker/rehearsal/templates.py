"""Whether a template gives agreements that are accepted: filled in with bodies of this partnership and checked.

Decides that a template is tried twice, with every optional body and without any, and what is said where nobody
here could fill a blank. Changes nothing.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from broker.agreements.document import Agreement
from broker.agreements.parse import read_agreement
from broker.agreements.partnership import PartnershipReading
from broker.agreements.reach import check_agreement_reach
from broker.agreements.templates.filling import fill
from broker.agreements.templates.template import Body, Template, read_template
from broker.agreements.templates.values import fitting, sample_values
from broker.dates import london_day
from broker.documents.files import read_bytes, single_document
from broker.documents.findings import Findings
from broker.documents.reading import Reading
from broker.documents.shapes import REFUSED
from broker.errors import Finding, Severity


def template_of_file(path: Path, findings: Findings, partnership: PartnershipReading) -> Template | None:
    """The template of a file; None after reporting every problem."""
    data = read_bytes(path, str(path), findings)
    return None if data is None else read_template(data, str(path), findings, partnership.declarations.registers)


def check_template(template: Template, partnership: PartnershipReading, at: datetime) -> tuple[Finding, ...]:
    """What is wrong with the agreements that the template gives here, at the template's own lines."""
    organisations = partnership.declarations.organisations
    nobody = [
        Finding(
            f"{template.file}:1",
            f"nobody here is of a type that `{one.name}` may be ({', '.join(sorted(one.types))})",
            Severity.WARNING,
        )
        for one in template.blanks.values()
        if isinstance(one, Body) and not fitting(one, organisations)
    ]
    found = list(nobody)
    for whole in (True, False):
        values = sample_values(template, organisations, london_day(at), whole=whole)
        if values is None:
            break
        filled = fill(template, values, organisations, reference=template.name)
        said = _check_text(filled.text, template, partnership)
        # With every optional body the lines are the template's own; without them clauses are gone, and lines move.
        found += said if whole else [_moved(one, template) for one in said if _moved(one, template) not in found]
    return tuple(dict.fromkeys(found))


def _check_text(text: str, template: Template, partnership: PartnershipReading) -> list[Finding]:
    findings = Findings()
    agreement = read_filled(text, template.file, findings, partnership)
    if agreement is not None:
        findings.extend(
            check_agreement_reach(agreement, partnership.declarations, partnership.duties)
            if partnership.is_sound
            else ()
        )
    return [_in_template(one, template) for one in (*findings.errors, *findings.warnings)]


def read_filled(text: str, shown: str, findings: Findings, partnership: PartnershipReading) -> Agreement | None:
    """The agreement that a filled-in text is; None after reporting every problem."""
    document = single_document(text.encode("utf-8"), shown, findings)
    if document is None:
        return None
    found = read_agreement(
        document.root, Reading(shown, findings, partnership.declarations.registers), partnership.declarations
    )
    return None if found is REFUSED else found


def _in_template(finding: Finding, template: Template) -> Finding:
    file, _, line = finding.where.rpartition(":")
    return Finding(f"{file}:{int(line) + template.first_line - 1}", finding.message, finding.severity)


def _moved(finding: Finding, template: Template) -> Finding:
    message = f"without its optional bodies: {finding.message}"
    return Finding(f"{template.file}:{template.first_line}", message, finding.severity)
