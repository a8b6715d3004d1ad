"""An evaluation never learns who somebody is, and nothing locked to a purpose serves it (docs/policies.md)."""

from __future__ import annotations

from pathlib import Path

from broker.agreements.document import Agreement
from broker.agreements.partnership import read_partnership
from broker.consent.record import ConsentKind
from broker.documents.findings import Findings
from broker.rehearsal.parse import agreement_of_file
from broker.vocabulary.codes import Detail, FieldKind, Tier

ROOT = Path(__file__).resolve().parents[2]
READING = read_partnership(ROOT / "policies")
RULES = READING.require().vocabulary
TELLS_WHO = frozenset({FieldKind.ADDRESS, FieldKind.PERSON, FieldKind.PLACE, FieldKind.NARRATIVE})
NAMES = frozenset({"name", "phone", "safe_contact", "worker", "lead_practitioner", "service"})
CONFIDENTIAL = frozenset({"physical-health", "maternity-early-years", "mental-health"})


def evaluating() -> Agreement:
    """The shipped agreement."""
    path = ROOT / "agreements" / "evaluation" / "v1" / "agreement.yaml"
    found = agreement_of_file(path, Findings(), READING)
    assert isinstance(found, Agreement)
    return found


def test_no_field_that_an_analyst_is_shown_says_who_or_where_somebody_is() -> None:
    for grant in evaluating().clauses.grants:
        for code in grant.categories:
            shown = [field for field in RULES.categories[code].fields if field.level <= grant.detail]
            assert shown, grant.clause
            assert [field.name for field in shown if field.kind in TELLS_WHO] == [], f"{grant.clause}: {code}"
            assert NAMES.isdisjoint(field.name for field in shown), f"{grant.clause}: {code}"


def test_it_takes_flags_for_one_purpose_and_nothing_sensitive() -> None:
    for grant in evaluating().clauses.grants:
        assert grant.purposes == {"evaluation"}, grant.clause
        assert grant.detail <= Detail.SUMMARY, grant.clause
        assert grant.look_back is not None, grant.clause
        assert all(recipient.roles == {"analyst"} for recipient in grant.recipients), grant.clause
        assert max(RULES.categories[code].tier for code in grant.categories) <= Tier.T3, grant.clause
        assert "pseudonymised-at-source" in grant.obligations, grant.clause


def test_what_says_who_somebody_is_and_what_the_department_gave_is_banned_from_everybody() -> None:
    banned = frozenset().union(
        *(
            ban.categories or frozenset()
            for ban in evaluating().clauses.prohibitions
            if ban.disclosers is None and ban.recipients is None and ban.purposes is None
        )
    )
    assert {"identity", "identifiers", "contact-details", "household", "involvement", "benefits"} <= banned
    granted = frozenset().union(*(grant.categories for grant in evaluating().clauses.grants))
    assert not granted & banned


def test_what_a_patient_told_in_confidence_waits_for_the_patient() -> None:
    for grant in evaluating().clauses.grants:
        if grant.categories & CONFIDENTIAL:
            assert grant.categories <= CONFIDENTIAL, grant.clause
            assert grant.consent is ConsentKind.CONFIDENTIALITY, grant.clause
