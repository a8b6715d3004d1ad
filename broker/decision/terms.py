"""The terms agreements and duties are made of: grants and prohibitions, clause by clause, as values.

Decides nothing about whether a term is in force: that is the table's work. Format: docs/formats.md, "agreement".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from broker.casework import CaseKind
from broker.consent.record import ConsentKind
from broker.dates import ALWAYS, Interval, Period
from broker.vocabulary.codes import Detail, Organisation


@dataclass(frozen=True, slots=True)
class Discloser:
    """Who may disclose: one organisation by code, or every organisation of a type (exactly one is set)."""

    organisation: str | None = None
    type: str | None = None

    def covers(self, organisation: Organisation) -> bool:
        """Whether the organisation is the one named, or of the type named."""
        return self.organisation == organisation.code or self.type in organisation.types


@dataclass(frozen=True, slots=True)
class RecipientTerm:
    """Who may receive: one organisation or every one of a type, in these roles (None: any)."""

    organisation: str | None = None
    type: str | None = None
    roles: frozenset[str] | None = None

    def covers(self, organisation: Organisation, role: str) -> bool:
        """Whether the organisation, by code or type, is named in this role."""
        return (self.organisation == organisation.code or self.type in organisation.types) and (
            self.roles is None or role in self.roles
        )


@dataclass(frozen=True, slots=True)
class AgeTerm:
    """The data subject's age in whole years: `under` (exclusive) and `from_age` (inclusive)."""

    under: int | None = None
    from_age: int | None = None


@dataclass(frozen=True, slots=True)
class CaseTerm:
    """The request's case: its kind and level must be among these (None: any)."""

    kinds: frozenset[CaseKind] | None = None
    levels: frozenset[int] | None = None


@dataclass(frozen=True, slots=True)
class BasisTerm:
    """What makes the disclosure lawful; codes of `lawful-bases.yaml` and `gateways.yaml`."""

    article_6: str
    article_9: str | None = None
    schedule_1: str | None = None
    article_10: str | None = None
    gateway: str | None = None


@dataclass(frozen=True, slots=True)
class Grant:
    """One numbered clause that lets data flow when everything it demands is met."""

    clause: str
    text: str
    disclosers: tuple[Discloser, ...]
    recipients: tuple[RecipientTerm, ...]
    purposes: frozenset[str]
    categories: frozenset[str]
    detail: Detail
    basis: BasisTerm
    age: AgeTerm | None = None
    case: CaseTerm | None = None
    consent: ConsentKind | None = None
    holder_decides: bool = False
    look_back: Period | None = None
    protected_address: bool = False
    obligations: tuple[str, ...] = ()
    in_force: Interval = ALWAYS
    """Only clauses of the duties state one of their own."""


@dataclass(frozen=True, slots=True)
class Prohibition:
    """One numbered clause that forbids. Each of the four that it states must cover the cell; None means all."""

    clause: str
    text: str
    disclosers: tuple[Discloser, ...] | None = None
    recipients: tuple[RecipientTerm, ...] | None = None
    purposes: frozenset[str] | None = None
    categories: frozenset[str] | None = None
    in_force: Interval = ALWAYS


DECIDES_NOTHING: Final[Mapping[str, bool]] = {"decides": False}
"""On a field that no test of the decision reads."""


@dataclass(frozen=True, slots=True)
class Terms:
    """An agreement's version, or the duties, as the table needs it.

    `parties` and `signatures` are None for the duties, which need neither. `in_force` is the agreement's own
    interval, its end already the earlier of `until` and the day `review_by + grace`. `signatures` maps a party to
    the intervals in which its signature stands. `title` is what people read, and decides nothing: the
    digest of the compiled rules leaves it out.
    """

    reference: str
    version: int
    grants: tuple[Grant, ...]
    prohibitions: tuple[Prohibition, ...] = ()
    parties: frozenset[str] | None = None
    begins_at: datetime | None = None
    ends_at: datetime | None = None
    lapses_at: datetime | None = None
    signatures: Mapping[str, tuple[Interval, ...]] | None = field(default=None)
    title: str = field(default="", metadata=DECIDES_NOTHING)

    def clause_reference(self, clause: str) -> str:
        """The clause as answers cite it: `family-support@2#4.1`."""
        return f"{self.reference}@{self.version}#{clause}"
