"""A folder of standing rules: loaded whole or refused whole, whatever is missing or spoilt."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from broker.agreements.partnership import load_partnership, partnership_from_documents
from broker.dates import Interval, Period
from broker.documents.files import documents_of
from broker.documents.findings import Findings
from broker.documents.nodes import plain
from broker.errors import DocumentsRefused
from broker.vocabulary.codes import Detail, FieldKind, Joint, ObjectionEffect, Retention, Tier
from tests.unit.agreements.small_partnership import POLICIES, spoil, write_partnership

ROOT = Path(__file__).parents[3]


def test_everything_is_where_the_decision_looks_for_it(tmp_path: Path) -> None:
    partnership = load_partnership(write_partnership(tmp_path))
    known = partnership.vocabulary
    assert known.organisations["ecc"].types == {"LA-CSC", "LA-EH"}
    assert (known.organisations["ecc"].tier, known.organisations["clinic"].tier) == (Tier.T0, Tier.T4)
    assert known.organisations["clinic"].succeeded_by == "ecc"
    assert known.organisation_types() == {"LA-CSC", "LA-EH", "SCH", "SEXH"}
    attendance, health = known.categories["attendance"], known.categories["health"]
    assert [(item.name, item.kind, item.level) for item in attendance.fields][:2] == [
        ("percentage", FieldKind.NUMBER, Detail.FLAG),
        ("since", FieldKind.DATE, Detail.FLAG),
    ]
    assert attendance.retention == Retention(Period(years=7))
    assert health.retention == Retention(Period(years=25), from_birth=True)
    assert (attendance.explain, known.categories["adoption"].explain) == (None, False)
    assert (attendance.joint, known.categories["offending"].joint) == (Joint.WITHHOLD, Joint.MASK)
    assert known.purposes["section-47"].protective
    assert known.roles["clerk"].purposes == frozenset()
    assert known.gateways["ca04-10"].objection is ObjectionEffect.WEIGH
    assert known.gateways["ca04-10"].disclosers is None
    assert known.gateways["ca89-47"].objection is ObjectionEffect.NONE
    # 14 October 1991 was in summer time; 1 June 2026 will be.
    assert known.gateways["ca89-47"].in_force == Interval(
        datetime(1991, 10, 13, 23, tzinfo=UTC), datetime(2026, 5, 31, 23, tzinfo=UTC)
    )
    assert known.lawful_bases.schedule_1["18"].needs_policy_document
    assert known.standing.own_decision_from == 16
    assert known.override.alone.review == "PT24H"
    (grant,) = partnership.duties.grants
    assert grant.in_force.from_at == datetime(1991, 10, 13, 23, tzinfo=UTC)
    assert partnership.duties.clause_reference("47.1") == "statutory@1#47.1"
    assert (partnership.duties.parties, partnership.duties.signatures) == (None, None)
    assert partnership.duties.begins_at is partnership.duties.lapses_at is None


@pytest.mark.parametrize("name", POLICIES)
def test_every_file_must_be_there(tmp_path: Path, name: str) -> None:
    (write_partnership(tmp_path) / name).unlink()
    with pytest.raises(DocumentsRefused) as refused:
        load_partnership(tmp_path / "policies")
    assert [finding.where for finding in refused.value.findings] == [f"{tmp_path}/policies/{name}:1"]
    assert "is missing: the standing rules are organisations.yaml," in str(refused.value)


def test_a_missing_file_hides_no_other_mistake(tmp_path: Path) -> None:
    folder = write_partnership(tmp_path, {"roles.yaml": spoil(POLICIES["roles.yaml"], "title: Clerk, ", "")})
    (folder / "gateways.yaml").unlink()
    with pytest.raises(DocumentsRefused) as refused:
        load_partnership(folder)
    assert {finding.where.rpartition("/")[2] for finding in refused.value.findings} == {
        "gateways.yaml:1",
        "roles.yaml:3",
    }


def test_no_folder(tmp_path: Path) -> None:
    with pytest.raises(DocumentsRefused, match="no such folder"):
        load_partnership(tmp_path / "nowhere")


def test_a_folder_where_a_file_should_be(tmp_path: Path) -> None:
    folder = write_partnership(tmp_path)
    (folder / "roles.yaml").unlink()
    (folder / "roles.yaml").mkdir()
    with pytest.raises(DocumentsRefused, match=r"roles.yaml:1: is a folder, not a file"):
        load_partnership(folder)


def test_the_digest_covers_every_byte_of_every_file(tmp_path: Path) -> None:
    digests = {load_partnership(write_partnership(tmp_path / "same")).vocabulary.digest}
    for name, text in POLICIES.items():
        folder = write_partnership(tmp_path / name, {name: text + "# a comment\n"})
        digests.add(load_partnership(folder).vocabulary.digest)
    assert len(digests) == len(POLICIES) + 1


def test_what_was_loaded_once_is_not_parsed_again_but_never_stale(tmp_path: Path) -> None:
    folder = write_partnership(tmp_path)
    first = load_partnership(folder)
    assert load_partnership(folder).vocabulary.organisations is first.vocabulary.organisations
    write_partnership(tmp_path, {"standing.yaml": "adult_from: 21\nown_decision_from: 16\n"})
    assert load_partnership(folder).vocabulary.standing.adult_from == 21


def test_in_memory_files_are_checked_by_name() -> None:
    policies = {
        name.removesuffix(".yaml"): plain(documents_of(text.encode(), name, Findings())[0].root)
        for name, text in POLICIES.items()
    }
    assert partnership_from_documents(policies).require().vocabulary.roles["lead"].title == "Lead practitioner"
    del policies["roles"]
    policies["rolls"] = {"roles": []}
    says = [str(finding) for finding in partnership_from_documents(policies).findings]
    assert says[0].startswith("policies/roles.yaml:1: is missing")
    assert says[1] == "policies/rolls.yaml:1: is not a file of standing rules; did you mean `roles.yaml`?"


def test_the_shipped_rules_load_without_a_warning() -> None:
    partnership = load_partnership(ROOT / "policies")
    assert partnership.warnings == ()
    assert partnership.duties.grants
