"""The family as a picture: who stands where, and which lines join them. Numbers only; a page draws them.

Decides the places from the ties that were released and from nothing else: whoever is a parent (or stands as
one) of somebody stands above them. A line's pattern says what it is, beside its word, so that no colour is
needed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from broker.people import RelationshipKind
from broker.release.family_summary import Card, Tie

WIDTH: Final = 176
"""Of a person's box."""
HEIGHT: Final = 62
ACROSS: Final = 64
"""Between two boxes of a row."""
DOWN: Final = 96
"""Between two rows."""
EDGE: Final = 8
_PARENTS: Final = {
    kind.value
    for kind in (
        RelationshipKind.MOTHER,
        RelationshipKind.FATHER,
        RelationshipKind.PARENT,
        RelationshipKind.STEP_PARENT,
        RelationshipKind.GUARDIAN,
        RelationshipKind.SPECIAL_GUARDIAN,
    )
}
_ABOVE: Final[Mapping[str, int]] = {**dict.fromkeys(_PARENTS, 1), RelationshipKind.GRANDPARENT.value: 2}
_MOST_ACROSS: Final = 4
_LABELS: Final = (0.3, 0.5, 0.7)
"""How far along a line its word stands, by turns, so that words of crossing lines do not meet."""


@dataclass(frozen=True, slots=True)
class Box:
    """A person's place: the left upper corner. `child` is drawn with another outline."""

    person_id: str
    name: str
    note: str
    child: bool
    x: int
    y: int


@dataclass(frozen=True, slots=True)
class Line:
    """What one person is to another; `pattern` is `parent`, `partner` or `other`."""

    x1: int
    y1: int
    x2: int
    y2: int
    word: str
    at_x: int
    at_y: int
    pattern: str


@dataclass(frozen=True, slots=True)
class Picture:
    """Boxes, lines and the size of it all, in units of one pixel."""

    boxes: tuple[Box, ...]
    lines: tuple[Line, ...]
    width: int
    height: int


def family_picture(cards: Iterable[Card], ties: Iterable[Tie], adult_from: int) -> Picture:
    """Places everybody, and joins those whose tie was released."""
    people = {card.person_id: card for card in cards}
    joined = [
        (tie.from_id, to, tie.kind, tie.words)
        for tie in ties
        for to in tie.to_ids
        if tie.from_id in people and to in people
    ]
    levels = _levels(people, joined, adult_from)
    boxes = _placed(people, levels, adult_from)
    rows = max((box.y for box in boxes.values()), default=0)
    right = max((box.x for box in boxes.values()), default=0)
    return Picture(
        tuple(boxes.values()),
        tuple(_lines(boxes, joined)),
        right + WIDTH + EDGE,
        rows + HEIGHT + EDGE,
    )


def _levels(
    people: Mapping[str, Card], joined: list[tuple[str, str, str, str]], adult_from: int
) -> dict[str, int]:
    """The row of each: below everybody who is a parent of theirs. Whoever has no such tie stands with the
    adults, or with the children where the age says so."""
    levels = dict.fromkeys(people, 0)
    for _ in people:  # as many rounds as the longest line of descent could need; a circle ends with them
        for above, below, kind, _word in joined:
            levels[below] = max(levels[below], levels[above] + _ABOVE.get(kind, 0))
    tied = {one for above, below, kind, _word in joined if kind in _ABOVE for one in (above, below)}
    lowest = max(levels.values(), default=0)
    for one, card in people.items():
        if one not in tied and card.known.age is not None and card.known.age < adult_from:
            levels[one] = max(lowest, 1)
    return {one: min(level, 3) for one, level in levels.items()}


def _placed(people: Mapping[str, Card], levels: Mapping[str, int], adult_from: int) -> dict[str, Box]:
    rows: list[list[str]] = []
    for level in sorted(set(levels.values())):
        row = [one for one in people if levels[one] == level]
        rows += [row[start : start + _MOST_ACROSS] for start in range(0, len(row), _MOST_ACROSS)]
    widest = max((len(row) for row in rows), default=0)
    full = widest * WIDTH + (widest - 1) * ACROSS
    found = {}
    for number, row in enumerate(rows):
        left = EDGE + (full - len(row) * WIDTH - (len(row) - 1) * ACROSS) // 2
        for place, one in enumerate(row):
            card = people[one]
            age = card.known.age
            found[one] = Box(
                one,
                card.name,
                _note(age),
                age is not None and age < adult_from,
                left + place * (WIDTH + ACROSS),
                EDGE + number * (HEIGHT + DOWN),
            )
    return found


def _note(age: int | None) -> str:
    if age is None:
        return "age not shown"
    return "under 1" if age == 0 else f"aged {age}"


def _lines(boxes: Mapping[str, Box], joined: list[tuple[str, str, str, str]]) -> Iterator[Line]:
    turns: dict[str, int] = {}
    for one, other, kind, word in joined:
        a, b = boxes[one], boxes[other]
        turn = turns[other] = turns.get(other, -1) + 1
        pattern = "parent" if kind in _ABOVE else "partner" if kind == RelationshipKind.PARTNER.value else "other"
        if a.y == b.y:
            left, right = (a, b) if a.x <= b.x else (b, a)
            ends = (left.x + WIDTH, left.y + HEIGHT // 2, right.x, right.y + HEIGHT // 2)
        elif a.y < b.y:
            ends = (a.x + WIDTH // 2, a.y + HEIGHT, b.x + WIDTH // 2, b.y)
        else:
            ends = (a.x + WIDTH // 2, a.y, b.x + WIDTH // 2, b.y + HEIGHT)
        along = _LABELS[turn % len(_LABELS)] if a.y != b.y else 0.5
        yield Line(
            *ends,
            word,
            round(ends[0] + (ends[2] - ends[0]) * along),
            round(ends[1] + (ends[3] - ends[1]) * along) - (6 if a.y == b.y else 0),
            pattern,
        )
