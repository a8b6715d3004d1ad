"""The council's list of the adults around a child: relationship, parental responsibility, same home or not.

Decides what its columns mean. A local list from the case system's relationships screen, because no return
carries it. Each row is one adult and one child, both named, and becomes a `household` record with a
relationship claim and, where they live together, a household claim. Claims are the sender's word: standing is
decided elsewhere, from relationships whose evidence was seen.
"""

from __future__ import annotations

from typing import ClassVar

from broker.agencies.adapters.annex_a import CHILD_ID, LISTED_DATES
from broker.agencies.cells import Cells
from broker.agencies.columns import Column
from broker.agencies.contract import Adapter, Extent, Sender
from broker.agencies.findings import RejectionReason, RowRefused
from broker.agencies.incoming import (
    HouseholdClaim,
    IncomingRecord,
    Involvement,
    PersonInvolved,
    RelationshipClaim,
    key_of,
)
from broker.identifiers.nhs_number import NhsNumber
from broker.identifiers.postcode import Postcode
from broker.linkage.claims import IdentityClaims
from broker.people import RelationshipKind

CHILD_BORN = Column("Child Date of Birth")
ADULT_ID = Column("Adult Unique ID")
FORENAME = Column("Adult Forename")
SURNAME = Column("Adult Surname")
SEX = Column("Adult Gender")
BORN = Column("Adult Date of Birth")
NHS_NUMBER = Column("Adult NHS Number")
POSTCODE = Column("Adult Postcode")
RELATIONSHIP = Column("Relationship to Child")
RESPONSIBILITY = Column("Parental Responsibility")
SAME_HOME = Column("Lives With Child")
SINCE = Column("Relationship Start Date")
UNTIL = Column("Relationship End Date")

RELATIONSHIPS = {
    "mother": "mother",
    "father": "father",
    "parent": "parent",
    "step parent": "step-parent",
    "step-parent": "step-parent",
    "grandparent": "grandparent",
    "guardian": "guardian",
    "special guardian": "special-guardian",
    "sibling": "sibling",
    "other": "other",
}
SEXES = {
    "male": "male",
    "m": "male",
    "female": "female",
    "f": "female",
    "not stated": "not-stated",
    "other": "other",
}


class FamilyLinks(Adapter):
    """One row is one adult's relationship to one child."""

    code: ClassVar[str] = "family-links"
    title: ClassVar[str] = "Adults around a child"
    source: ClassVar[str] = "local list beside Annex A"
    controller_types: ClassVar[frozenset[str]] = frozenset({"LA-CSC", "LA-EH"})
    category_codes: ClassVar[frozenset[str]] = frozenset({"household"})
    encoding: ClassVar[str] = "utf-8"
    extent: ClassVar[Extent] = Extent.WHOLE_LIST
    columns: ClassVar[tuple[Column, ...]] = (
        CHILD_ID,
        CHILD_BORN,
        ADULT_ID,
        FORENAME,
        SURNAME,
        SEX,
        BORN,
        NHS_NUMBER,
        POSTCODE,
        RELATIONSHIP,
        RESPONSIBILITY,
        SAME_HOME,
        SINCE,
        UNTIL,
    )

    def understand(self, cells: Cells, sender: Sender) -> tuple[IncomingRecord, ...]:
        """One relationship, known by the two numbers, its kind and the day it began."""
        child = IdentityClaims(
            agency_id=cells.get_number(CHILD_ID.heading),
            born_on=cells.get_birth(CHILD_BORN.heading, LISTED_DATES, sender.received_on, may_be_unborn=True),
        )
        adult = IdentityClaims(
            given_name=cells.get_name(FORENAME.heading),
            family_name=cells.get_name(SURNAME.heading),
            born_on=cells.find_birth(BORN.heading, LISTED_DATES, sender.received_on),
            sex_code=cells.get_code(SEX.heading, SEXES),
            agency_id=cells.get_number(ADULT_ID.heading),
            nhs_number=cells.find_identifier(NHS_NUMBER.heading, NhsNumber),
            postcode=cells.find_identifier(POSTCODE.heading, Postcode),
        )
        if adult.agency_id == child.agency_id:
            raise RowRefused(RejectionReason.INCONSISTENT, ADULT_ID.heading, "the child's own number")
        kind = RelationshipKind(cells.get_code(RELATIONSHIP.heading, RELATIONSHIPS))
        since = cells.get_event_day(SINCE.heading, LISTED_DATES, sender.received_on)
        until = cells.find_day(UNTIL.heading, LISTED_DATES)
        if until is not None and until < since:
            raise RowRefused(RejectionReason.INCONSISTENT, UNTIL.heading, f"before `{SINCE.heading}`")
        together = cells.get_yes_no(SAME_HOME.heading)
        responsible = cells.get_yes_no(RESPONSIBILITY.heading)
        ids = (child.agency_id or "", adult.agency_id or "")
        key = key_of(self.code, sender.controller_code, *ids, kind.value, since.isoformat())
        return (
            IncomingRecord(
                source_key=key,
                group_key=key,
                controller_code=sender.controller_code,
                category_code="household",
                occurred_on=since,
                persons=(
                    PersonInvolved("child", Involvement.ABOUT, cells.row_number, child),
                    PersonInvolved("adult", Involvement.ABOUT, cells.row_number, adult),
                ),
                mentions_stated=True,
                fields={"relationship": kind.value, "person": "adult", "since": since.isoformat()},
                relationships=(RelationshipClaim("adult", "child", kind, responsible, since, until),),
                households=(HouseholdClaim(frozenset({"adult", "child"})),) if together else (),
            ),
        )
