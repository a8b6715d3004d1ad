"""The first tier: what everybody signs once. It carries the pointer and nothing behind it (docs/policies.md)."""

from __future__ import annotations

from pathlib import Path

import pytest

from broker.agreements.document import Agreement
from broker.agreements.partnership import read_partnership
from broker.documents.findings import Findings
from broker.rehearsal.parse import agreement_of_file
from broker.vocabulary.codes import Detail, Tier

ROOT = Path(__file__).resolve().parents[2]
READING = read_partnership(ROOT / "policies")
RULES = READING.require().vocabulary
BY_STATUTE_ALONE = {"dwp"}
"""Whose people may tell only what a statute lets them, so that they join no protocol."""
SECOND_TIER = sorted(
    path for path in (ROOT / "agreements").glob("*/v*/agreement.yaml") if "overarching-protocol" not in path.parts
)


def read(path: Path) -> Agreement:
    """A shipped agreement."""
    agreement = agreement_of_file(path, Findings(), READING)
    assert isinstance(agreement, Agreement)
    return agreement


PROTOCOL = read(ROOT / "agreements" / "overarching-protocol" / "v1" / "agreement.yaml")
SIGNATORIES = frozenset(PROTOCOL.parties)


@pytest.mark.parametrize("path", SECOND_TIER, ids=lambda path: path.parent.parent.name)
def test_whoever_is_party_to_an_agreement_for_a_task_has_joined_the_protocol(path: Path) -> None:
    assert set(read(path).parties) - SIGNATORIES - BY_STATUTE_ALONE == set()


def test_everybody_has_joined_who_could() -> None:
    assert RULES.organisations.keys() - SIGNATORIES == {
        *BY_STATUTE_ALONE,
        *("hmrc", "cafcass", "southend-revenues", "thurrock-revenues"),
    }


def test_it_lets_the_pointer_flow_and_nothing_else() -> None:
    assert frozenset().union(*(grant.categories for grant in PROTOCOL.clauses.grants)) == {
        *("involvement", "lead-practitioner", "communication-needs")
    }
    for grant in PROTOCOL.clauses.grants:
        assert grant.detail is Detail.FLAG, grant.clause
        assert grant.case is not None, f"{grant.clause} would answer without a case"
        assert not grant.protected_address, grant.clause


def test_a_service_whose_name_tells_the_secret_decides_itself_or_is_banned() -> None:
    silent = [each for each in RULES.organisations.values() if each.tier is Tier.T4]
    tried = 0
    for grant in PROTOCOL.clauses.grants:
        for body in silent:
            if any(one.covers(body) for one in grant.disclosers) and not grant.holder_decides:
                tried += 1
                assert any(
                    any(one.covers(body) for one in ban.disclosers or ())
                    and ban.recipients is None
                    and ban.categories is None
                    and grant.purposes <= (ban.purposes or grant.purposes)
                    for ban in PROTOCOL.clauses.prohibitions
                ), f"{grant.clause} lets {body.code} tell that somebody is known there"
    assert tried, "a charity's clause covers a refuge, so that the ban has work to do"
