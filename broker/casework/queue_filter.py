"""Which of the waiting contacts somebody wants to see: a closed set of filters, written as codes.

Decides what each filter leaves in the queue. It leaves the order alone, and what nobody may see was gone before.
From docs/casework.md.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from broker.casework.front_door import Contact
from broker.vocabulary.clocks import Rating


class QueueFilter(StrEnum):
    """Everything a queue can be narrowed to, in the order in which it is offered."""

    MINE = "mine"
    UNHELD = "unheld"
    OVERDUE = "overdue"
    OPEN = "already-open"
    RED = "red"
    AMBER = "amber"
    GREEN = "green"
    BLUE = "blue"
    UNRATED = "unrated"

    @property
    def in_words(self) -> str:
        """As a screen says it."""
        return _WORDS[self]


_WORDS: Final = {
    QueueFilter.MINE: "Held by me",
    QueueFilter.UNHELD: "Not taken yet",
    QueueFilter.OVERDUE: "Overdue",
    QueueFilter.OPEN: "Already open",
    QueueFilter.RED: "Red",
    QueueFilter.AMBER: "Amber",
    QueueFilter.GREEN: "Green",
    QueueFilter.BLUE: "Blue",
    QueueFilter.UNRATED: "No colour yet",
}


@dataclass(frozen=True, slots=True)
class Looked:
    """Who looks, whether the contact is overdue for them, and whether they may be told that it is open already."""

    staff_id: str
    is_overdue: bool
    is_open: bool


_TESTS: Final[Mapping[QueueFilter, Callable[[Contact, Looked], bool]]] = {
    QueueFilter.MINE: lambda contact, looked: contact.holder == looked.staff_id,
    QueueFilter.UNHELD: lambda contact, _: contact.holder is None,
    QueueFilter.OVERDUE: lambda _, looked: looked.is_overdue,
    QueueFilter.OPEN: lambda _, looked: looked.is_open,
    QueueFilter.RED: lambda contact, _: contact.rating is Rating.RED,
    QueueFilter.AMBER: lambda contact, _: contact.rating is Rating.AMBER,
    QueueFilter.GREEN: lambda contact, _: contact.rating is Rating.GREEN,
    QueueFilter.BLUE: lambda contact, _: contact.rating is Rating.BLUE,
    QueueFilter.UNRATED: lambda contact, _: contact.rating is None,
}


def passes(wanted: QueueFilter | None, contact: Contact, looked: Looked) -> bool:
    """Whether the filter leaves the contact in the queue of whoever looks; None leaves every one."""
    return wanted is None or _TESTS[wanted](contact, looked)
