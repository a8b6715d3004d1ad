"""What the Department for Work and Pensions tells a council of whose benefits are in payment.

Decides what its columns mean. The records are locked to their purpose by statute (policies/duties.yaml), whatever
is asked. Amounts, claims and the children in them are ignored; a benefit that is paid because of an illness or a
disability becomes `other`, because its name would be health data and this kind of record holds none. The
department knows people by their National Insurance number. Source: a local extract under Welfare Reform Act 2012
s.131 and its regulations, family support.
"""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

from broker.agencies.adapters.family_links import SEXES
from broker.agencies.cells import Cells
from broker.agencies.columns import Column
from broker.agencies.contract import Adapter, Extent, Sender
from broker.agencies.dates_as_sent import DateForm
from broker.agencies.findings import RejectionReason, RowRefused
from broker.agencies.incoming import IncomingRecord, Involvement, PersonInvolved, key_of
from broker.agencies.person_columns import PersonColumns, person_key
from broker.identifiers.nino import Nino
from broker.linkage.claims import ReportedIdentifier

FORMS = (DateForm.ISO, DateForm.DAY_SLASHES)
NUMBER = Column("NINO", also=("National Insurance Number",))
CLAIMANT = PersonColumns(
    Column("Forename"),
    Column("Surname"),
    Column("DateOfBirth", also=("Date of Birth",)),
    FORMS,
    Column("Sex", also=("Gender",)),
    SEXES,
    postcode=Column("Postcode"),
)
BENEFIT = Column("BenefitType")
IN_PAYMENT = Column("InPayment")
AS_AT = Column("StatusDate")
SANCTION = Column("SanctionEndDate")

BENEFITS = {
    "uc": "universal-credit",
    "universal credit": "universal-credit",
    "jsa": "jobseekers-allowance",
    "jobseeker's allowance": "jobseekers-allowance",
    "is": "income-support",
    "income support": "income-support",
    "hb": "housing-benefit",
    "housing benefit": "housing-benefit",
    "pc": "pension-credit",
    "pension credit": "pension-credit",
    "esa": "other",
    "pip": "other",
    "dla": "other",
    "aa": "other",
    "ca": "other",
    "iidb": "other",
    "other": "other",
}
_AMOUNTS = "no clause needs an amount"


class BenefitStatus(Adapter):
    """One row is one person and one benefit."""

    code: ClassVar[str] = "benefit-status"
    title: ClassVar[str] = "Benefits in payment"
    source: ClassVar[str] = "local extract under Welfare Reform Act 2012 s.131, family support"
    controller_types: ClassVar[frozenset[str]] = frozenset({"DWP"})
    category_codes: ClassVar[frozenset[str]] = frozenset({"benefits"})
    encoding: ClassVar[str] = "utf-8"
    extent: ClassVar[Extent] = Extent.INCREMENTS
    columns: ClassVar[tuple[Column, ...]] = (
        NUMBER,
        *CLAIMANT.columns,
        BENEFIT,
        IN_PAYMENT,
        AS_AT,
        SANCTION,
        Column("AwardAmount", optional=True, ignored_because=_AMOUNTS),
        Column("Deductions", optional=True, ignored_because=_AMOUNTS),
        Column("ClaimReference", optional=True, ignored_because="no clause needs it"),
        Column("ChildrenInClaim", optional=True, ignored_because="who lives with whom comes from the council"),
        Column(
            "HealthCondition", optional=True, ignored_because="health data that no category of these records needs"
        ),
        Column("EmploymentStatus", optional=True, ignored_because="no field holds it"),
    )

    def understand(self, cells: Cells, sender: Sender) -> tuple[IncomingRecord, ...]:
        """One benefit of one person: whether it is still in payment is news of the same one."""
        number = cells.find_text(NUMBER.heading)
        claims = CLAIMANT.read(cells, sender)
        if number is not None:
            reported = ReportedIdentifier.read(Nino, number)
            if reported.refusal is not None:
                cells.flag(NUMBER.heading, f"not used: {reported.refusal.sentence}")
            claims = replace(claims, agency_id=reported.canonical)
        day = cells.get_event_day(AS_AT.heading, FORMS, sender.received_on)
        benefit = cells.get_code(BENEFIT.heading, BENEFITS)
        paid = cells.get_yes_no(IN_PAYMENT.heading)
        sanction = cells.find_day(SANCTION.heading, FORMS)
        if sanction is not None and not paid:
            raise RowRefused(RejectionReason.INCONSISTENT, SANCTION.heading, f"`{IN_PAYMENT.heading}` says no")
        fields: dict[str, str | int | float] = {"in_payment": "yes" if paid else "no", "benefit": benefit}
        if sanction is not None:
            fields["sanction_until"] = sanction.isoformat()
        # Two benefits that both become `other` stay two entries.
        named = benefit if benefit != "other" else " ".join(cells.get_text(BENEFIT.heading).casefold().split())
        key = key_of(self.code, sender.controller_code, named, *person_key(claims))
        return (
            IncomingRecord(
                source_key=key,
                group_key=key,
                controller_code=sender.controller_code,
                category_code="benefits",
                occurred_on=day,
                persons=(PersonInvolved("claimant", Involvement.ABOUT, cells.row_number, claims),),
                mentions_stated=True,
                fields=fields,
                dated_by_update=True,
            ),
        )
