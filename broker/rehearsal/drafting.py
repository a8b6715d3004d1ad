"""A new agreement from a template: filled in, checked as `broker check` checks, with scenarios to start from.

Decides that nothing is written unless the agreement would be accepted, that what is there already is never written
over, and which file goes where. Format: docs/formats.md ("A template").
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from broker.agreements.compile import compile_agreement, signed_by_all
from broker.agreements.partnership import PartnershipReading
from broker.agreements.templates.filling import fill
from broker.agreements.templates.template import Template
from broker.agreements.templates.values import resolve_values
from broker.documents.findings import Findings
from broker.documents.limits import shortened
from broker.documents.shapes import CODE_PATTERN
from broker.errors import CallWrong, DocumentsRefused, Finding, did_you_mean
from broker.rehearsal.checking import check_paths
from broker.rehearsal.parse import load_scenarios
from broker.rehearsal.run import rehearse
from broker.rehearsal.starter import starting_scenarios
from broker.rehearsal.templates import read_filled, template_of_file
from broker.rehearsal.words_around import terms_skeleton

TEMPLATE_FILE: Final = "template.yaml"
AGREEMENT_FILE: Final = "agreement.yaml"
SCENARIOS_FILE: Final = "scenarios.yaml"
TERMS_FILE: Final = "terms.md"


@dataclass(frozen=True, slots=True)
class Draft:
    """The texts by file name; the clauses left out because nobody is left for them; the warnings of the check; and
    the starting scenarios that come out otherwise than their clause says, for somebody to look at."""

    reference: str
    version: int
    texts: Mapping[str, str]
    left_out: tuple[str, ...]
    warnings: tuple[Finding, ...]
    otherwise: tuple[str, ...]


def find_template(name: str, folder: Path, partnership: PartnershipReading) -> Template:
    """The template of this name in a folder of agreements, or in the file of this name.

    Raises CallWrong where there is none, DocumentsRefused with every problem of the one there is.
    """
    path = folder / name / TEMPLATE_FILE
    if not path.is_file():
        path = Path(name)
    if not path.is_file():
        known = sorted(one.parent.name for one in folder.glob(f"*/{TEMPLATE_FILE}"))
        raise CallWrong("--template", f"`{name}` is no template in `{folder}`{did_you_mean(name, known)}")
    findings = Findings()
    found = template_of_file(path, findings, partnership)
    findings.refuse_if_errors()
    if found is None:
        raise DocumentsRefused(())
    return found


def list_templates(folder: Path, partnership: PartnershipReading) -> tuple[Template, ...]:
    """Every template in a folder of agreements, by name. Raises DocumentsRefused with every problem of any."""
    findings = Findings()
    paths = sorted(folder.glob(f"*/{TEMPLATE_FILE}"))
    found = [template_of_file(path, findings, partnership) for path in paths]
    findings.refuse_if_errors()
    return tuple(one for one in found if one is not None)


def draft_agreement(
    template: Template,
    given: Mapping[str, str],
    partnership: PartnershipReading,
    policies: Path,
    at: datetime,
    *,
    reference: str | None = None,
    version: int = 1,
) -> Draft:
    """The template filled in with what is given, by blank, as `reference` (left out: the template's own name).

    Raises DocumentsRefused with every blank that is not filled rightly, or everything that `broker check` refuses.
    """
    vocabulary = partnership.require().vocabulary
    name = _reference(reference or template.name)
    values = resolve_values(template, given, vocabulary.organisations)
    filled = fill(template, values, vocabulary.organisations, reference=name, version=version)
    findings = Findings()
    agreement = read_filled(filled.text, AGREEMENT_FILE, findings, partnership)
    findings.refuse_if_errors()
    if agreement is None:
        raise DocumentsRefused(())
    terms = compile_agreement(agreement, signed_by_all(agreement))
    texts = {AGREEMENT_FILE: filled.text, SCENARIOS_FILE: starting_scenarios(vocabulary, terms)}
    with TemporaryDirectory() as made:
        folder = Path(made)
        for file, text in texts.items():
            (folder / file).write_text(text, encoding="utf-8", newline="\n")
        checked = check_paths([folder / file for file in texts], policies, at)
        if checked.errors:
            raise DocumentsRefused(_here(one, folder) for one in checked.errors)
        scenarios = load_scenarios(folder / SCENARIOS_FILE, policies)
        otherwise = tuple(one.name for one in scenarios if not rehearse(one).passed)
        warnings = tuple(_here(one, folder) for one in checked.warnings)
    texts[TERMS_FILE] = terms_skeleton(agreement, vocabulary)
    return Draft(name, version, texts, filled.left_out, warnings, otherwise)


def write_draft(draft: Draft, agreements: Path) -> tuple[Path, ...]:
    """Writes the files where an agreement's version lies, `<reference>/v<version>/`, and returns their paths.

    Raises CallWrong where one of them is there already: nothing is written over.
    """
    folder = agreements / draft.reference / f"v{draft.version}"
    paths = {file: folder / file for file in draft.texts}
    for path in paths.values():
        if path.exists():
            raise CallWrong(str(path), "is there already; name another `--reference`, or the next `--version`")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for file, path in paths.items():
            path.write_text(draft.texts[file], encoding="utf-8", newline="\n")
    except OSError as error:
        raise CallWrong(str(folder), f"cannot be written: {(error.strerror or 'unknown').lower()}") from None
    return tuple(paths.values())


def _reference(text: str) -> str:
    if not re.fullmatch(CODE_PATTERN, text):
        raise CallWrong(
            "--reference", f"`{shortened(text)}` is no code: letters, digits and any of `_ . : ( ) + -`"
        )
    return text


def _here(finding: Finding, folder: Path) -> Finding:
    return Finding(finding.where.replace(f"{folder}/", ""), finding.message, finding.severity)
