"""What a member of the case that a summary was made for may know of it besides what was released: how the family
can be reached safely, whether they know, and who is in the case.

Holds words only. Who may be told them is `broker.usecases.release.own_case`'s to decide; they are on no copy for
others. From docs/casework.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from broker.casework import CaseKind
from broker.dates import uk_date


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody in the case now, as its team page shows them. `roles` are titles; `stands` says that they lead, or
    that the contact is with them, and is empty for anybody else; `cover_for` names in whose stead they are."""

    name: str
    stands: str
    roles: tuple[str, ...]
    organisation: str
    phone: str
    since_on: date | None
    cover_for: str
    is_reader: bool

    @property
    def post(self) -> str:
        """Their roles, and where they work."""
        return ", ".join((*self.roles, self.organisation))

    @property
    def place(self) -> str:
        """Since when they are in the case, and for whom."""
        said = ["in this case"]
        if self.since_on is not None:
            said.append(f"since {uk_date(self.since_on)}")
        if self.cover_for:
            said.append(f"covering for {self.cover_for}")
        return ", ".join(said)


@dataclass(frozen=True, slots=True, repr=False)
class Reaching:
    """How the family can be reached safely and whether they know, in the words of the contact's own page. Printing
    it shows nothing."""

    safe: str
    knows: str
    said_on: date

    def __repr__(self) -> str:
        return "Reaching(…)"

    @property
    def source(self) -> str:
        """Where it comes from."""
        return f"From this case itself, as the front door was told on {uk_date(self.said_on)}."


@dataclass(frozen=True, slots=True)
class OwnCase:
    """What kind of case it is (None to whoever is not in it), who is in it, whoever leads first, and how to reach
    the family, None where that is not told here."""

    kind: CaseKind | None = None
    team: tuple[Colleague, ...] = ()
    reaching: Reaching | None = None
