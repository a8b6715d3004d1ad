"""The choices a world is made of, drawn either from a seeded generator (fast) or from Hypothesis (shrinks).

Decides nothing about worlds: it only offers the same few ways to choose to both.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import Any, Protocol, TypeVar

from hypothesis import strategies as st

T = TypeVar("T")


class Dice(Protocol):
    """One source of choices; smaller numbers are the plainer choice, so that Hypothesis shrinks towards them."""

    def integer(self, low: int, high: int) -> int:
        """A whole number from low to high, both included."""


class RandomDice:
    """Choices from a seed."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed).random

    def integer(self, low: int, high: int) -> int:
        """A whole number from low to high, both included."""
        return low + int(self._random() * (high - low + 1))


class HypothesisDice:
    """Choices drawn by Hypothesis."""

    def __init__(self, draw: Callable[..., Any]) -> None:
        self._draw = draw

    def integer(self, low: int, high: int) -> int:
        """A whole number from low to high, both included."""
        value: int = self._draw(st.integers(low, high))
        return value


def chance(dice: Dice, percent: int) -> bool:
    """True in so many of a hundred; shrinks to False."""
    return dice.integer(0, 99) >= 100 - percent


def pick(dice: Dice, options: Sequence[T]) -> T:
    """One of some options; shrinks to the first."""
    return options[dice.integer(0, len(options) - 1)]


def some(dice: Dice, options: Sequence[T], percent: int) -> list[T]:
    """Each option in so many of a hundred, in their order; perhaps none."""
    return [option for option in options if chance(dice, percent)]


def at_least_one(dice: Dice, options: Sequence[T], percent: int) -> list[T]:
    """Each option in so many of a hundred, and one when that leaves none."""
    return some(dice, options, percent) or [pick(dice, options)]
