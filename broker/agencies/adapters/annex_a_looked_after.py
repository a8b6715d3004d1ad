"""Ofsted Annex A, List 8: children in care.

Decides what its columns mean. It names nobody: send the child index first. Where a child is placed for adoption
nothing of the placement is taken, and of no child its provider: it could show the way to the adopters. Source:
Ofsted, Inspecting local authority children's services, Annex A, list 8 (headings of 2022-2025); codes of the
children looked after return (SSDA903).
"""

from __future__ import annotations

import re
from typing import ClassVar

from broker.agencies.adapters.annex_a_plans import (
    CHILD,
    CONDUCT,
    IN_LIST_6,
    code_in,
    coded,
    plan_record,
    read_span,
)
from broker.agencies.adapters.annex_a_referrals import COUNTED
from broker.agencies.cells import Cells
from broker.agencies.columns import Column
from broker.agencies.contract import Adapter, Extent, Sender
from broker.agencies.findings import RejectionReason, RowRefused
from broker.agencies.incoming import IncomingRecord
from broker.identifiers.identifier import IdentifierRefused
from broker.identifiers.postcode import Postcode

LEGAL_STATUSES = {
    "c1": "interim-care-order",
    "c2": "full-care-order",
    "d1": "freeing-order",
    "e1": "placement-order",
    "v2": "accommodated-section-20",
    "v3": "accommodated-short-breaks",
    "v4": "accommodated-short-breaks",
    "j1": "remanded",
    "j2": "remanded",
    "j3": "sentenced-supervision",
    "l1": "police-protection",
    "l2": "emergency-protection-order",
    "l3": "child-assessment-order",
}
PLACEMENTS = {
    "u": "foster-care",
    "p1": "with-parents",
    "p2": "independent-living",
    "p3": "residential-employment",
    "h5": "supported-accommodation",
    "k1": "secure-childrens-home",
    "k2": "childrens-home",
    "r1": "residential-care-home",
    "r2": "nhs",
    "r3": "family-centre",
    "r5": "young-offender-institution",
    "s1": "residential-school",
    "t": "temporary",
    "z1": "other",
}
"""Placement codes of SSDA903; `u` and `t` stand for their whole groups."""
_ADOPTION = re.compile(r"a[3-6]")


class AnnexALookedAfter(Adapter):
    """List 8: children in care. One row is one child's period of care, as it stands now."""

    code: ClassVar[str] = "annex-a-looked-after"
    title: ClassVar[str] = "Children in care (Annex A, List 8)"
    source: ClassVar[str] = "Ofsted Annex A child-level data, List 8: children in care"
    controller_types: ClassVar[frozenset[str]] = frozenset({"LA-CSC"})
    category_codes: ClassVar[frozenset[str]] = frozenset({"looked-after"})
    encoding: ClassVar[str] = "utf-8"
    extent: ClassVar[Extent] = Extent.INCREMENTS
    started: ClassVar[Column] = Column("Date Started to be Looked After")
    status: ClassVar[Column] = Column("Child's Legal Status")
    ceased: ClassVar[Column] = Column("Date Ceased to be Looked After")
    placement: ClassVar[Column] = Column("Placement Type")
    postcode: ClassVar[Column] = Column("Placement Postcode", optional=True)
    worker: ClassVar[Column] = Column("Allocated Worker")
    columns: ClassVar[tuple[Column, ...]] = (
        *CHILD,
        started,
        status,
        ceased,
        placement,
        postcode,
        worker,
        *(
            Column(heading, optional=True, ignored_because=because)
            for heading, because in (
                (
                    "Unaccompanied Asylum Seeking Child (UASC) within the Last 12 Months (Y/N)",
                    "belongs in immigration",
                ),
                ("Child's Category of Need", IN_LIST_6),
                (
                    "Is this a second or subsequent period of being a Looked After Child"
                    " within the last 12 months",
                    COUNTED,
                ),
                ("Start date of current legal status", "no clause needs it"),
                ("Date of Latest Statutory Review", CONDUCT),
                ("Date of Last Social Work Visit", CONDUCT),
                ("What is the permanence plan for this child?", "may tell of a plan for adoption"),
                ("Date of Last IRO Visit / Contact to the Child", CONDUCT),
                ("Date of Last Health Assessment", "belongs in physical health"),
                ("Date of Last Dental Check", "belongs in physical health"),
                ("Number of Placements in the Last 12 months", COUNTED),
                ("Reason Ceased to be Looked After", "may tell of an adoption"),
                ("Start Date of Most Recent Placement", "no clause needs it"),
                ("Placement Provider", "may show the way to adopters"),
                ("URN of Placement", "may show the way to adopters"),
                ("Placement Location", "may show the way to adopters"),
                ("LA of Placement", "may show the way to adopters"),
                (
                    "Number of Episodes the Child has been 'Missing' from their Placement in the last 12 months",
                    "belongs in missing episodes",
                ),
                (
                    "Number of Episodes the Child has been 'Absent' from their Placement in the last 12 months",
                    "belongs in missing episodes",
                ),
                (
                    "Was the child offered a Return Interview after their last missing episode (Y/N)?",
                    "belongs in missing episodes",
                ),
                (
                    "Did the child accept a Return Interview after their last missing episode (Y/N)?",
                    "belongs in missing episodes",
                ),
                ("Allocated Team", IN_LIST_6),
            )
        ),
    )

    def understand(self, cells: Cells, sender: Sender) -> tuple[IncomingRecord, ...]:
        """One period, known by the child and the day it started."""
        day, until = read_span(cells, sender, self.started, self.ceased)
        status = coded(cells, self.status, LEGAL_STATUSES)
        if status is None:
            raise RowRefused(RejectionReason.MISSING, self.status.heading)
        fields: dict[str, str | int | float] = {"legal_status": status}
        worker = cells.find_text(self.worker.heading)
        if worker:
            fields["worker"] = worker
        fields |= self._placement(cells)
        return (plan_record(self.code, cells, sender, "looked-after", day, until, fields),)

    def _placement(self, cells: Cells) -> dict[str, str | int | float]:
        code = code_in(cells, self.placement)
        if code is None or _ADOPTION.fullmatch(code):
            return {}
        fields: dict[str, str | int | float] = {}
        found = coded(cells, self.placement, PLACEMENTS)
        if found is not None:
            fields["placement"] = found
        postcode = cells.find_text(self.postcode.heading)
        if postcode is not None:
            try:
                fields["placed_at"] = Postcode.parse(postcode).canonical
            except IdentifierRefused:
                cells.flag(self.postcode.heading, "no postcode: left out")
        return fields
