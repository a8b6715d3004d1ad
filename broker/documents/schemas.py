"""JSON Schemas (draft 2020-12) from the very declarations that read the files.

Decides how a schema document is laid out. A schema says what one file can show by itself; that a code is declared
elsewhere, that intervals run forwards and that clauses are lawful is the loader's alone, so what a schema accepts
the loader may still refuse, never the other way round. Source: json-schema.org, draft 2020-12.
"""

from __future__ import annotations

import json
from typing import Any

from broker.documents.forms import Form
from broker.documents.shapes import Definitions, Json

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schema_of(form: Form[Any], kind: str, title: str) -> Json:
    """The schema of a file of this kind."""
    definitions: Definitions = {}
    root = form.schema(definitions)
    return {
        "$schema": DIALECT,
        "$id": f"urn:broker:schema:{kind}",
        "title": title,
        **root,
        "$defs": dict(sorted(definitions.items())),
    }


def schema_text(schema: Json) -> str:
    """The schema as it is published."""
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
