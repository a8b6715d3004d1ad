"""The published schemas are those the loader's own declarations give, and never refuse what the loader accepts."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from broker.documents.files import documents_of
from broker.documents.findings import Findings
from broker.documents.nodes import plain
from broker.rehearsal.schemas import KINDS, schema_texts, write_schemas
from tests.generative.worlds import random_world
from tests.unit.agreements.mistakes import mistakes_in
from tests.unit.agreements.small_partnership import AGREEMENT, POLICIES, SCENARIO, spoil

ROOT = Path(__file__).parents[3]
PUBLISHED = ROOT / "docs" / "schemas"
TEXTS = {**POLICIES, "family-support.yaml": AGREEMENT, "scenario.yaml": SCENARIO}
KIND_OF_SAMPLE = {"family-support.yaml": "agreement", "scenario.yaml": "scenario"}


@cache
def validator(kind: str) -> Draft202012Validator:
    schema = json.loads(schema_texts()[f"{kind}.schema.json"])
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


def values_in(text: bytes) -> list[Any]:
    findings = Findings()
    documents = documents_of(text, "f.yaml", findings)
    findings.refuse_if_errors()
    return [plain(document.root) for document in documents]


def kind_of(name: str) -> str:
    return KIND_OF_SAMPLE.get(name, name.removesuffix(".yaml"))


def shipped() -> Iterator[tuple[str, Path]]:
    for path in sorted((ROOT / "policies").glob("*.yaml")):
        yield path.stem, path
    for path in sorted((ROOT / "agreements").rglob("*.yaml")):
        yield path.stem.removesuffix("s") if path.stem != "signatures" else path.stem, path


def test_the_published_schemas_are_current() -> None:
    published = {path.name: path.read_text(encoding="utf-8") for path in PUBLISHED.glob("*.json")}
    assert published == schema_texts(), "write them again: python -m broker.rehearsal.schemas docs/schemas"


def test_the_command_writes_them(tmp_path: Path) -> None:
    write_schemas(tmp_path / "schemas")
    assert {path.name for path in (tmp_path / "schemas").iterdir()} == {f"{kind}.schema.json" for kind in KINDS}


@pytest.mark.parametrize("kind", KINDS)
def test_every_schema_is_one(kind: str) -> None:
    validator(kind)


@pytest.mark.parametrize(("kind", "path"), list(shipped()), ids=lambda value: str(value).removeprefix(f"{ROOT}/"))
def test_shipped_files_are_accepted(kind: str, path: Path) -> None:
    values = values_in(path.read_bytes())
    # Below a template's head stands a text with blanks, which is an agreement once it is filled in.
    for value in values[:1] if kind == "template" else values:
        assert list(validator(kind).iter_errors(value)) == []


@pytest.mark.parametrize("name", TEXTS)
def test_samples_are_accepted(name: str) -> None:
    (value,) = values_in(TEXTS[name].encode())
    assert list(validator(kind_of(name)).iter_errors(value)) == []


def test_random_worlds_are_accepted() -> None:
    validators = {kind: validator(kind) for kind in KINDS}
    for seed in range(25):
        world = random_world(seed)
        for stem, document in world["policies"].items():
            assert list(validators[stem].iter_errors(document)) == []
        assert list(validators["scenario"].iter_errors(world["scenario"])) == []


BEYOND_A_SCHEMA = (
    "not a known",  # codes and ids that another place declares
    "is used twice",
    "the interval ends",
    "without a gateway",
    "without an Article",
    "which needs",
    "is not a declared field",
    "is the code of an organisation",
    "names the organisation",
    "names either `organisation` or `type`",
    "is not a party",
    "no agreement of this scenario",
    "which is not there",
    "which is no folder",
    "listed twice",
    "must be text (",
    "must be a number, but is text",
    "or an instant with its offset",
    "warning:",
    "a key of `reasons`",
)
"""What only the loader can see. Anything else in the tables of mistakes a schema must refuse too."""

CALENDAR = ("2026-06-31", "1988-05-32")
"""Days that look right and are on no calendar; `format: date` sees them where a validator checks formats."""


def mistakes() -> Iterator[Any]:
    tests = Path(__file__).parents[1]
    for table, file in (("vocabulary", ""), ("agreements", "family-support.yaml"), ("rehearsal", "scenario.yaml")):
        yield from mistakes_in(tests / table / "refusals.yaml", file)


def test_a_schema_refuses_what_it_can_express() -> None:
    seen = 0
    for mistake in mistakes():
        findings = Findings()
        spoilt = spoil(TEXTS[mistake.file], mistake.change, mistake.to)
        documents = documents_of(spoilt.encode(), "f.yaml", findings)
        if findings.errors or not mistake.says or any(day in mistake.to for day in CALENDAR):
            continue
        if all(any(words in said for words in BEYOND_A_SCHEMA) for said in mistake.says):
            continue
        seen += 1
        errors = list(validator(kind_of(mistake.file)).iter_errors(plain(documents[0].root)))
        assert errors, f"the schema accepts {mistake.to!r} for {mistake.change!r}"
    assert seen > 70


def test_what_a_schema_refuses_the_loader_refuses() -> None:
    for mistake in mistakes():
        findings = Findings()
        documents = documents_of(
            spoil(TEXTS[mistake.file], mistake.change, mistake.to).encode(), "f.yaml", findings
        )
        refused = any("warning:" not in said for said in mistake.says)
        if not findings.errors and list(validator(kind_of(mistake.file)).iter_errors(plain(documents[0].root))):
            assert refused, f"the loader accepts {mistake.to!r} for {mistake.change!r}"
