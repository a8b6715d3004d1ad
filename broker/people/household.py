"""Those living under one roof. A household is not a family: it grants nothing, it only warns."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Household:
    """`members` are person ids."""

    id: str
    members: frozenset[str]
