"""Ofsted Annex A, Lists 3 to 5: referrals, assessments, section 47 enquiries and child protection conferences.

Decides what their columns mean. Like lists 1 and 2 they name nobody: send the child index first. A referral that
needed nothing further becomes a record of its own kind, kept for a shorter time. Who worked on an assessment that
ended says nothing of who is involved now: teams and workers are taken from lists 6 and 8. Source: Ofsted,
Inspecting local authority children's services, Annex A, child-level data, lists 3 to 5 (headings of 2022-2025).
"""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from broker.agencies.adapters.annex_a import (
    AGE,
    BORN,
    CHILD_ID,
    ETHNICITY,
    GENDER,
    LISTED_DATES,
    child_claims,
    contact_source,
    require_after_conception,
)
from broker.agencies.cells import Cells
from broker.agencies.columns import Column
from broker.agencies.contract import Adapter, Extent, Sender
from broker.agencies.findings import RejectionReason, RowRefused
from broker.agencies.incoming import IncomingRecord, Involvement, PersonInvolved, key_of

COUNTED = "counts rows that are on the list or were"
NOT_NOW = "says who worked on it then; who is involved now stands in lists 6 and 8"
TEAM = Column("Allocated Team", ignored_because=NOT_NOW)
WORKER = Column("Allocated Worker", ignored_because=NOT_NOW)
DISABILITY = Column(
    "Does the Child have a Disability", ignored_because="belongs in disability, with a clause of its own"
)
YES_NO = {"a) yes": "yes", "yes": "yes", "y": "yes", "b) no": "no", "no": "no", "n": "no"}
"""Annex A numbers its answers; some systems leave the letter out."""


class AnnexAReferrals(Adapter):
    """List 3: referrals to children's social care. One row is one child's referral."""

    code: ClassVar[str] = "annex-a-referrals"
    title: ClassVar[str] = "Referrals to children's social care (Annex A, List 3)"
    source: ClassVar[str] = "Ofsted Annex A child-level data, List 3: referrals"
    controller_types: ClassVar[frozenset[str]] = frozenset({"LA-CSC"})
    category_codes: ClassVar[frozenset[str]] = frozenset({"contact-referral", "contact-no-further-action"})
    encoding: ClassVar[str] = "utf-8"
    extent: ClassVar[Extent] = Extent.INCREMENTS
    referred: ClassVar[Column] = Column("Date of referral")
    origin: ClassVar[Column] = Column("Referral Source")
    no_action: ClassVar[Column] = Column("Referral NFA?", also=("Referral NFA",))
    columns: ClassVar[tuple[Column, ...]] = (
        CHILD_ID,
        GENDER,
        ETHNICITY,
        BORN,
        AGE,
        referred,
        origin,
        no_action,
        Column(
            "Number of Referrals in last 12 months",
            also=("Number of Referrals in the last 12 months",),
            optional=True,
            ignored_because=COUNTED,
        ),
        TEAM,
        WORKER,
    )

    def understand(self, cells: Cells, sender: Sender) -> tuple[IncomingRecord, ...]:
        """One referral; a second for one child on one day from one source cannot be told from a repeat."""
        claims = child_claims(cells, sender)
        day = cells.get_event_day(self.referred.heading, LISTED_DATES, sender.received_on)
        require_after_conception(claims, day, self.referred)
        code, words = contact_source(cells, self.origin)
        closed = cells.get_code(self.no_action.heading, YES_NO) == "yes"
        key = key_of(self.code, sender.controller_code, claims.agency_id or "", day.isoformat(), code)
        return (
            IncomingRecord(
                source_key=key,
                group_key=key,
                controller_code=sender.controller_code,
                category_code="contact-no-further-action" if closed else "contact-referral",
                occurred_on=day,
                persons=(PersonInvolved("child", Involvement.ABOUT, cells.row_number, claims),),
                mentions_stated=True,
                fields={"source": words, "outcome": "no-further-action" if closed else "referral"},
            ),
        )


