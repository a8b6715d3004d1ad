"""The description of the partner interface for programs: OpenAPI 3.1, from the register of operations.

Decides nothing of its own: what stands in it is what reads bodies and what the register says of answers.
`python -m broker.api.openapi docs/openapi.json` writes it; `GET /openapi.json` serves the same bytes, unsigned,
because it holds nothing that is not public.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from fastapi import APIRouter, Response
from pydantic.json_schema import models_json_schema

from broker.api.operations import OPERATIONS, TEXT, WHEN, Operation, made_of
from broker.api.problems import PROBLEM_TYPE, TYPES, Problem

PATH: Final = "/openapi.json"
_TEMPLATE: Final = "#/components/schemas/{model}"
_ALWAYS: Final = (
    Problem.NOT_SIGNED,
    Problem.TOO_LARGE,
    Problem.ENCODED,
    Problem.MEDIA_TYPE,
    Problem.MALFORMED,
    Problem.NOT_ALLOWED,
    Problem.LIMITED,
    Problem.BROKEN,
    Problem.UNAVAILABLE,
)
"""How any signed address may answer."""
_HEADERS: Final = {
    "broker-request-id": "the request's number, for whoever runs the broker",
    "broker-in-reply-to": "key id and nonce of the request that is answered",
    "content-digest": "RFC 9530, SHA-256",
    "signature-input": "RFC 9421, tag broker-response-v1",
    "signature": "the broker's own",
}


def document() -> dict[str, Any]:
    """The whole description."""
    paths: dict[str, dict[str, Any]] = {}
    for one in OPERATIONS:
        paths.setdefault(one.path, {})[one.method] = _operation(one)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "The partner interface of the information-sharing broker",
            "version": "1",
            "description": "Every request and every answer is signed: docs/api.md says how.",
        },
        "servers": [{"url": "https://broker.example.org"}],
        "security": [{"signature": []}],
        "paths": paths,
        "components": {
            "schemas": _schemas(),
            "responses": _refusals(paths),
            "headers": {name: {"description": what, "schema": TEXT} for name, what in _HEADERS.items()},
            "securitySchemes": {
                "signature": {
                    "type": "apiKey",
                    "in": "header",
                    "name": "signature",
                    "description": "RFC 9421, in the profile of docs/security.md, section 1",
                }
            },
        },
    }


def text() -> str:
    """As it is written and served."""
    return json.dumps(document(), indent=1, ensure_ascii=False) + "\n"


def openapi_routes() -> APIRouter:
    """The route."""
    routes = APIRouter()
    body = text().encode()

    @routes.get(PATH)
    def described() -> Response:
        return Response(body, media_type="application/json")

    return routes


def _schemas() -> dict[str, Any]:
    bodies = [(one.body, "validation") for one in OPERATIONS if one.body is not None]
    _, shapes = models_json_schema(bodies, by_alias=True, ref_template=_TEMPLATE)  # type: ignore[arg-type]
    problem = {
        "type": {"enum": [TYPES + one.value.code for one in Problem]},
        "title": TEXT,
        "status": {"type": "integer"},
        "detail": TEXT,
        "problems": {"type": "array", "items": made_of({"at": TEXT, "what": TEXT})},
        "receipt": {"$ref": "#/components/schemas/Receipt"},
    }
    return {
        **shapes.get("$defs", {}),
        "Disclosure": {
            "description": "docs/profile-json.md",
            "type": "object",
            "properties": {
                "disclosure": TEXT,
                "outcome": TEXT,
                "at": WHEN,
                "people": {"type": "array"},
                "sections": {"type": "object"},
                "coverage": {"type": "array"},
                "not_shared": {"type": "array"},
                "receipt": {"$ref": "#/components/schemas/Receipt"},
            },
            "required": ["disclosure", "outcome", "at", "people", "sections", "coverage", "not_shared", "receipt"],
        },
        "Receipt": {
            "description": "a promise of the log: keep it, and redeem it at /v1/audit/proof",
            **made_of({"origin": TEXT, "leaf_hash": {"type": "string", "pattern": "^[0-9a-f]{64}$"}, "at": WHEN}),
        },
        "Problem": {
            "description": "RFC 9457; docs/api.md lists the types",
            **made_of(problem, "detail", "problems", "receipt"),
        },
    }


def _operation(one: Operation) -> dict[str, Any]:
    found: dict[str, Any] = {
        "operationId": f"{one.method}{re.sub('[^a-z]+', '_', one.path.lower()).rstrip('_')}",
        "summary": one.summary,
        "description": f"Asked by a key that allows `{one.verb.value}`.",
        "parameters": [*_in_path(one), *_in_query(one)],
        "responses": _responses(one),
    }
    if one.method == "post":
        found["parameters"].append(
            {"name": "idempotency-key", "in": "header", "schema": TEXT, "description": "covered by the signature"}
        )
        shape: Mapping[str, Any] = {"type": "string"}
        if one.body is not None:
            shape = {"$ref": _TEMPLATE.format(model=one.body.__name__)}
        sent = one.example if one.body is not None else json.dumps(one.example) + "\n"
        found["requestBody"] = {
            "required": True,
            "content": {one.media_type: {"schema": shape, "example": sent}},
        }
    return found


def _in_path(one: Operation) -> list[dict[str, Any]]:
    names = re.findall(r"\{([^}]+)\}", one.path)
    return [{"name": name, "in": "path", "required": True, "schema": TEXT} for name in names]


def _in_query(one: Operation) -> list[dict[str, Any]]:
    if one.query is None:
        return []
    _, shapes = models_json_schema([(one.query, "validation")], by_alias=True, ref_template=_TEMPLATE)
    defs = shapes["$defs"]
    shape = defs[one.query.__name__]
    found = []
    for name, schema in shape["properties"].items():
        inner = defs[schema["$ref"].rsplit("/", 1)[-1]] if "$ref" in schema else schema
        inner = {**inner, **{key: value for key, value in schema.items() if key not in ("$ref", "description")}}
        said = schema.get("description")
        row = {"name": name, "in": "query", "required": name in shape.get("required", ()), "schema": inner}
        row |= {"description": said} if said else {}
        row |= {"example": one.asking[name]} if one.asking and name in one.asking else {}
        found.append(row)
    return found


def _responses(one: Operation) -> dict[str, Any]:
    headers = {name: {"$ref": f"#/components/headers/{name}"} for name in _HEADERS}
    found: dict[str, Any] = {
        str(one.status): {
            "description": "done",
            "headers": headers,
            "content": {"application/json": {"schema": one.answer}},
        }
    }
    if one.query is not None and "if_none_match" in one.query.model_fields:
        found["304"] = {"description": "as it was", "headers": headers}
    by_status: dict[int, list[str]] = {}
    for problem in (*_ALWAYS, *one.problems):
        by_status.setdefault(problem.status, []).append(problem.value.code)
    for status, codes in sorted(by_status.items()):
        found[str(status)] = {"$ref": f"#/components/responses/{'.'.join(codes)}"}
    return found


def _refusals(paths: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """Every way of refusing that the addresses refer to."""
    headers = {name: {"$ref": f"#/components/headers/{name}"} for name in _HEADERS}
    answers = [one["responses"] for methods in paths.values() for one in methods.values()]
    names = {one["$ref"].rsplit("/", 1)[-1] for answer in answers for one in answer.values() if "$ref" in one}
    return {
        name: {
            "description": ", ".join(f"`{code}`" for code in name.split(".")),
            "headers": headers,
            "content": {PROBLEM_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
        for name in sorted(names)
    }


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(text(), encoding="utf-8")
