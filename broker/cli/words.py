"""How arguments of the verbs that act on people are read: days, instants, scopes, and who acts.

Decides the spelling on the command line only; a wrong word is refused with the option's name and what to write.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from enum import StrEnum
from typing import TypeVar

from broker.dates import Period, parse_date, parse_moment
from broker.errors import CallWrong, did_you_mean
from broker.usecases.acting import Acting

E = TypeVar("E", bound=StrEnum)


def acting(by: str, role: str) -> Acting:
    """Who acts."""
    return Acting(by, role)


def moment(option: str, text: str | None) -> datetime | None:
    """A day (its start in Europe/London) or an instant with its offset. Raises CallWrong."""
    if text is None:
        return None
    found = parse_moment(text)
    if found is None:
        raise CallWrong(option, f"`{text}` is no day or instant; write 2026-03-02 or 2026-03-02T09:30:00Z")
    return found


def day(option: str, text: str | None) -> date | None:
    """A day. Raises CallWrong, which does not repeat a date of birth."""
    if text is None:
        return None
    found = parse_date(text)
    if found is None:
        raise CallWrong(option, "is no day; write it as 2015-06-01")
    return found


def period(option: str, text: str) -> Period:
    """A length of years, months and days. Raises CallWrong."""
    found = Period.parse(text)
    if found is None:
        raise CallWrong(option, f"`{text}` is not a period; write years, months and days as in `P1D` or `P1M`")
    return found


def scope(codes: Iterable[str] | None) -> frozenset[str] | None:
    """The codes named, or None for all where none was."""
    named = frozenset(codes or ())
    return named or None


def word(option: str, text: str, kind: type[E]) -> E:
    """The member of a closed list. Raises CallWrong with the nearest."""
    try:
        return kind(text)
    except ValueError:
        raise CallWrong(
            option, f"`{text}` is not known{did_you_mean(text, [one.value for one in kind])}"
        ) from None
