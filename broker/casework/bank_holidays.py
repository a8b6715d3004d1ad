"""The bank holidays of England and Wales, as published; a day that is missing is worked.

Source: GOV.UK, "UK bank holidays: England and Wales" (www.gov.uk/bank-holidays), made under the Banking and
Financial Dealings Act 1971, section 1 and Schedule 1, with the substitute days; New Year's Day, the early May
holiday and single occasions stand by proclamation. A day beyond the table's end is taken for no holiday, so that a
clock counted past it runs out earlier, never later. To go on, add a year's row when GOV.UK publishes it.
"""

from __future__ import annotations

from datetime import date
from typing import Final

_DAYS: Final = {
    2025: ("01-01", "04-18", "04-21", "05-05", "05-26", "08-25", "12-25", "12-26"),
    2026: ("01-01", "04-03", "04-06", "05-04", "05-25", "08-31", "12-25", "12-28"),
    2027: ("01-01", "03-26", "03-29", "05-03", "05-31", "08-30", "12-27", "12-28"),
    2028: ("01-03", "04-14", "04-17", "05-01", "05-29", "08-28", "12-25", "12-26"),
}

BANK_HOLIDAYS: Final = frozenset(
    date.fromisoformat(f"{year}-{day}") for year, days in _DAYS.items() for day in days
)

LAST_YEAR: Final = max(_DAYS)
"""The last year the table knows."""
