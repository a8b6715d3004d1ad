"""The matrix of pages: `pages.csv` read, and every role the partnership knows grouped by what it may open."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from broker.access import Access, Verb

FILE: Final = Path(__file__).with_name("pages.csv")
EVERYBODY: Final = "everybody"
SIGNED_IN: Final = "signed-in"


@dataclass(frozen=True, slots=True)
class Row:
    """A page and what opens it: `verbs` is empty where no verb is needed; `proof` is `again` where it wants one
    although no verb says so, and `none` where it wants none although they do."""

    method: str
    address: str
    opens: str
    proof: str = ""

    @property
    def verbs(self) -> frozenset[Verb]:
        """Any of these opens it."""
        return frozenset() if self.opens in {EVERYBODY, SIGNED_IN} else frozenset(map(Verb, self.opens.split("|")))


def rows() -> list[Row]:
    """Every row, in the file's order."""
    lines = [line for line in FILE.read_text("utf-8").splitlines() if line and not line.startswith("#")]
    return [Row(one["method"], one["address"], one["opens"], one["proof"] or "") for one in csv.DictReader(lines)]


def kinds_of_role(access: Access, roles: Iterable[str], matrix: Iterable[Row]) -> dict[str, list[str]]:
    """Roles that open the very same pages, by the first of them."""
    asked = sorted({verb for row in matrix for verb in row.verbs})
    kinds: dict[tuple[Verb, ...], list[str]] = {}
    for role in sorted(roles):
        held = tuple(verb for verb in asked if access.find_role([role], verb) is not None)
        kinds.setdefault(held, []).append(role)
    return {found[0]: found for found in kinds.values()}


def opens(access: Access, role: str, row: Row) -> bool:
    """Whether a row of the matrix lets this role in."""
    return not row.verbs or any(access.find_role([role], verb) is not None for verb in row.verbs)


def opens_as(access: Access, roles: Iterable[str], row: Row) -> str:
    """A role that opens this page. Raises StopIteration where there is none."""
    return next(role for role in sorted(roles) if opens(access, role, row))
