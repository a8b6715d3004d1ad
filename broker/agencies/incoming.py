"""What every agency's format becomes: one record of one category, the people in it, and what it claims of them.

Decides the shape an ingest works with, whatever system the file came from. Does not decide who anybody is
(`broker.linkage`) nor what may be released. INVARIANT: `repr` shows no names, identifiers or content.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from broker.linkage.claims import IdentityClaims
from broker.people import ProtectionMarker, RelationshipKind


class Involvement(StrEnum):
    """Whether a record is about a person or only mentions them."""

    ABOUT = "about"
    MENTIONS = "mentions"


@dataclass(frozen=True, slots=True)
class PersonInvolved:
    """Somebody in a record. `ref` names them inside the record only (a `person` field holds it); `row_number` is
    the sender's row that tells who they are; `marker_claims` are protection markers the sender asks for."""

    ref: str
    involvement: Involvement
    row_number: int
    claims: IdentityClaims
    marker_claims: frozenset[ProtectionMarker] = frozenset()


@dataclass(frozen=True, slots=True)
class RelationshipClaim:
    """The sender says that `from_ref` is `kind` to `to_ref`, from `since_on` until `until_on` where it says so."""

    from_ref: str
    to_ref: str
    kind: RelationshipKind
    parental_responsibility: bool = False
    since_on: date | None = None
    until_on: date | None = None


@dataclass(frozen=True, slots=True)
class HouseholdClaim:
    """The sender says that these people live under one roof."""

    refs: frozenset[str]


@dataclass(frozen=True, slots=True)
class IncomingRecord:
    """A record as it reaches the broker.

    `source_key` is the same whenever the same entry is sent again, so running a batch twice is harmless. It is
    an identifier, not a pseudonym: put it through the controller's pseudonym domain before it is stored.
    `group_key` is shared by the records of one event (an incident with several people).
    `mentions_stated` False means whom the free text names was not said: `narrative` fields will be left out.
    `fields` has the names `policies/categories.yaml` declares for the category; dates are written YYYY-MM-DD
    and a `person` field holds a `ref`.
    `withdrawn` says that the sender takes the entry back: nobody in it is looked up, and where it was never
    received nothing is done. `dated_by_update` says that `occurred_on` is the day of the latest update: that day
    alone moving on corrects nothing that anybody was told.
    """

    source_key: str = field(repr=False)
    group_key: str = field(repr=False)
    controller_code: str
    category_code: str
    occurred_on: date
    persons: tuple[PersonInvolved, ...] = field(repr=False)
    mentions_stated: bool
    fields: Mapping[str, str | int | float] = field(repr=False)
    relationships: tuple[RelationshipClaim, ...] = field(default=(), repr=False)
    households: tuple[HouseholdClaim, ...] = field(default=(), repr=False)
    withdrawn: bool = False
    dated_by_update: bool = False

    def refs(self, involvement: Involvement) -> tuple[str, ...]:
        """The refs of those the record is about, or only mentions."""
        return tuple(person.ref for person in self.persons if person.involvement is involvement)


def key_of(*parts: str) -> str:
    """A short stable key of the parts: SHA-256 over each part's length and bytes, 32 hexadecimal characters. The
    lengths keep ("ab", "c") and ("a", "bc") apart, as in the pseudonyms' key labels."""
    encoded = [part.encode("utf-8") for part in parts]
    joined = b"".join([len(part).to_bytes(4, "big") + part for part in encoded])
    return hashlib.sha256(joined).hexdigest()[:32]
