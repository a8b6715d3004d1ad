"""A mental health trust's referrals, with the names and codes of the mental health services data set.

Decides what their columns mean. That somebody is in a service, how soon they are to be seen and when next; what
they were referred for is ignored: it is content, and nobody's but the clinic's. A referral to a drug and alcohol
team becomes `substance-misuse` (T4, silent) and nothing in `mental-health`: otherwise the one would tell what the
other keeps silent. Source: NHS England, Mental Health Services Data Set, MHS001 and MHS101 to MHS102.
"""

from __future__ import annotations

from typing import ClassVar

from broker.agencies.adapters.health_visiting import SEXES
from broker.agencies.cells import Cells
from broker.agencies.columns import Column
from broker.agencies.contract import Adapter, Extent, Sender
from broker.agencies.dates_as_sent import DateForm
from broker.agencies.findings import RejectionReason, RowRefused
from broker.agencies.incoming import IncomingRecord, Involvement, PersonInvolved, key_of
from broker.agencies.person_columns import PersonColumns

FORMS = (DateForm.ISO, DateForm.ISO_CLOCK)
PATIENT = PersonColumns(
    Column("PersonGivenName"),
    Column("PersonFamilyName"),
    Column("PersonBirthDate"),
    FORMS,
    Column("Gender", also=("PersonStatedGenderCode", "GenderIDCode")),
    SEXES,
    number=Column("LocalPatientId"),
    nhs_number=Column("NHSNumber"),
    postcode=Column("Postcode"),
)
REQUEST = Column("ServiceRequestId")
RECEIVED = Column("ReferralRequestReceivedDate")
PRIORITY = Column("ClinRespPriorityType")
TEAM = Column("ServTeamTypeRefToMH")
REJECTED = Column("ReferRejectionDate")
DISCHARGED = Column("ServDischDate")
NEXT = Column("NextAppointmentDate", optional=True)

PRIORITIES = {"1": "emergency", "2": "urgent", "3": "routine", "4": "very-urgent"}
"""Clinical response priority type."""
DRUG_TEAMS = frozenset({"d01"})
"""Service or team types that belong to drug and alcohol treatment."""
_NO_MORE_THAN = "no more than that somebody is in a service"


class MentalHealthReferrals(Adapter):
    """One row is one referral to one team."""

    code: ClassVar[str] = "mental-health-referrals"
    title: ClassVar[str] = "Referrals to mental health services"
    source: ClassVar[str] = "NHS England, Mental Health Services Data Set (MHSDS), MHS001 and MHS101 to MHS102"
    controller_types: ClassVar[frozenset[str]] = frozenset({"NHS-MH"})
    category_codes: ClassVar[frozenset[str]] = frozenset({"mental-health", "substance-misuse"})
    encoding: ClassVar[str] = "utf-8"
    extent: ClassVar[Extent] = Extent.INCREMENTS
    columns: ClassVar[tuple[Column, ...]] = (
        *PATIENT.columns,
        REQUEST,
        RECEIVED,
        PRIORITY,
        TEAM,
        REJECTED,
        DISCHARGED,
        NEXT,
        *(
            Column(heading, optional=True, ignored_because=because)
            for heading, because in (
                ("SourceOfReferralMH", _NO_MORE_THAN),
                ("PrimReasonReferralMH", _NO_MORE_THAN),
                ("OthReasonReferralMH", _NO_MORE_THAN),
                ("ServDischReason", _NO_MORE_THAN),
                ("ReferRejectReason", _NO_MORE_THAN),
                ("EthnicCategory", "special-category data that no category of these records needs"),
                ("OrgIDProv", "the sender is known from who signed the batch, not from a cell"),
            )
        ),
    )

    def understand(self, cells: Cells, sender: Sender) -> tuple[IncomingRecord, ...]:
        """One referral, known by the service request: what becomes of it is news of the same one."""
        claims = PATIENT.read(cells, sender)
        request = cells.get_text(REQUEST.heading)
        day = cells.get_event_day(RECEIVED.heading, FORMS, sender.received_on)
        rejected_on = cells.find_end_day(REJECTED.heading, FORMS, day, RECEIVED.heading)
        discharged_on = cells.find_end_day(DISCHARGED.heading, FORMS, day, RECEIVED.heading)
        if rejected_on is not None and discharged_on is not None:
            raise RowRefused(
                RejectionReason.INCONSISTENT, DISCHARGED.heading, f"`{REJECTED.heading}` is filled too"
            )
        team = cells.get_text(TEAM.heading).casefold()
        category = "substance-misuse" if team[:3] in DRUG_TEAMS else "mental-health"
        standing = "open"
        if rejected_on is not None:
            standing = "not-accepted"
        elif discharged_on is not None:
            standing = "discharged"
        fields: dict[str, str | int | float] = {"in_service": standing}
        priority = cells.find_code(PRIORITY.heading, PRIORITIES)
        next_seen_on = cells.find_end_day(NEXT.heading, FORMS, day, RECEIVED.heading)
        if category == "mental-health" and standing == "open":
            if priority is not None:
                fields["risk"] = priority
            if next_seen_on is not None:
                fields["next_seen_on"] = next_seen_on.isoformat()
        key = key_of(self.code, sender.controller_code, request)
        return (
            IncomingRecord(
                source_key=key,
                group_key=key,
                controller_code=sender.controller_code,
                category_code=category,
                occurred_on=day,
                persons=(PersonInvolved("patient", Involvement.ABOUT, cells.row_number, claims),),
                mentions_stated=True,
                fields=fields,
            ),
        )
