"""The grid of (controller, category) pairs of one request, a bit each.

A set of cells of one person is a Python integer: intersecting, removing and merging sets of cells costs one
operation however many cells they hold. Decides nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Universe:
    """Bit `c * len(categories) + k` is controller number c and category number k."""

    controllers: tuple[str, ...]
    categories: tuple[str, ...]
    controller_number: dict[str, int]
    category_number: dict[str, int]
    column: int
    """The bits of category number 0, one a controller."""
    everything: int
    controller_of: tuple[str, ...]
    category_of: tuple[str, ...]
    """The controller and the category of every bit, by its number."""

    @classmethod
    def of(cls, controllers: Iterable[str], categories: Iterable[str]) -> Universe:
        """The grid over these controllers and categories, in the order given."""
        rows, columns = tuple(controllers), tuple(categories)
        width = len(columns)
        return cls(
            rows,
            columns,
            {code: number for number, code in enumerate(rows)},
            {code: number for number, code in enumerate(columns)},
            sum(1 << (number * width) for number in range(len(rows))),
            (1 << (width * len(rows))) - 1,
            tuple(row for row in rows for _ in columns),
            columns * len(rows),
        )

    @property
    def size(self) -> int:
        """How many pairs there are."""
        return len(self.controllers) * len(self.categories)

    def bit(self, controller: str, category: str) -> int:
        """The number of the pair's bit. Raises KeyError for a pair outside the grid."""
        return self.controller_number[controller] * len(self.categories) + self.category_number[category]

    def find_bit(self, controller: str, category: str) -> int | None:
        """The number of the pair's bit, or None outside the grid."""
        row, column = self.controller_number.get(controller), self.category_number.get(category)
        return None if row is None or column is None else row * len(self.categories) + column

    def pair(self, bit: int) -> tuple[str, str]:
        """The (controller, category) of a bit."""
        return self.controller_of[bit], self.category_of[bit]

    def of_controllers(self, controllers: Iterable[str]) -> int:
        """The set of every cell of these controllers; those outside the grid add nothing."""
        width = len(self.categories)
        row = (1 << width) - 1
        cells = 0
        for code in controllers:
            number = self.controller_number.get(code)
            if number is not None:
                cells |= row << (number * width)
        return cells

    def of_categories(self, categories: Iterable[str]) -> int:
        """The set of every cell of these categories; those outside the grid add nothing."""
        cells = 0
        for code in categories:
            number = self.category_number.get(code)
            if number is not None:
                cells |= self.column << number
        return cells


_IN_BYTE = tuple(tuple(bit for bit in range(8) if byte >> bit & 1) for byte in range(256))
"""The numbers of the bits set in every byte."""
_FEW = 6
"""So many bits are found one by one sooner than by going through every byte (measured: 240 bits, Python 3.11)."""


def bits(cells: int) -> list[int]:
    """The numbers of the bits set, lowest first."""
    if cells.bit_count() > _FEW:
        count = (cells.bit_length() + 7) // 8
        numbered = zip(range(0, count * 8, 8), cells.to_bytes(count, "little"), strict=True)
        return [first + bit for first, byte in numbered if byte for bit in _IN_BYTE[byte]]
    found = []
    while cells:
        lowest = cells & -cells
        found.append(lowest.bit_length() - 1)
        cells ^= lowest
    return found


def split(cells: int, by: int) -> tuple[tuple[int, bool], ...]:
    """The cells inside `by` (True) and those outside (False); what is empty is left out."""
    inside = cells & by
    if not inside:
        return ((cells, False),)
    if inside == cells:
        return ((cells, True),)
    return ((inside, True), (cells ^ inside, False))
