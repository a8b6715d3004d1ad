"""The columns in which a format says who somebody is, named once and read into claims.

Decides which of them must be filled: the name, the rest where the format has it. Identifiers are kept as reported,
good or bad; a date of birth that cannot be one refuses the row. Does not decide who anybody is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from broker.agencies.cells import Cells
from broker.agencies.columns import Column
from broker.agencies.contract import Sender
from broker.agencies.dates_as_sent import DateForm
from broker.agencies.findings import RejectionReason, RowRefused
from broker.identifiers.nhs_number import NhsNumber
from broker.identifiers.postcode import Postcode
from broker.identifiers.upn import Upn
from broker.identifiers.uprn import Uprn
from broker.linkage.claims import IdentityClaims


@dataclass(frozen=True, slots=True)
class PersonColumns:
    """Who somebody is, column by column. `sexes` is what the sex column may hold; `number` the sender's own
    number;
    `may_be_unborn` allows an expected date of birth, and then no forename."""

    forename: Column
    surname: Column
    born: Column
    forms: Sequence[DateForm]
    sex: Column | None = None
    sexes: Mapping[str, str] | None = None
    number: Column | None = None
    nhs_number: Column | None = None
    upn: Column | None = None
    uprn: Column | None = None
    postcode: Column | None = None
    address: Column | None = None
    may_be_unborn: bool = False

    @property
    def columns(self) -> tuple[Column, ...]:
        """The columns there are."""
        named = (self.number, self.nhs_number, self.upn, self.forename, self.surname, self.born, self.sex)
        return tuple(one for one in (*named, self.address, self.postcode, self.uprn) if one is not None)

    def read(self, cells: Cells, sender: Sender) -> IdentityClaims:
        """The claims of a row. Raises `RowRefused`, also where neither a number nor a date of birth tells one
        person
        from others of the name."""
        born_on = cells.find_birth(self.born.heading, self.forms, sender.received_on, self.may_be_unborn)
        unborn = born_on is not None and born_on > sender.received_on
        find_name = cells.find_name if unborn else cells.get_name
        claims = IdentityClaims(
            given_name=find_name(self.forename.heading),
            family_name=cells.get_name(self.surname.heading),
            born_on=born_on,
            sex_code=self._sex(cells),
            agency_id=cells.find_number(self.number.heading) if self.number else None,
            nhs_number=cells.find_identifier(self.nhs_number.heading, NhsNumber) if self.nhs_number else None,
            upn=cells.find_identifier(self.upn.heading, Upn) if self.upn else None,
            uprn=cells.find_identifier(self.uprn.heading, Uprn) if self.uprn else None,
            postcode=cells.find_identifier(self.postcode.heading, Postcode) if self.postcode else None,
            address=cells.find_text(self.address.heading) if self.address else None,
        )
        if claims.agency_id is None and born_on is None:
            raise RowRefused(RejectionReason.MISSING, self.born.heading)
        return claims

    def _sex(self, cells: Cells) -> str | None:
        if self.sex is None or self.sexes is None or cells.find_text(self.sex.heading) is None:
            return None
        return cells.get_code(self.sex.heading, self.sexes)


def person_key(claims: IdentityClaims) -> tuple[str, ...]:
    """What stands for a person in the key of a row: the sender's own number, else a good national one, else name
    and birth."""
    if claims.agency_id:
        return (claims.agency_id,)
    for number in (claims.nhs_number, claims.upn):
        if number is not None and number.canonical is not None:
            return (number.canonical,)
    born = claims.born_on.isoformat() if claims.born_on else ""
    return (claims.family_name or "", claims.given_name or "", born)
