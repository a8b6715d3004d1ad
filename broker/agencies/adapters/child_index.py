"""The council's child index: who the numbers in its Annex A lists are.

Decides what its columns mean. A local format, because Annex A names nobody and no child-level return carries
the NHS number. Each row becomes an `identity` record and, where the home is told, a `contact-details`
record; a child whose address is restricted is claimed as `address-protected`, and anything but a plain Y or N
refuses the row.
"""

from __future__ import annotations

from typing import ClassVar

from broker.agencies.adapters.annex_a import CHILD_ID, GENDER, GENDERS, LISTED_DATES
from broker.agencies.cells import Cells
from broker.agencies.columns import Column
from broker.agencies.contract import Adapter, Extent, Sender
from broker.agencies.incoming import IncomingRecord, Involvement, PersonInvolved, key_of
from broker.identifiers.nhs_number import NhsNumber
from broker.identifiers.postcode import Postcode
from broker.identifiers.upn import Upn
from broker.identifiers.uprn import Uprn
from broker.linkage.claims import IdentityClaims
from broker.people import ProtectionMarker

FORENAME = Column("Forename")
SURNAME = Column("Surname")
BORN = Column("Date of Birth")
NHS_NUMBER = Column("NHS Number")
UPN = Column("UPN")
POSTCODE = Column("Postcode")
UPRN = Column("UPRN", optional=True)
RESTRICTED = Column("Address Restricted")
UPDATED = Column("Date Last Updated")


class ChildIndex(Adapter):
    """One row is one child known to the council, the unborn included."""

    code: ClassVar[str] = "child-index"
    title: ClassVar[str] = "Child index (who the numbers in Annex A are)"
    source: ClassVar[str] = "local list beside Annex A"
    controller_types: ClassVar[frozenset[str]] = frozenset({"LA-CSC", "LA-EH"})
    category_codes: ClassVar[frozenset[str]] = frozenset({"identity", "contact-details"})
    encoding: ClassVar[str] = "utf-8"
    extent: ClassVar[Extent] = Extent.WHOLE_LIST
    columns: ClassVar[tuple[Column, ...]] = (
        CHILD_ID,
        FORENAME,
        SURNAME,
        GENDER,
        BORN,
        NHS_NUMBER,
        UPN,
        POSTCODE,
        UPRN,
        RESTRICTED,
        UPDATED,
    )

    def understand(self, cells: Cells, sender: Sender) -> tuple[IncomingRecord, ...]:
        """One child, known by the council's number. A child not yet born may have no forename."""
        born_on = cells.get_birth(BORN.heading, LISTED_DATES, sender.received_on, may_be_unborn=True)
        unborn = born_on > sender.received_on
        forename = cells.find_name(FORENAME.heading) if unborn else cells.get_name(FORENAME.heading)
        claims = IdentityClaims(
            given_name=forename,
            family_name=cells.get_name(SURNAME.heading),
            born_on=born_on,
            sex_code=cells.get_code(GENDER.heading, GENDERS),
            agency_id=cells.get_number(CHILD_ID.heading),
            nhs_number=cells.find_identifier(NHS_NUMBER.heading, NhsNumber),
            upn=cells.find_identifier(UPN.heading, Upn),
            uprn=cells.find_identifier(UPRN.heading, Uprn),
            postcode=cells.find_identifier(POSTCODE.heading, Postcode),
        )
        restricted = cells.get_yes_no(RESTRICTED.heading)
        markers = frozenset({ProtectionMarker.ADDRESS_PROTECTED}) if restricted else frozenset()
        child = PersonInvolved("child", Involvement.ABOUT, cells.row_number, claims, markers)
        updated_on = cells.get_event_day(UPDATED.heading, LISTED_DATES, sender.received_on)
        group = key_of(self.code, sender.controller_code, claims.agency_id or "")

        def record(category_code: str, fields: dict[str, str | int | float]) -> IncomingRecord:
            return IncomingRecord(
                source_key=key_of(group, category_code),
                group_key=group,
                controller_code=sender.controller_code,
                category_code=category_code,
                occurred_on=updated_on,
                persons=(child,),
                mentions_stated=True,
                fields=fields,
                dated_by_update=True,
            )

        records = [record("identity", _identity_fields(claims))]
        if home := _home_fields(claims):
            records.append(record("contact-details", home))
        return tuple(records)


def _home_fields(claims: IdentityClaims) -> dict[str, str | int | float]:
    """The declared fields of `contact-details` as far as they are well formed."""
    fields: dict[str, str | int | float] = {}
    if claims.postcode is not None and claims.postcode.canonical is not None:
        fields["address"] = claims.postcode.canonical
    if claims.uprn is not None and claims.uprn.canonical is not None:
        fields["uprn"] = claims.uprn.canonical
    return fields


def _identity_fields(claims: IdentityClaims) -> dict[str, str | int | float]:
    """The declared fields of `identity`. A refused identifier stays in the claims and is not shown as a number."""
    fields: dict[str, str | int | float] = {
        "name": f"{claims.given_name or '(not yet named)'} {claims.family_name}",
        "sex": claims.sex_code or "not-stated",
    }
    if claims.born_on is not None:
        fields["born"] = claims.born_on.isoformat()
    if claims.nhs_number is not None and claims.nhs_number.canonical is not None:
        fields["nhs_number"] = claims.nhs_number.canonical
    if claims.upn is not None and claims.upn.canonical is not None:
        fields["upn"] = claims.upn.canonical
    return fields