class AnnexAAssessments(Adapter):
    """List 4: assessments under section 17 of the Children Act 1989. One row is one child's assessment."""

    code: ClassVar[str] = "annex-a-assessments"
    title: ClassVar[str] = "Social care assessments (Annex A, List 4)"
    source: ClassVar[str] = "Ofsted Annex A child-level data, List 4: assessments"
    controller_types: ClassVar[frozenset[str]] = frozenset({"LA-CSC"})
    category_codes: ClassVar[frozenset[str]] = frozenset({"csc-status"})
    encoding: ClassVar[str] = "utf-8"
    extent: ClassVar[Extent] = Extent.INCREMENTS
    started: ClassVar[Column] = Column("Continuous Assessment Start Date")
    authorised: ClassVar[Column] = Column("Continuous Assessment Date of Authorisation")
    needed: ClassVar[Column] = Column("Was the child assessed as requiring LA children's social care support?")
    columns: ClassVar[tuple[Column, ...]] = (
        CHILD_ID,
        GENDER,
        ETHNICITY,
        BORN,
        AGE,
        DISABILITY,
        started,
        Column(
            "Child Seen During Continuous Assessment",
            ignored_because="tells of the assessment's conduct, not of the child",
        ),
        authorised,
        needed,
        TEAM,
        WORKER,
    )

    def understand(self, cells: Cells, sender: Sender) -> tuple[IncomingRecord, ...]:
        """One assessment, known by the child and the day it started: its end is news of the same one."""
        claims = child_claims(cells, sender)
        day = cells.get_event_day(self.started.heading, LISTED_DATES, sender.received_on)
        require_after_conception(claims, day, self.started)
        done = cells.find_end_day(self.authorised.heading, LISTED_DATES, day, self.started.heading)
        support = cells.find_code(self.needed.heading, YES_NO)
        if done is not None and support is None:
            raise RowRefused(RejectionReason.MISSING, self.needed.heading)
        status = "assessment-open"
        if done is not None:
            status = "assessed-support-needed" if support == "yes" else "assessed-no-support"
        return (_status_record(self.code, cells, sender, day, status, done),)


class AnnexASection47(Adapter):
    """List 5: section 47 enquiries and the initial conferences they led to. One row is one child's enquiry."""

    code: ClassVar[str] = "annex-a-section-47"
    title: ClassVar[str] = "Section 47 enquiries and initial conferences (Annex A, List 5)"
    source: ClassVar[str] = (
        "Ofsted Annex A child-level data, List 5: section 47 enquiries and initial child protection conferences"
    )
    controller_types: ClassVar[frozenset[str]] = frozenset({"LA-CSC"})
    category_codes: ClassVar[frozenset[str]] = frozenset({"csc-status"})
    encoding: ClassVar[str] = "utf-8"
    extent: ClassVar[Extent] = Extent.INCREMENTS
    started: ClassVar[Column] = Column("Strategy discussion initiating Section 47 Enquiry Start Date")
    unnecessary: ClassVar[Column] = Column("Was an Initial Child Protection Conference deemed unnecessary?")
    conference: ClassVar[Column] = Column("Date of Initial Child Protection Conference")
    planned: ClassVar[Column] = Column(
        "Did the Initial Child Protection Conference Result in a Child Protection Plan"
    )
    columns: ClassVar[tuple[Column, ...]] = (
        CHILD_ID,
        GENDER,
        ETHNICITY,
        BORN,
        AGE,
        DISABILITY,
        started,
        unnecessary,
        conference,
        planned,
        Column(
            "Number of Section 47 Enquiries in the last 12 months",
            optional=True,
            ignored_because=COUNTED,
            also=("Sum of Number of Section 47 Enquiries in the last 12 months",),
        ),
        Column(
            "Number of ICPCs in the last 12 months",
            optional=True,
            ignored_because=COUNTED,
            also=("Sum of Number of ICPCs in the last 12 months",),
        ),
        TEAM,
        WORKER,
    )

    def understand(self, cells: Cells, sender: Sender) -> tuple[IncomingRecord, ...]:
        """One enquiry, known by the child and the day of the strategy discussion."""
        claims = child_claims(cells, sender)
        day = cells.get_event_day(self.started.heading, LISTED_DATES, sender.received_on)
        require_after_conception(claims, day, self.started)
        met = cells.find_end_day(self.conference.heading, LISTED_DATES, day, self.started.heading)
        unnecessary = cells.find_code(self.unnecessary.heading, YES_NO)
        planned = cells.find_code(self.planned.heading, YES_NO)
        if met is None and planned is not None:
            raise RowRefused(RejectionReason.INCONSISTENT, self.planned.heading, f"no `{self.conference.heading}`")
        if met is not None and unnecessary == "yes":
            raise RowRefused(RejectionReason.INCONSISTENT, self.unnecessary.heading, "a conference has a date")
        if met is None:
            status = "section-47-no-conference" if unnecessary == "yes" else "section-47-enquiry"
        elif planned is None:
            status = "conference-arranged"
        else:
            status = "conference-plan" if planned == "yes" else "conference-no-plan"
        return (_status_record(self.code, cells, sender, day, status, met),)


def _status_record(
    code: str, cells: Cells, sender: Sender, day: date, status: str, until: date | None
) -> IncomingRecord:
    claims = child_claims(cells, sender)
    key = key_of(code, sender.controller_code, claims.agency_id or "", day.isoformat())
    fields: dict[str, str | int | float] = {"status": status, "from": day.isoformat()}
    if until is not None:
        fields["until"] = until.isoformat()
    return IncomingRecord(
        source_key=key,
        group_key=key,
        controller_code=sender.controller_code,
        category_code="csc-status",
        occurred_on=day,
        persons=(PersonInvolved("child", Involvement.ABOUT, cells.row_number, claims),),
        mentions_stated=True,
        fields=fields,
    )
