"""Declared forms of a day, and what is no day."""

from __future__ import annotations

from datetime import date

import pytest

from broker.agencies.dates_as_sent import DateForm, find_day


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("09/03/2026", DateForm.DAY_SLASHES),
        ("9/3/2026", DateForm.DAY_SLASHES),
        ("09/03/2026 23:59", DateForm.DAY_SLASHES_CLOCK),
        ("2026-03-09", DateForm.ISO),
        ("2026-03-09T00:00:00", DateForm.ISO_CLOCK),
        ("09-Mar-2026", DateForm.DAY_MONTH_NAME),
        ("9 mar 2026", DateForm.DAY_MONTH_NAME),
    ],
)
def test_a_declared_form_is_read_and_only_where_it_is_declared(text: str, form: DateForm) -> None:
    assert find_day(text, [form]) == date(2026, 3, 9)
    assert find_day(text, [other for other in DateForm if other is not form]) is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "n/k",
        "31/02/2026",
        "09/03/26",
        "2026",
        "09.03.2026",
        "0９/03/2026",
        "09-Foo-2026",
        "01/13/2026",
        "01/01/0000",
        "09/03/2026 24:00",
        "09/03/2026\n",
    ],
)
def test_what_is_no_day_is_none_in_every_form(text: str) -> None:
    assert find_day(text, list(DateForm)) is None
