"""Ofsted Annex A, Lists 6 and 7: children in need and child protection plans.

Decides what their columns mean. They name nobody: send the child index first. List 6 also tells who is involved,
and never in which team. Source: Ofsted, Inspecting local authority children's services, Annex A, lists 6 and 7
(headings of 2022-2025); codes of the children in need census.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
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
    require_after_conception,
)
from broker.agencies.adapters.annex_a_referrals import COUNTED, DISABILITY
from broker.agencies.cells import Cells
from broker.agencies.columns import Column
from broker.agencies.contract import Adapter, Extent, Sender
from broker.agencies.findings import RejectionReason, RowRefused
from broker.agencies.incoming import IncomingRecord, Involvement, PersonInvolved, key_of

CHILD = (CHILD_ID, GENDER, ETHNICITY, BORN, AGE, DISABILITY)
CONDUCT = "tells of the council's work, not of the child"
IN_LIST_6 = "stands in list 6"

NEEDS = {
    "n1": "abuse-or-neglect",
    "n2": "childs-disability-or-illness",
    "n3": "parents-disability-or-illness",
    "n4": "family-in-acute-stress",
    "n5": "family-dysfunction",
    "n6": "socially-unacceptable-behaviour",
    "n7": "low-income",
    "n8": "absent-parenting",
    "n9": "other-than-in-need",
    "n0": "not-stated",
}
"""The primary need codes of the children in need census."""
HARMS = {
    "neg": "neglect",
    "neglect": "neglect",
    "phy": "physical-abuse",
    "physical abuse": "physical-abuse",
    "sab": "sexual-abuse",
    "sexual abuse": "sexual-abuse",
    "emo": "emotional-abuse",
    "emotional abuse": "emotional-abuse",
    "mul": "multiple",
    "multiple": "multiple",
}
"""The categories of abuse of the children in need census."""
_NUMBERED = re.compile(r"[a-z][0-9]?\) ?")


def coded(cells: Cells, column: Column, codes: Mapping[str, str]) -> str | None:
    """What a cell such as `a) N1 - Abuse or neglect`, `N1: …` or `N1` stands for; None when it is empty. Raises
    `RowRefused` when unknown."""
    code = code_in(cells, column)
    if code is None:
        return None
    found = codes.get(code) or codes.get(code[:1])
    if found is None:
        raise RowRefused(RejectionReason.UNKNOWN_CODE, column.heading)
    return found


def code_in(cells: Cells, column: Column) -> str | None:
    """The code that a cell such as `a) N1 - Abuse or neglect` begins with, in lower case; None when it is
    empty."""
    text = cells.find_text(column.heading)
    if text is None:
        return None
    text = _NUMBERED.sub("", text.casefold(), count=1)
    return re.split(r" ?[:–-] ?", text, maxsplit=1)[0].strip()


class AnnexAChildrenInNeed(Adapter):
    """List 6: children in need. One row is one child's period of need."""

    code: ClassVar[str] = "annex-a-children-in-need"
    title: ClassVar[str] = "Children in need (Annex A, List 6)"
    source: ClassVar[str] = "Ofsted Annex A child-level data, List 6: children in need"
    controller_types: ClassVar[frozenset[str]] = frozenset({"LA-CSC"})
    category_codes: ClassVar[frozenset[str]] = frozenset({"child-in-need", "involvement"})
    encoding: ClassVar[str] = "utf-8"
    extent: ClassVar[Extent] = Extent.INCREMENTS
    started: ClassVar[Column] = Column("CIN Start Date")
    need: ClassVar[Column] = Column("Primary Need Code")
    closed: ClassVar[Column] = Column("CIN Closure Date", also=("Date of Closure",))
    team: ClassVar[Column] = Column("Allocated Team", ignored_because="a team's name may tell what it is for")
    worker: ClassVar[Column] = Column("Allocated Worker")
    columns: ClassVar[tuple[Column, ...]] = (
        *CHILD,
        started,
        need,
        Column("Date Child Was Last Seen", ignored_because=CONDUCT),
        Column("Reason for Closure", ignored_because="no clause needs it"),
        closed,
        Column("Case Status", ignored_because="follows from the closure date and lists 7 and 8"),
        team,
        worker,
    )

    def understand(self, cells: Cells, sender: Sender) -> tuple[IncomingRecord, ...]:
        """One period, known by the child and the day it started, and who is involved."""
        day, until = read_span(cells, sender, self.started, self.closed)
        fields: dict[str, str | int | float] = {"status": "open" if until is None else "closed"}
        need = coded(cells, self.need, NEEDS)
        if need is not None:
            fields["need"] = need
        records = [plan_record(self.code, cells, sender, "child-in-need", day, until, fields)]
        involved: dict[str, str | int | float] = {"service": "Children's social care"}
        worker = cells.find_text(self.worker.heading)
        if worker:
            involved["worker"] = worker
        records.append(plan_record(self.code, cells, sender, "involvement", day, until, involved, since="since"))
        return tuple(records)


