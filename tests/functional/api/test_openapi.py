"""The description for programs: it is current and sound, and its examples are answered as it says."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from broker.api.openapi import PATH, document, text
from broker.api.operations import OPERATIONS, Operation
from broker.api.problems import Problem
from broker.partner_keys import ApiVerb
from broker.usecases.log.publish_log import sequence_once
from broker.usecases.log.signing import open_signer
from tests.functional.api.door import AUTHORITY, Got, Partner, call
from tests.functional.api.test_roles_and_addresses import ALLOWS
from tests.functional.usecases.office import ROOT

BY_ADDRESS = {(one.method.upper(), one.path): one for one in OPERATIONS}


def validator(schema: Any) -> Draft202012Validator:
    """Of a schema that may refer to the document's components."""
    return Draft202012Validator({**schema, "components": document()["components"]})


def faults(schema: Any, value: Any) -> list[str]:
    return [f"{error.json_path}: {error.message}" for error in validator(schema).iter_errors(value)]


def resolved(part: Any) -> Any:
    """What a reference leads to, or the part itself."""
    found: Any = document() if "$ref" in part else part
    for step in part.get("$ref", "").removeprefix("#/").split("/") if "$ref" in part else ():
        found = found[step]
    return found


def test_it_is_written_down_as_it_is() -> None:
    written = (ROOT / "docs/openapi.json").read_text("utf-8")
    assert written == text(), "write it again: python -m broker.api.openapi docs/openapi.json"


def test_it_is_served_as_it_is_written(council: Partner) -> None:
    got = call(council.app, "GET", PATH.encode(), b"", [(b"host", AUTHORITY.encode())])
    assert (got.status, got.body) == (200, text().encode())


def test_every_address_is_in_it_with_the_verb_that_opens_it() -> None:
    said = {(method, path.split("{")[0]): one.verb for (method, path), one in BY_ADDRESS.items()}
    assert len(OPERATIONS) == len(BY_ADDRESS) == len(ALLOWS)
    shortened: dict[tuple[str, str], ApiVerb] = {}
    for (method, path), verb in ALLOWS.items():
        shortened[(method, path.split("/x")[0] + ("/" if "/x" in path else ""))] = verb
    assert said == shortened


