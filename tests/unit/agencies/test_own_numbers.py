"""A sender's own number is evidence, so what only stands where a number is missing is not taken for one."""

from __future__ import annotations

import csv
import io

import pytest

from broker.agencies import ADAPTERS, IncomingRecord, Rejection
from tests.agencies.reading import SAMPLES
from tests.unit.agencies.test_what_is_not_taken import read

NUMBERS = {
    "annex-a-contacts": "Child Unique ID",
    "annex-a-child-protection": "Child Unique ID",
    "annex-a-referrals": "Child Unique ID",
    "child-index": "Child Unique ID",
    "family-links": "Adult Unique ID",
    "police-incidents": "Nominal Ref",
    "health-visiting": "Local Patient ID",
    "mental-health-referrals": "LocalPatientId",
    "housing-options": "Person Reference",
    "probation-caseload": "CRN",
    "tenancies": "Tenant Person Reference",
}
PLACEHOLDERS = (
    "N/A",
    "NULL",
    "Unknown",
    "not known",
    "TBC",
    "#REF!",
    "########",
    "0",
    "0000000",
    "xxxx",
    "-",
    "?",
)
ROUNDED = ("4.00001E+11", "4E+11")


def first_row_with(code: str, number: str) -> IncomingRecord | Rejection:
    """What becomes of the first row of the good sample when its person has this number."""
    adapter = next(one for one in ADAPTERS.values() if one.code == code)
    with (SAMPLES / code / "good.csv").open(encoding=adapter.encoding, newline="") as file:
        rows = list(csv.reader(file))
    place = [name.lstrip("\ufeff") for name in rows[0]].index(NUMBERS[code])
    rows[1][place] = number
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    return read(code, text.getvalue())[0]


@pytest.mark.parametrize("code", NUMBERS)
@pytest.mark.parametrize("number", [*PLACEHOLDERS, *ROUNDED])
def test_a_placeholder_or_a_rounded_number_is_nobodys_number(code: str, number: str) -> None:
    """Two children born on one day with `N/A` in the column would else be one child."""
    found = first_row_with(code, number)
    assert isinstance(found, Rejection)
    assert (found.reason.value, found.column) == ("bad-value", NUMBERS[code])


@pytest.mark.parametrize("number", ["1", "10", "X1", "NA1", "00012", "A-1", "1E3", "REF12", "N/A 7", "NEW-3"])
def test_a_short_or_odd_number_is_one_all_the_same(number: str) -> None:
    found = first_row_with("annex-a-contacts", number)
    assert isinstance(found, IncomingRecord)
    assert found.persons[0].claims.agency_id == number
