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
        row, column = divmod(bit, len(self.categories))
        return self.controllers[row], self.categories[column]

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


def bits(cells: int) -> list[int]:
    """The numbers of the bits set, lowest first."""
    digits = bin(cells)[:1:-1]
    found = []
    bit = digits.find("1")
    while bit >= 0:
        found.append(bit)
        bit = digits.find("1", bit + 1)
    return found


def split(cells: int, by: int) -> tuple[tuple[int, bool], ...]:
    """The cells inside `by` (True) and those outside (False); what is empty is left out."""
    inside = cells & by
    if not inside:
        return ((cells, False),)
    if inside == cells:
        return ((cells, True),)
    return ((inside, True), (cells ^ inside, False))
