"""Warnings: what can never permit, said before anybody signs, and refusing nothing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from broker.agreements.document import Agreement
from broker.agreements.partnership import read_partnership
from broker.agreements.reach import check_agreement_reach
from broker.agreements.review import check_review
from broker.documents.findings import Findings
from broker.documents.shapes import REFUSED
from broker.errors import Severity
from broker.rehearsal.parse import agreement_of_file
from tests.unit.agreements.small_partnership import AGREEMENT, POLICIES, spoil, write_partnership

Warn = Callable[[str], list[str]]


@pytest.fixture
def agreement_of(tmp_path: Path) -> Callable[[str], Agreement]:
    partnership = read_partnership(write_partnership(tmp_path))

    def read(text: str) -> Agreement:
        (tmp_path / "a.yaml").write_text(text, encoding="utf-8")
        findings = Findings()
        agreement = agreement_of_file(tmp_path / "a.yaml", findings, partnership)
        findings.refuse_if_errors()
        assert agreement is not REFUSED
        return agreement

    return read


@pytest.fixture
def warn(tmp_path: Path, agreement_of: Callable[[str], Agreement]) -> Warn:
    partnership = read_partnership(tmp_path / "policies")

    def warnings(text: str) -> list[str]:
        found = check_agreement_reach(agreement_of(text), partnership.declarations, partnership.duties)
        assert {finding.severity for finding in found} <= {Severity.WARNING}
        return [f"{finding.where.rpartition(':')[2]}: {finding.message}" for finding in found]

    return warnings


def test_nothing_is_wrong_with_the_sample(warn: Warn) -> None:
    assert warn(AGREEMENT) == []


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        (
            "from: [academy, {type: SCH}]",
            "from: [academy, clinic]",
            "12: clause `4.1`: `clinic` is not a party, so nothing comes from there; add the party or take it out",
        ),
        (
            "from: [academy, {type: SCH}]",
            "from: [academy, {type: SEXH}]",
            "12: clause `4.1`: no party is of the type `SEXH`, so nothing comes from there;"
            " add the party or take it out",
        ),
        (
            "to: [{organisation: ecc, roles: [lead]}]",
            "to: [{organisation: ecc}, {organisation: clinic}]",
            "13: clause `4.1`: `clinic` is not a party, so nothing goes there; add the party or take it out",
        ),
        (
            "roles: [lead]",
            "roles: [lead, clerk]",
            "13: clause `4.1`: the role `clerk` may not ask for any of its purposes, so it never receives",
        ),
        (
            "categories: [attendance]",
            "categories: [attendance, adoption]",
            "15: clause `4.1`: `adoption` is tier T5 and never shared",
        ),
        (
            "gateway: ca04-10",
            "gateway: ca89-47",
            "19: clause `4.1`: the gateway `ca89-47` does not serve the purpose `family-support`",
        ),
        (
            "    purposes: [debt-recovery]",
            "    purposes: [family-support]",
            "10: clause `4.1`: clause `7.1` forbids all of it, so it never permits",
        ),
        (
            "parties: [ecc, academy]",
            "parties: [ecc, academy, clinic]",
            "1: no clause lets `clinic` disclose or receive anything",
        ),
        ("owner: ecc", "owner: clinic", "1: the owner `clinic` is not one of the parties"),
    ],
)
def test_what_is_dead_is_said(warn: Warn, old: str, new: str, says: str) -> None:
    assert warn(spoil(AGREEMENT, old, new)) == [says]


def test_a_gateway_for_others(warn: Warn) -> None:
    text = spoil(AGREEMENT, "gateway: ca04-10", "gateway: ca89-47")
    text = spoil(text, "purposes: [family-support]", "purposes: [section-47]")
    text = spoil(text, "from: [academy, {type: SCH}]", "from: [ecc, academy]")
    text = spoil(text, "to: [{organisation: ecc, roles: [lead]}]", "to: [{organisation: ecc}, {type: SCH}]")
    assert warn(text) == [
        "12: clause `4.1`: the gateway `ca89-47` does not let `ecc` disclose",
        "13: clause `4.1`: the gateway `ca89-47` does not reach `academy`",
    ]


def test_a_gateway_that_ends_before_the_agreement_begins(warn: Warn) -> None:
    text = spoil(AGREEMENT, "gateway: ca04-10", "gateway: ca89-47")
    text = spoil(text, "purposes: [family-support]", "purposes: [section-47]")
    text = spoil(text, "from: 2026-01-01,", "from: 2026-06-01,")
    assert warn(text) == ["19: clause `4.1`: the gateway `ca89-47` ends before the clause begins"]


def reach_in(folder: Path, areas: str, old: str, new: str) -> list[str]:
    """The warnings of the sample where the academy's area is another than the council's."""
    policies = {
        **POLICIES,
        "organisations.yaml": spoil(
            POLICIES["organisations.yaml"], "types: [SCH], area: essex", "types: [SCH], area: southend"
        ),
        "gateways.yaml": spoil(
            POLICIES["gateways.yaml"],
            "in_force: {from: 2005-03-01}",
            f"in_force: {{from: 2005-03-01}}, areas: {areas}",
        ),
    }
    partnership = read_partnership(write_partnership(folder, policies))
    (folder / "a.yaml").write_text(spoil(AGREEMENT, old, new), encoding="utf-8")
    findings = Findings()
    agreement = agreement_of_file(folder / "a.yaml", findings, partnership)
    findings.refuse_if_errors()
    assert agreement is not REFUSED
    found = check_agreement_reach(agreement, partnership.declarations, partnership.duties)
    return [f"{finding.where.rpartition(':')[2]}: {finding.message}" for finding in found]


@pytest.mark.parametrize(
    ("areas", "old", "new", "says"),
    [
        ("[essex, southend]", "version: 2", "version: 2", []),
        (
            "[essex]",
            "from: [academy, {type: SCH}]",
            "from: [academy]",
            ["12: clause `4.1`: the gateway `ca04-10` does not hold in the area of `academy`"],
        ),
        (
            "[essex]",
            "from: [academy, {type: SCH}]",
            "from: [{type: SCH}]",
            ["12: clause `4.1`: the gateway `ca04-10` does not hold in the area of `academy`"],
        ),
        ("[essex]", "from: [academy, {type: SCH}]", "from: [{type: SCH}, {type: LA-EH}]", []),
        (
            "[essex]",
            "from: [academy, {type: SCH}]",
            "from: [academy, {type: LA-EH}]",
            ["12: clause `4.1`: the gateway `ca04-10` does not hold in the area of `academy`"],
        ),
        (
            "[southend]",
            "version: 2",
            "version: 2",
            ["13: clause `4.1`: the gateway `ca04-10` does not hold in the area of `ecc`"],
        ),
    ],
)
def test_a_gateway_for_other_areas(tmp_path: Path, areas: str, old: str, new: str, says: list[str]) -> None:
    assert reach_in(tmp_path, areas, old, new) == says


@pytest.mark.parametrize(
    ("prohibition", "dead"),
    [
        ("    categories: [attendance]", True),
        ("    categories: [health]", False),
        ("    from: [academy]", True),
        ("    from: [ecc]", False),
        ("    to: [{organisation: ecc}]", True),
        ("    to: [{organisation: ecc, roles: [lead, clerk]}]", True),
        ("    to: [{organisation: ecc, roles: [clerk]}]", False),
        ("    to: [{type: SCH}]", False),
        ("    to: [{type: LA-EH}]\n    purposes: [family-support, debt-recovery]", True),
        ("    to: [{type: LA-EH}]\n    purposes: [debt-recovery]", False),
    ],
)
def test_a_prohibition_over_all_of_a_grant(warn: Warn, prohibition: str, dead: bool) -> None:
    found = warn(spoil(AGREEMENT, "    purposes: [debt-recovery]", prohibition))
    assert ("10: clause `4.1`: clause `7.1` forbids all of it, so it never permits" in found) is dead


def test_a_duty_that_forbids_it(warn: Warn) -> None:
    text = spoil(AGREEMENT, "purposes: [family-support]", "purposes: [debt-recovery]")
    text = spoil(text, "categories: [attendance]", "categories: [health]")
    text = text[: text.index("prohibitions:")]
    assert "10: clause `4.1`: statutory clause `90.1` forbids all of it, so it never permits" in warn(text)


def test_an_agreement_that_grants_nothing(warn: Warn) -> None:
    text = AGREEMENT[: AGREEMENT.index("grants:")] + "grants: []\n"
    assert warn(text) == ["1: `family-support@2` grants nothing"]


@pytest.mark.parametrize(
    ("at", "says"),
    [
        ("2026-09-30T22:59:59+00:00", None),
        ("2026-09-30T23:00:00+00:00", "is to be reviewed by 2027-01-01: put it on the agenda"),
        ("2027-01-01T00:00:00+00:00", "was to be reviewed by 2027-01-01 and lapses on 2027-04-01: review it"),
        ("2027-03-31T22:59:59+00:00", "was to be reviewed by 2027-01-01 and lapses on 2027-04-01: review it"),
        (
            "2027-03-31T23:00:00+00:00",
            "lapsed on 2027-04-01, unreviewed since 2027-01-01: nothing flows under it",
        ),
        ("2028-01-01T00:00:00+00:00", "ended on 2028-01-01: nothing flows under it"),
    ],
)
def test_review_is_spoken_of_in_time(agreement_of: Callable[[str], Agreement], at: str, says: str | None) -> None:
    found = check_review(agreement_of(AGREEMENT), datetime.fromisoformat(at).astimezone(UTC))
    assert [finding.message for finding in found] == ([] if says is None else [f"`family-support@2` {says}"])


def test_an_agreement_never_reviewed_has_nothing_due(agreement_of: Callable[[str], Agreement]) -> None:
    text = spoil(AGREEMENT, ", until: 2028-01-01, review_by: 2027-01-01, grace: P3M", "")
    agreement = agreement_of(text)
    assert agreement.in_force.lapses_at is None
    assert check_review(agreement, datetime(2050, 1, 1, tzinfo=UTC)) == ()
