"""The probation service's caseload: who is supervised, on what conditions, and when they are next seen.

Decides what its columns mean. A whole list: whoever is on it no more is supervised no more. Conditions come as
codes, because their text may name a victim or a place; the offence is ignored, because convictions have a category
and clauses of their own. Source: a local export of the service's case management system.
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

PERSON = PersonColumns(
    Column("Forename"),
    Column("Surname"),
    Column("Date of Birth"),
    LISTED_DATES,
    Column("Gender", also=("Sex",)),
    SEXES,
    number=Column("CRN", also=("Case Reference Number",)),
    postcode=Column("Postcode"),
)
EVENT = Column("Event Number")
KIND = Column("Supervision Type")
BEGAN = Column("Start Date")
ENDED = Column("End Date")
RISK = Column("Risk of Serious Harm")
CONDITIONS = Column("Licence Conditions", also=("Requirements",))
NEXT = Column("Next Appointment")
WORKER = Column("Probation Practitioner")

KINDS = {
    "community order": "community-order",
    "suspended sentence order": "suspended-sentence-order",
    "licence": "on-licence",
    "on licence": "on-licence",
    "post sentence supervision": "post-sentence-supervision",
    "custody": "in-custody",
}
RISKS = {"low": "low", "medium": "medium", "high": "high", "very high": "very-high"}
CONDITION_WORDS = {
    "no contact": "No contact with a named person",
    "non contact": "No contact with a named person",
    "exclusion zone": "Exclusion zone",
    "residence": "Residence as directed",
    "curfew": "Curfew",
    "electronic tag": "Electronic tag",
    "tag": "Electronic tag",
    "alcohol tag": "Alcohol monitoring",
    "drug testing": "Drug testing",
    "programme": "Programme",
    "unpaid work": "Unpaid work",
    "no unsupervised contact with children": "No unsupervised contact with children",
    "polygraph": "Polygraph examination",
    "internet restrictions": "Internet restrictions",
    "other": "Another condition",
}
"""What each condition is called in a profile: never whom it protects, never where."""


class ProbationCaseload(Adapter):
    """One row is one person and one sentence they are supervised under."""

    code: ClassVar[str] = "probation-caseload"
    title: ClassVar[str] = "People under probation supervision"
    source: ClassVar[str] = "local export of a probation case management system"
    controller_types: ClassVar[frozenset[str]] = frozenset({"PROB"})
    category_codes: ClassVar[frozenset[str]] = frozenset({"probation-supervision"})
    encoding: ClassVar[str] = "utf-8"
    extent: ClassVar[Extent] = Extent.WHOLE_LIST
    columns: ClassVar[tuple[Column, ...]] = (
        *PERSON.columns,
        EVENT,
        KIND,
        BEGAN,
        ENDED,
        RISK,
        CONDITIONS,
        NEXT,
        WORKER,
        *(
            Column(heading, optional=True, ignored_because=because)
            for heading, because in (
                ("PNC ID", "no clause needs it"),
                ("Main Offence", "belongs in convictions, with clauses of its own"),
                ("Condition Text", "may name a victim or a place; the conditions come as codes"),
                ("Registrations", "belongs in convictions, with clauses of its own"),
                ("Ethnicity", "special-category data that no category of these records needs"),
                ("Team", "no clause needs it"),
            )
        ),
    )

    def understand(self, cells: Cells, sender: Sender) -> tuple[IncomingRecord, ...]:
        """One supervision, known by the person's and the sentence's number."""
        claims = PERSON.read(cells, sender)
        if claims.agency_id is None:
            raise RowRefused(RejectionReason.MISSING, "CRN")
        number = cells.get_text(EVENT.heading)
        began = cells.get_event_day(BEGAN.heading, LISTED_DATES, sender.received_on)
        ends = cells.find_end_day(ENDED.heading, LISTED_DATES, began, BEGAN.heading)
        seen = cells.find_end_day(NEXT.heading, LISTED_DATES, began, BEGAN.heading)
        kind = cells.get_code(KIND.heading, KINDS)
        fields: dict[str, str | int | float] = {"status": kind, "from": began.isoformat()}
        if ends is not None:
            fields["until"] = ends.isoformat()
            if ends < sender.received_on:
                fields["status"] = "ended"
        risk = cells.find_code(RISK.heading, RISKS)
        if risk is not None:
            fields["risk"] = risk
        conditions = cells.find_codes(CONDITIONS.heading, CONDITION_WORDS)
        if conditions:
            fields["licence_condition"] = "; ".join(conditions)
        if seen is not None:
            fields["next_seen_on"] = seen.isoformat()
        worker = cells.find_text(WORKER.heading)
        if worker is not None:
            fields["worker"] = worker
        key = key_of(self.code, sender.controller_code, claims.agency_id, number)
        return (
            IncomingRecord(
                source_key=key,
                group_key=key,
                controller_code=sender.controller_code,
                category_code="probation-supervision",
                occurred_on=began,
                persons=(PersonInvolved("person", Involvement.ABOUT, cells.row_number, claims),),
                mentions_stated=True,
                fields=fields,
            ),
        )
