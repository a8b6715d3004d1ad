"""The register of agreements (`agreements/README.md`) says what stands in them, and they warn in time."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from broker.agreements.document import Agreement
from broker.agreements.partnership import read_partnership
from broker.agreements.review import check_review
from broker.dates import Period, london_day, shift, start_of_day, uk_date
from broker.documents.findings import Findings
from broker.rehearsal.parse import agreement_of_file

ROOT = Path(__file__).resolve().parents[2]
REGISTER = (ROOT / "agreements" / "README.md").read_text(encoding="utf-8")
PATHS = sorted((ROOT / "agreements").glob("*/v*/agreement.yaml"))
READING = read_partnership(ROOT / "policies")


def read(path: Path) -> Agreement:
    """A shipped agreement."""
    agreement = agreement_of_file(path, Findings(), READING)
    assert isinstance(agreement, Agreement)
    return agreement


AGREEMENTS = [read(path) for path in PATHS]


def row_of(agreement: Agreement) -> list[str]:
    """The cells of its row in the register."""
    [line] = [line for line in REGISTER.splitlines() if line.startswith(f"| `{agreement.reference}` |")]
    return [cell.strip() for cell in line.strip("|").split("|")]


def said(agreement: Agreement, at: datetime) -> list[str]:
    return [str(finding) for finding in check_review(agreement, at)]


@pytest.mark.parametrize("agreement", AGREEMENTS, ids=lambda each: each.reference)
def test_the_register_says_when_it_begins_is_reviewed_lapses_and_ends(agreement: Agreement) -> None:
    validity = agreement.in_force
    assert validity.from_at is not None
    assert validity.until_at is not None
    assert validity.lapses_at is not None
    assert validity.review_by is not None
    days = [london_day(validity.from_at), validity.review_by]
    days += [london_day(validity.lapses_at), london_day(validity.until_at)]
    assert row_of(agreement)[1:5] == [uk_date(day) for day in days]
    assert row_of(agreement)[5], "modelled on what"


def test_the_register_names_every_agreement_once_and_no_other() -> None:
    rows = re.findall(r"^\| `([a-z-]+)` \|", REGISTER, flags=re.MULTILINE)
    assert sorted(rows) == sorted(agreement.reference for agreement in AGREEMENTS)
    for agreement in AGREEMENTS:
        assert f"[{agreement.reference}]({agreement.reference}/v{agreement.version}/terms.md)" in REGISTER


@pytest.mark.parametrize("agreement", AGREEMENTS, ids=lambda each: each.reference)
def test_it_is_reviewed_within_a_year_and_gives_no_more_than_a_quarters_grace(agreement: Agreement) -> None:
    validity = agreement.in_force
    assert validity.from_at is not None
    assert validity.review_by is not None
    assert validity.lapses_at is not None
    assert validity.until_at is not None
    assert validity.review_by <= shift(london_day(validity.from_at), Period(years=1))
    assert london_day(validity.lapses_at) <= shift(validity.review_by, Period(months=3))
    assert validity.lapses_at < validity.until_at, "it would end before it could lapse"


@pytest.mark.parametrize("agreement", AGREEMENTS, ids=lambda each: each.reference)
def test_it_warns_three_months_before_on_the_day_and_when_it_has_lapsed(agreement: Agreement) -> None:
    validity = agreement.in_force
    assert validity.review_by is not None
    assert validity.lapses_at is not None
    assert validity.until_at is not None
    warns_at = start_of_day(shift(validity.review_by, Period(months=3), -1))
    moment = timedelta(seconds=1)
    assert said(agreement, warns_at - moment) == []
    for at, words in (
        (warns_at, "put it on the agenda"),
        (start_of_day(validity.review_by), "review it"),
        (validity.lapses_at - moment, "review it"),
        (validity.lapses_at, "lapsed on"),
        (validity.until_at, "ended on"),
    ):
        [finding] = said(agreement, at)
        assert words in finding, at


def test_in_autumn_2026_the_one_that_is_due_is_the_one_that_the_register_names() -> None:
    day = start_of_day(date(2026, 11, 26))
    due = [agreement.reference for agreement in AGREEMENTS if said(agreement, day)]
    assert due == ["family-support"]
    [named] = re.findall(r"one is due soon: `([a-z-]+)`", REGISTER)
    assert due == [named]
