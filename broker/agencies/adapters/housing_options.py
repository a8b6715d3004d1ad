"""A housing authority's homelessness cases, one row a person in the household, with the names of H-CLIC.

Decides what their columns mean. What a home was lost for is ignored: it may say domestic abuse, which has a
category of its own and is silent. A refuge is never named: whoever is placed in one is claimed as
`address-protected`, and no address of theirs is taken. Source: Homelessness Case Level Collection (H-CLIC), main,
people, prevention, relief, final duty and temporary accommodation sections.
"""

from __future__ import annotations

from typing import ClassVar

from broker.agencies.adapters.annex_a import LISTED_DATES
from broker.agencies.adapters.family_links import SEXES
from broker.agencies.cells import Cells
from broker.agencies.columns import Column
from broker.agencies.contract import Adapter, Extent, Sender
from broker.agencies.findings import RejectionReason, RowRefused
from broker.agencies.incoming import IncomingRecord, Involvement, PersonInvolved, key_of
from broker.agencies.person_columns import PersonColumns
from broker.people import ProtectionMarker

CASE = Column("Case Reference", also=("Local Authority Case Reference",))
PERSON = PersonColumns(
    Column("First Name"),
    Column("Last Name"),
    Column("Date of Birth"),
    LISTED_DATES,
    Column("Sex", also=("Gender",)),
    SEXES,
    number=Column("Person Reference"),
    postcode=Column("Last Settled Postcode", optional=True),
)
APPLIED = Column("Date of Application", also=("Application Date",))
DUTY = Column("Duty Owed", also=("Initial Assessment Decision",))
OWED_FROM = Column("Duty Start Date")
OWED_UNTIL = Column("Duty End Date")
TEMPORARY = Column("Temporary Accommodation Type")
PLACED_AT = Column("Temporary Accommodation Address")
REFUGE = "refuge"

DUTIES = {
    "prevention": "prevention",
    "prevention duty": "prevention",
    "prevention duty owed": "prevention",
    "relief": "relief",
    "relief duty": "relief",
    "relief duty owed": "relief",
    "main": "main",
    "main duty": "main",
    "main duty owed": "main",
    "intentionally homeless": "intentionally-homeless",
    "not homeless": "none",
    "no duty owed": "none",
    "not eligible": "none",
}
TYPES = {
    "bed and breakfast": "bed-and-breakfast",
    "bed and breakfast hotel": "bed-and-breakfast",
    "nightly paid": "nightly-paid",
    "hostel": "hostel",
    "refuge": REFUGE,
    "women's refuge": REFUGE,
    "private sector": "private-sector",
    "council or housing association": "social-housing",
    "other": "other",
}


class HousingOptions(Adapter):
    """One row is one person of one homelessness case, and the duty owed now."""

    code: ClassVar[str] = "housing-options"
    title: ClassVar[str] = "Homelessness cases"
    source: ClassVar[str] = "names of the Homelessness Case Level Collection (H-CLIC)"
    controller_types: ClassVar[frozenset[str]] = frozenset({"LA-HSG"})
    category_codes: ClassVar[frozenset[str]] = frozenset({"homelessness"})
    encoding: ClassVar[str] = "utf-8"
    extent: ClassVar[Extent] = Extent.INCREMENTS
    columns: ClassVar[tuple[Column, ...]] = (
        CASE,
        *PERSON.columns,
        APPLIED,
        DUTY,
        OWED_FROM,
        OWED_UNTIL,
        TEMPORARY,
        PLACED_AT,
        *(
            Column(heading, optional=True, ignored_because=because)
            for heading, because in (
                ("Relationship to Main Applicant", "relationships come from the council's list of them"),
                ("Main Reason for Loss of Settled Home", "may say domestic abuse, which is silent"),
                ("Support Needs", "tells of health, offending or abuse; each has a category of its own"),
                ("Nationality", "belongs in immigration"),
                ("Eligibility", "belongs in immigration"),
                ("Ethnicity", "special-category data that no category of these records needs"),
                ("Sexual Identity", "special-category data that no category of these records needs"),
                ("Employment Status", "no clause needs it"),
                ("National Insurance Number", "no clause needs it, and it links to benefits"),
                ("Reason Duty Ended", "no clause needs it"),
            )
        ),
    )

    def understand(self, cells: Cells, sender: Sender) -> tuple[IncomingRecord, ...]:
        """One person's part in a case, known by the case's and the person's number: the next duty is news of
        it."""
        case = cells.get_text(CASE.heading)
        claims = PERSON.read(cells, sender)
        if claims.agency_id is None:
            raise RowRefused(RejectionReason.MISSING, "Person Reference")
        applied_on = cells.get_event_day(APPLIED.heading, LISTED_DATES, sender.received_on)
        duty = cells.get_code(DUTY.heading, DUTIES)
        owed_from = cells.find_end_day(OWED_FROM.heading, LISTED_DATES, applied_on, APPLIED.heading)
        if duty not in ("none", "intentionally-homeless") and owed_from is None:
            raise RowRefused(RejectionReason.MISSING, OWED_FROM.heading)
        ended = cells.find_end_day(OWED_UNTIL.heading, LISTED_DATES, owed_from or applied_on, OWED_FROM.heading)
        in_refuge = cells.find_code(TEMPORARY.heading, TYPES) == REFUGE
        fields: dict[str, str | int | float] = {
            "duty_owed": duty if ended is None or duty == "none" else f"{duty}-ended"
        }
        placed_at = cells.find_text(PLACED_AT.heading)
        markers: frozenset[ProtectionMarker] = frozenset()
        if in_refuge:
            markers = frozenset({ProtectionMarker.ADDRESS_PROTECTED})
        elif placed_at is not None:
            fields["placed_at"] = placed_at
        group = key_of(self.code, sender.controller_code, case, claims.agency_id or "")
        return (
            IncomingRecord(
                source_key=group,
                group_key=group,
                controller_code=sender.controller_code,
                category_code="homelessness",
                occurred_on=applied_on,
                persons=(PersonInvolved("person", Involvement.ABOUT, cells.row_number, claims, markers),),
                mentions_stated=True,
                fields=fields,
            ),
        )
