"""What a sender claims about who somebody is: names, birth, address and identifiers, as reported.

Decides how an identifier is kept: as it was reported, beside its canonical form, or beside the reason it was
refused; a bad number is flagged and never thrown away (architecture, "Ingest"). Does not decide who the person
is: that is `broker.linkage.exact`. INVARIANT: `repr` shows nothing that was claimed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from broker.identifiers.identifier import Identifier, IdentifierRefusal, IdentifierRefused


@dataclass(frozen=True, slots=True)
class ReportedIdentifier:
    """An identifier as its sender wrote it. Exactly one of `canonical` and `refusal` is given."""

    type_code: str
    reported: str = field(repr=False)
    canonical: str | None = field(default=None, repr=False)
    refusal: IdentifierRefusal | None = None

    @classmethod
    def read(cls, kind: type[Identifier], text: str) -> ReportedIdentifier:
        """What `text` is as an identifier of that kind; never raises, whatever the text."""
        try:
            return cls(kind.type_code, text, canonical=kind.parse(text).canonical)
        except IdentifierRefused as refused:
            return cls(kind.type_code, text, refusal=IdentifierRefusal(kind.type_code, refused.reason))


@dataclass(frozen=True, slots=True)
class IdentityClaims:
    """Who a sender says somebody is; every part may be missing.

    `agency_id` is the sender's own number for the person (it means nothing outside that controller), `born_on`
    the date of birth, or the expected date while unborn; `sex_code` is male, female, other or not-stated.
    """

    given_name: str | None = field(default=None, repr=False)
    family_name: str | None = field(default=None, repr=False)
    born_on: date | None = field(default=None, repr=False)
    sex_code: str | None = field(default=None, repr=False)
    agency_id: str | None = field(default=None, repr=False)
    nhs_number: ReportedIdentifier | None = None
    upn: ReportedIdentifier | None = None
    uprn: ReportedIdentifier | None = None
    postcode: ReportedIdentifier | None = None
    address: str | None = field(default=None, repr=False)

    def identifiers(self) -> Iterator[ReportedIdentifier]:
        """The identifiers that were reported, good and bad."""
        for identifier in (self.nhs_number, self.upn, self.uprn, self.postcode):
            if identifier is not None:
                yield identifier

    def flagged(self) -> tuple[ReportedIdentifier, ...]:
        """The reported identifiers that are not what they claim to be."""
        return tuple(identifier for identifier in self.identifiers() if identifier.refusal is not None)
