"""People who look the same in a list: what tells one from another, and no more than that.

Decides that nothing more is said of anybody whose name, age and district nobody else in the list has; that of
those who look the same the month of birth is said before the whole date, and the street (never the house) only
where that does not help either. From docs/how-to-person.md.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from broker.dates import uk_date

SAME: Final = "looks the same as somebody else here: perhaps one person, recorded twice"
_HOUSE: Final = re.compile(r"^(flat|unit|apartment)?\s*[0-9]+[a-z]?\s*[,/-]?\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True, repr=False)
class Alike:
    """Somebody in a list: what of them is shown to everybody, and what could tell them apart. Printing it shows
    nothing."""

    person_id: str
    looks: tuple[object, ...]
    born_on: date | None
    street: str

    def __repr__(self) -> str:
        return "Alike(…)"


_WAYS: Final[tuple[Callable[[Alike], str], ...]] = (
    lambda one: f"born in {uk_date(one.born_on).partition(' ')[2]}" if one.born_on is not None else "",
    lambda one: f"born on {uk_date(one.born_on)}" if one.born_on is not None else "",
    lambda one: f"lives in {one.street}" if one.street else "",
)
"""From what says least to what says most."""


def tell_apart(people: Iterable[Alike]) -> Mapping[str, str]:
    """For everybody, by id, what tells them from others who look the same; empty where nobody does."""
    everybody = tuple(people)
    groups: dict[tuple[object, ...], list[Alike]] = {}
    for one in everybody:
        groups.setdefault(one.looks, []).append(one)
    return {one.person_id: _said(one, groups[one.looks]) for one in everybody}


def street_of(address: Sequence[str]) -> str:
    """The street of an address without the number of the house; empty where no line has one."""
    for line in address:
        bare = _HOUSE.sub("", line.strip())
        while bare != (shorter := _HOUSE.sub("", bare)):
            bare = shorter
        if bare and not any(one.isdigit() for one in bare):
            return bare
    return ""


def _said(one: Alike, group: Sequence[Alike]) -> str:
    if len(group) == 1:
        return ""
    for way in _WAYS:
        said = [way(other) for other in group]
        # It tells everybody in the group apart, or it is not said of anybody in it.
        if len(set(said)) == len(said):
            return way(one)
    return SAME
