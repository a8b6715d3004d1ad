"""The schemas of every kind of file, and what writes them: `python -m broker.rehearsal.schemas docs/schemas`.

Decides which kinds of file there are to describe. It lives here because only rehearsal knows them all; how a
schema is laid out is decided by `broker.documents.schemas`.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from broker.agreements.parse import agreement_form, duties_form
from broker.agreements.signature_file import SIGNATURES
from broker.agreements.templates.template import TEMPLATE_HEAD
from broker.documents.forms import Form
from broker.documents.schemas import schema_of, schema_text
from broker.mappings.parse import MAPPING
from broker.rehearsal.situation import scenario_schema_form
from broker.vocabulary.clocks import CLOCKS
from broker.vocabulary.load import POLICY_FILES
from broker.vocabulary.rows import PROFILE, RIGHTS

KINDS: Final[Mapping[str, tuple[Form[Any], str]]] = {
    **{
        name.removesuffix(".yaml"): (form, f"policies/{name}: standing rules of the partnership")
        for name, form in POLICY_FILES.items()
    },
    "clocks": (CLOCKS, "policies/clocks.yaml: how each area's front door works (may be left out)"),
    "duties": (duties_form(), "policies/duties.yaml: what the law gives and forbids without any agreement"),
    "profile": (PROFILE, "policies/profile.yaml: how a profile is laid out (may be left out)"),
    "rights": (
        RIGHTS,
        "policies/rights.yaml: classes of what people may ask for (may be left out)",
    ),
    "agreement": (agreement_form(), "One version of a data-sharing agreement"),
    "template": (TEMPLATE_HEAD, "The head of an agreement's template; the text with its blanks follows it"),
    "mapping": (MAPPING, "How a list is read that no adapter knows"),
    "signatures": (SIGNATURES, "The signatures beside an agreement"),
    "scenario": (scenario_schema_form(), "One scenario: a situation, what should happen, and why"),
}
"""Every kind of file by the name its schema has."""


def schema_texts() -> dict[str, str]:
    """The published text of every schema by file name."""
    return {
        f"{kind}.schema.json": schema_text(schema_of(form, kind, title)) for kind, (form, title) in KINDS.items()
    }


def write_schemas(folder: Path) -> None:
    """Writes every schema into the folder, which is made where it is missing."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in schema_texts().items():
        (folder / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit(
            "schemas: name the folder to write to, as in `python -m broker.rehearsal.schemas docs/schemas`"
        )
    write_schemas(Path(sys.argv[1]))