class AnnexAChildProtection(Adapter):
    """List 7: child protection plans. One row is one child's plan."""

    code: ClassVar[str] = "annex-a-child-protection"
    title: ClassVar[str] = "Child protection plans (Annex A, List 7)"
    source: ClassVar[str] = "Ofsted Annex A child-level data, List 7: child protection plans"
    controller_types: ClassVar[frozenset[str]] = frozenset({"LA-CSC"})
    category_codes: ClassVar[frozenset[str]] = frozenset({"child-protection-plan"})
    encoding: ClassVar[str] = "utf-8"
    extent: ClassVar[Extent] = Extent.INCREMENTS
    started: ClassVar[Column] = Column("Child Protection Plan Start Date")
    harm: ClassVar[Column] = Column("Latest Category of Abuse")
    ended: ClassVar[Column] = Column("Child Protection Plan End Date")
    columns: ClassVar[tuple[Column, ...]] = (
        *CHILD,
        started,
        Column("Initial Category of Abuse", ignored_because="the latest is what is known now"),
        harm,
        Column("Date of the Last Statutory Visit", ignored_because=CONDUCT),
        Column("Was the Child Seen Alone?", ignored_because=CONDUCT),
        Column(
            "Date of latest review conference", ignored_because="the next one matters, and the list has not got it"
        ),
        ended,
        Column(
            "Subject to Emergency Protection Order or Protected Under Police Powers in Last Six Months (Y/N)",
            optional=True,
            ignored_because="names no order and no day; orders come as orders in force",
        ),
        Column(
            "Number of Previous Child Protection Plans",
            also=("Sum of Number of Previous Child Protection Plans",),
            optional=True,
            ignored_because=COUNTED,
        ),
        Column("Allocated Team", ignored_because=IN_LIST_6),
        Column("Allocated Worker", ignored_because=IN_LIST_6),
    )

    def understand(self, cells: Cells, sender: Sender) -> tuple[IncomingRecord, ...]:
        """One plan, known by the child and the day it started."""
        day, until = read_span(cells, sender, self.started, self.ended)
        harm = coded(cells, self.harm, HARMS)
        if harm is None:
            raise RowRefused(RejectionReason.MISSING, self.harm.heading)
        fields: dict[str, str | int | float] = {
            "status": "plan" if until is None else "plan-ended",
            "kind_of_harm": harm,
        }
        return (plan_record(self.code, cells, sender, "child-protection-plan", day, until, fields),)


def read_span(cells: Cells, sender: Sender, started: Column, ended: Column) -> tuple[date, date | None]:
    day = cells.get_event_day(started.heading, LISTED_DATES, sender.received_on)
    require_after_conception(child_claims(cells, sender), day, started)
    return day, cells.find_end_day(ended.heading, LISTED_DATES, day, started.heading)


def plan_record(
    code: str,
    cells: Cells,
    sender: Sender,
    category: str,
    day: date,
    until: date | None,
    fields: dict[str, str | int | float],
    since: str = "from",
) -> IncomingRecord:
    """A child's record of a plan, known by the child and the day it began; `since` is the field of that day."""
    claims = child_claims(cells, sender)
    group = key_of(code, sender.controller_code, claims.agency_id or "", day.isoformat())
    told = {**fields, since: day.isoformat()}
    if until is not None:
        told["until"] = until.isoformat()
    return IncomingRecord(
        source_key=key_of(group, category),
        group_key=group,
        controller_code=sender.controller_code,
        category_code=category,
        occurred_on=day,
        persons=(PersonInvolved("child", Involvement.ABOUT, cells.row_number, claims),),
        mentions_stated=True,
        fields=told,
    )
