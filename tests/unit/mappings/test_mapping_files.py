"""A mapping is strict: whatever is wrong with it is told with its line, and nothing is read by a mapping that
is."""

from __future__ import annotations

from pathlib import Path

import pytest

from broker.agreements.partnership import load_partnership
from broker.errors import DocumentsRefused
from broker.mappings.document import Use
from broker.mappings.load import load_mapping
from broker.vocabulary.codes import Vocabulary

ROOT = Path(__file__).parents[3]
SHIPPED = ROOT / "deploy" / "mappings" / "open-door-support.yaml"
TEXT = SHIPPED.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    return load_partnership(ROOT / "policies").vocabulary


def problems(tmp_path: Path, vocabulary: Vocabulary, old: str, new: str) -> list[str]:
    """What is wrong with the shipped mapping once `old` is written as `new`."""
    assert TEXT.count(old) == 1, old
    path = tmp_path / "mapping.yaml"
    path.write_text(TEXT.replace(old, new), encoding="utf-8")
    with pytest.raises(DocumentsRefused) as refused:
        load_mapping(path, vocabulary)
    told = [str(finding) for finding in refused.value.findings]
    assert all(one.startswith(f"{path}:") and one.split(":")[1].isdigit() for one in told)
    return told


def test_the_shipped_mapping_is_accepted(vocabulary: Vocabulary) -> None:
    mapping = load_mapping(SHIPPED, vocabulary).mapping
    assert (mapping.code, mapping.controller, mapping.category, mapping.whole) == (
        "open-door-support",
        "open-door",
        "early-help",
        True,
    )
    assert [column.heading for column in mapping.used_for(Use.ALERTED)] == ["Parent group"]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("controller: open-door", "controller: open-dor", "did you mean `open-door`"),
        ("category: early-help", "category: earlyhelp", "did you mean `early-help`"),
        ("category: early-help", "category: adoption-link", "is never shared"),
        ("list: whole ", "list: hole ", "not one of"),
        ("key: [Our ref, Started]", "key: [Our reff]", "is no column; did you mean `Our ref`"),
        ("key: [Our ref, Started]", "key: []", "name the columns"),
        ("key: [Our ref, Started]", "key: [Ethnicity]", "whose cells are `ignored`"),
        ("key: [Our ref, Started]", "key: [NHS no]", "may be missing"),
        ("field: lead_practitioner", "field: lead_practitoner", "did you mean `lead_practitioner`"),
        ("use: person-number, filled", "use: person-numbr, filled", "did you mean `person-number`"),
        (", form: DD/MM/YYYY, filled: true}", ", filled: true}", "lacks `form`"),
        ("Started, use: occurred, form: DD/MM/YYYY", "Started, use: occurred", "lacks `form`"),
        ("field: review_on, form: DD/MM/YYYY", "field: review_on", "is a date: add `form`"),
        ("field: actions}", "field: actions, form: DD/MM/YYYY}", "is no date: take out `form`"),
        ("field: actions}", "field: actions, codes: {a: b}}", "is no code: take out `codes`"),
        ("field: actions}", "field: note}", "filled by more than one column"),
        ("use: field, field: actions", "use: field", "lacks `field`"),
        ("use: postcode", "use: upn, field: note", "has no place beside `use: upn`"),
        ("because: no category of these records needs it, ", "", "lacks `because`"),
        ("use: alerted", "use: birth-date, form: DD/MM/YYYY", "stands more than once"),
        ("column: Parent group", "column: our_REF", "stands on line"),
        ("use: occurred, form: DD/MM/YYYY", "use: entry-number", "no column has `use: occurred`"),
        ("{F: female, M: male,", "{F: femal, M: male,", "did you mean `female`"),
        ("DD/MM/YYYY, filled", "DD/MM/YY, filled", "did you mean `DD/MM/YYYY`"),
        ("version: 1", "version: one", "must be a whole number"),
        ("title: Fam", "titel: Fam", "did you mean `title`"),
        ("encoding: utf-8", "encoding: utf-8\nencoding: utf-8", "encoding"),
    ],
)
def test_what_is_wrong_is_told(tmp_path: Path, vocabulary: Vocabulary, old: str, new: str, told: str) -> None:
    assert any(told in one for one in problems(tmp_path, vocabulary, old, new))


def test_a_code_needs_its_table(tmp_path: Path, vocabulary: Vocabulary) -> None:
    table = ", codes: {Waiting: waiting, Working together: open, Finished: closed}"
    assert any("is a code: add `codes`" in one for one in problems(tmp_path, vocabulary, table, ""))


def test_a_row_must_tell_who_it_is_about(tmp_path: Path, vocabulary: Vocabulary) -> None:
    old = """  - {column: Our ref, use: person-number, filled: true}
  - {column: First name, use: given-name, filled: true}
"""
    new = "  - {column: Our ref, use: entry-number}\n"
    assert any("nothing tells who a row is about" in one for one in problems(tmp_path, vocabulary, old, new))


def test_every_problem_is_told_at_once(tmp_path: Path, vocabulary: Vocabulary) -> None:
    told = problems(tmp_path, vocabulary, "field: lead_practitioner}", "field: lead_practitoner, because: x}")
    assert len(told) == 2


def test_a_field_that_names_a_person_cannot_be_mapped(tmp_path: Path, vocabulary: Vocabulary) -> None:
    path = tmp_path / "mapping.yaml"
    path.write_text(
        """mapping: homes
version: 1
title: Homes
controller: chelmsford-housing
category: tenancy-arrears
list: increments
key: [Ref]
columns:
  - {column: Ref, use: person-number}
  - {column: When, use: occurred, form: YYYY-MM-DD}
  - {column: With, use: field, field: joint_tenant}
""",
        encoding="utf-8",
    )
    with pytest.raises(DocumentsRefused, match="names a person"):
        load_mapping(path, vocabulary)