def test_every_schema_is_one_and_every_reference_leads_somewhere() -> None:
    whole = document()
    assert whole["openapi"] == "3.1.0"
    references = []

    def walk(part: Any) -> None:
        if isinstance(part, dict):
            if isinstance(part.get("$ref"), str):
                references.append(part["$ref"])
            for value in part.values():
                walk(value)
        elif isinstance(part, list):
            for value in part:
                walk(value)

    walk(whole)
    for reference in set(references):
        assert resolved({"$ref": reference})
    ids = [one["operationId"] for methods in whole["paths"].values() for one in methods.values()]
    assert len(set(ids)) == len(ids) == len(OPERATIONS)
    for methods in whole["paths"].values():
        for one in methods.values():
            assert {"summary", "parameters", "responses"} <= one.keys()
            for said in one["responses"].values():
                answer = resolved(said)
                assert answer["description"]
                for content in answer.get("content", {}).values():
                    Draft202012Validator.check_schema(content["schema"])
            for parameter in one["parameters"]:
                Draft202012Validator.check_schema(parameter["schema"])
    for schema in whole["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)


@pytest.mark.parametrize("one", OPERATIONS, ids=lambda one: f"{one.method} {one.path}")
def test_each_example_is_of_its_own_schema(one: Operation) -> None:
    found = document()["paths"][one.path][one.method]
    if one.body is not None:
        assert one.example is not None
        (content,) = found["requestBody"]["content"].values()
        assert faults(content["schema"], content["example"]) == []
        assert faults(content["schema"], {**content["example"], "nobody-knows": 1}) != []
    for parameter in found["parameters"]:
        if "example" in parameter:
            assert faults(parameter["schema"], parameter["example"]) == []
        elif parameter["in"] == "query":
            assert not parameter["required"]


def play(council: Partner, one: Operation, known: dict[str, str], **asking: str) -> Got:
    """The example at its address, with the ids of this office, answered as the description says."""
    path = one.path
    for name, value in known.items():
        path = path.replace("{" + name + "}", value)
    body = json.dumps(one.example)
    for name, value in known.items():
        body = body.replace(f'"{name}"', f'"{value}"')
    query = "&".join(f"{name}={value}" for name, value in {**(one.asking or {}), **asking}.items())
    council.office.step()
    sent = b"" if one.example is None else body.encode()
    got = council.send_body(one.method.upper(), path, sent, query, content_type=one.media_type)
    answers = document()["paths"][one.path][one.method]["responses"]
    assert str(got.status) in answers, (path, got.status)
    (content,) = resolved(answers[str(got.status)])["content"].values()
    assert faults(content["schema"], got.json) == [], path
    return got


def test_the_examples_are_answered_as_it_says(council: Partner) -> None:
    office = council.office
    known = {"p-mum": office.people["mum"], "p-child": office.people["child"], "k-team": office.cases["team"]}
    known |= {"case_id": office.cases["team"], "name": "family-support@1"}
    told: dict[tuple[str, str], int] = {}

    def ask(method: str, path: str, **asking: str) -> Got:
        got = play(council, BY_ADDRESS[(method, path)], known, **asking)
        told[(method, path)] = got.status
        return got

    released = ask("POST", "/v1/profiles").json
    known["disclosure_id"] = released["disclosure"]
    known["consent_id"] = ask("POST", "/v1/consents").json["consent"]
    ask("POST", "/v1/consents/{consent_id}/withdrawal")
    since = ask("GET", "/v1/disclosures").json["disclosures"][0]["since"]
    known["n-told"] = since[0]["notice"] if since else "n-none"
    ask("GET", "/v1/disclosures/{disclosure_id}")
    known["notice_id"] = known["n-told"]
    ask("GET", "/v1/notices")
    ask("POST", "/v1/notices/replay")
    ask("POST", "/v1/notices/{notice_id}/acknowledgement")
    ask("POST", "/v1/disclosures/{disclosure_id}/acknowledgement")
    ask("GET", "/v1/teams/{case_id}")
    ask("GET", "/v1/agreements")
    ask("GET", "/v1/agreements/{name}")
    ask("POST", "/v1/agreements/{name}/signatures")
    ask("POST", "/v1/records")
    sequence_once(office.broker, open_signer(office.broker.settings))
    ask("GET", "/v1/audit/checkpoint")
    ask("GET", "/v1/audit/proof", leaf=released["receipt"]["leaf_hash"])
    assert told.keys() == BY_ADDRESS.keys()
    unlike = {address: status for address, status in told.items() if status != BY_ADDRESS[address].status}
    # The example of a signature is nobody's: the version is not as it says. No address was handed in to replay to.
    assert unlike == {
        ("POST", "/v1/agreements/{name}/signatures"): Problem.PRECONDITION.status,
        ("POST", "/v1/notices/replay"): Problem.MALFORMED.status,
    }


def test_every_refusal_is_a_problem_of_the_list(council: Partner) -> None:
    whole: list[Callable[[], Got]] = [
        lambda: council.send("GET", "/v1/nothing"),
        lambda: council.send("POST", "/v1/profiles", {"by": 1}),
        lambda: council.send("DELETE", "/v1/profiles"),
        lambda: call(council.app, "GET", b"/v1/x", b"", [(b"host", AUTHORITY.encode())]),
    ]
    for ask in whole:
        assert faults({"$ref": "#/components/schemas/Problem"}, ask().json) == []


def test_the_guide_lists_every_problem() -> None:
    guide = (ROOT / "docs/api.md").read_text("utf-8")
    rows = [f"| `{one.value.code}` | {one.status} | {one.value.title} |" for one in Problem]
    assert [row for row in rows if row not in guide] == []
