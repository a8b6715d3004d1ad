"""The sums behind check digits.

Decides arithmetic only; which remainder is right is each identifier's own affair. Weights come from the domain
notes, section 7.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def weighted_sum(values: Sequence[int], weights: Iterable[int]) -> int:
    """Σ value × weight; `values` and `weights` must be equally long, else ValueError."""
    return sum(value * weight for value, weight in zip(values, weights, strict=True))


def digits_of(text: str) -> list[int]:
    """The ASCII digits of `text` as numbers. The caller has checked that there is nothing else in it."""
    return [ord(character) - 48 for character in text]
