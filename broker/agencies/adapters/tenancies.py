"""A landlord's tenancies and rent accounts, as they stand on one day.

Decides what their columns mean. A local list of current tenancies with their arrears: whoever is on it no more
holds no tenancy. Joint tenants are one row and become a record each, so that the third-party rule works person by
person. How the rent is paid is ignored: that somebody has benefits is locked to its own purpose by statute.
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
from broker.linkage.claims import IdentityClaims

TENANCY = Column("Tenancy Reference")
ADDRESS = Column("Property Address")
POSTCODE = Column("Postcode")
UPRN = Column("UPRN", optional=True)
HOME = (ADDRESS, POSTCODE, UPRN)
TENANT = PersonColumns(
    Column("Tenant Forename"),
    Column("Tenant Surname"),
    Column("Tenant Date of Birth"),
    LISTED_DATES,
    Column("Tenant Gender", optional=True),
    SEXES,
    number=Column("Tenant Person Reference"),
    address=ADDRESS,
    postcode=POSTCODE,
    uprn=UPRN,
)
JOINT = PersonColumns(
    Column("Joint Tenant Forename"),
    Column("Joint Tenant Surname"),
    Column("Joint Tenant Date of Birth"),
    LISTED_DATES,
    number=Column("Joint Tenant Person Reference"),
    address=ADDRESS,
    postcode=POSTCODE,
    uprn=UPRN,
)
STATUS = Column("Tenancy Status")
BEGAN = Column("Tenancy Start Date")
ARREARS = Column("Rent Arrears")
SERVED = Column("Notice Served Date")
AS_AT = Column("Balance Date", also=("As At Date",))
MOST_ARREARS = 100_000

STATUSES = {
    "current": "current",
    "introductory": "current",
    "notice served": "notice-served",
    "court": "possession-proceedings",
    "possession proceedings": "possession-proceedings",
    "suspended possession order": "suspended-possession-order",
    "eviction": "eviction-warrant",
    "eviction warrant": "eviction-warrant",
    "ended": "ended",
    "former": "ended",
}


class Tenancies(Adapter):
    """One row is one tenancy with its tenant and, where there is one, joint tenant."""

    code: ClassVar[str] = "tenancies"
    title: ClassVar[str] = "Tenancies and rent arrears"
    source: ClassVar[str] = "local list of a housing management system"
    controller_types: ClassVar[frozenset[str]] = frozenset({"RSL", "LA-HSG"})
    category_codes: ClassVar[frozenset[str]] = frozenset({"tenancy-arrears"})
    encoding: ClassVar[str] = "utf-8"
    extent: ClassVar[Extent] = Extent.WHOLE_LIST
    columns: ClassVar[tuple[Column, ...]] = (
        TENANCY,
        *TENANT.columns,
        *(column for column in JOINT.columns if column not in HOME),
        STATUS,
        BEGAN,
        ARREARS,
        SERVED,
        AS_AT,
        Column("Tenancy Type", optional=True, ignored_because="no clause needs it"),
        Column("Rent Account Number", optional=True, ignored_because="no clause needs it"),
        Column("Weekly Rent", optional=True, ignored_because="no clause needs it"),
        Column(
            "Payment Method",
            optional=True,
            ignored_because="may tell of benefits, which are locked to their purpose",
        ),
        Column(
            "Housing Benefit Paid Direct",
            optional=True,
            ignored_because="tells of benefits, which are locked to their purpose",
        ),
        Column(
            "Ethnicity",
            optional=True,
            ignored_because="special-category data that no category of these records needs",
        ),
        Column("Vulnerability Flag", optional=True, ignored_because="says neither what nor who says so"),
    )

    def understand(self, cells: Cells, sender: Sender) -> tuple[IncomingRecord, ...]:
        """The tenancy as a record of each tenant, known by the tenancy's and the tenant's number."""
        tenancy = cells.get_text(TENANCY.heading)
        tenants = [self._numbered(TENANT, TENANT.read(cells, sender))]
        if any(cells.find_text(column.heading) for column in JOINT.columns if column not in HOME):
            tenants.append(self._numbered(JOINT, JOINT.read(cells, sender)))
        if len({one.agency_id for one in tenants}) != len(tenants):
            raise RowRefused(
                RejectionReason.INCONSISTENT, "Joint Tenant Person Reference", "the tenant's own number"
            )
        fields = self._fields(cells, sender)
        as_at = cells.get_event_day(AS_AT.heading, LISTED_DATES, sender.received_on)
        refs = ("tenant", "joint-tenant")[: len(tenants)]
        group = key_of(self.code, sender.controller_code, tenancy)
        records = []
        for ref, claims in zip(refs, tenants, strict=True):
            others = [other for other in refs if other != ref]
            persons = [PersonInvolved(ref, Involvement.ABOUT, cells.row_number, claims)]
            persons += [
                PersonInvolved(other, Involvement.MENTIONS, cells.row_number, tenants[refs.index(other)])
                for other in others
            ]
            records.append(
                IncomingRecord(
                    source_key=key_of(group, claims.agency_id or ""),
                    group_key=group,
                    controller_code=sender.controller_code,
                    category_code="tenancy-arrears",
                    occurred_on=as_at,
                    persons=tuple(persons),
                    mentions_stated=True,
                    fields={**fields, "joint_tenant": others[0]} if others else fields,
                    dated_by_update=True,
                )
            )
        return tuple(records)

    def _numbered(self, columns: PersonColumns, claims: IdentityClaims) -> IdentityClaims:
        if claims.agency_id is None and columns.number is not None:
            raise RowRefused(RejectionReason.MISSING, columns.number.heading)
        return claims

    def _fields(self, cells: Cells, sender: Sender) -> dict[str, str | int | float]:
        began = cells.get_event_day(BEGAN.heading, LISTED_DATES, sender.received_on)
        served = cells.find_end_day(SERVED.heading, LISTED_DATES, began, BEGAN.heading)
        if served is not None and served > sender.received_on:
            raise RowRefused(RejectionReason.IMPOSSIBLE_DATE, SERVED.heading, "in the future")
        arrears = cells.find_money(ARREARS.heading, MOST_ARREARS)
        if arrears is None:
            raise RowRefused(RejectionReason.MISSING, ARREARS.heading)
        status = cells.get_code(STATUS.heading, STATUSES)
        if status == "current" and arrears:
            status = "in-arrears"
        fields: dict[str, str | int | float] = {"status": status, "arrears_pounds": arrears}
        if served is not None:
            fields["notice_served_on"] = served.isoformat()
        address = cells.find_text(ADDRESS.heading)
        if address is not None:
            fields["address"] = address
        return fields
