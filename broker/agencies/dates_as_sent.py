"""The date forms that senders' systems write, each a closed form with a name.

Decides which day a text names in a declared form. Never guesses: 03/04/2026 is read day first only because a
form that says so was declared, a two-digit year is no date, and a form that was not declared refuses the row.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from enum import Enum

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_CLOCK = r"(?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9])?"


class DateForm(Enum):
    """A form of writing a day; the value is the form in words and its pattern (day, month and year by name)."""

    DAY_SLASHES = ("DD/MM/YYYY", r"(?P<day>[0-9]{1,2})/(?P<month>[0-9]{1,2})/(?P<year>[0-9]{4})")
    DAY_SLASHES_CLOCK = (
        "DD/MM/YYYY hh:mm",
        rf"(?P<day>[0-9]{{1,2}})/(?P<month>[0-9]{{1,2}})/(?P<year>[0-9]{{4}}) {_CLOCK}",
    )
    ISO = ("YYYY-MM-DD", r"(?P<year>[0-9]{4})-(?P<month>[0-9]{2})-(?P<day>[0-9]{2})")
    ISO_CLOCK = (
        "YYYY-MM-DDThh:mm:ss",
        rf"(?P<year>[0-9]{{4}})-(?P<month>[0-9]{{2}})-(?P<day>[0-9]{{2}})[T ]{_CLOCK}",
    )
    DAY_MONTH_NAME = ("DD-Mon-YYYY", r"(?P<day>[0-9]{1,2})[- ](?P<month>[A-Za-z]{3})[- ](?P<year>[0-9]{4})")

    def __init__(self, words: str, pattern: str) -> None:
        self.words = words
        self.pattern = re.compile(pattern)


def find_day(text: str, forms: Iterable[DateForm]) -> date | None:
    """The day that `text` names in the first of the forms it is written in; None when it names none."""
    for form in forms:
        match = form.pattern.fullmatch(text)
        if match is None:
            continue
        month = match["month"]
        if not month.isdigit():
            name = month.lower()
            if name not in _MONTHS:
                return None
            month = str(_MONTHS.index(name) + 1)
        try:
            return date(int(match["year"]), int(month), int(match["day"]))
        except ValueError:
            return None
    return None
