"""A school's suspensions and permanent exclusions, with the names and codes of the school census.

Decides what their columns mean. One row is one suspension or exclusion of one pupil, known by the day it began. A
reason that tells of sexual life, of drugs or of whom the pupil abused for what they are becomes `other`: it would
be special-category or offence data, and this kind of record is neither. Source: DfE school census, suspensions and
permanent exclusions module, and common basic data set (reason codes since 2020).
"""

from __future__ import annotations

from typing import ClassVar

from broker.agencies.adapters.school_attendance import (
    BORN,
    FORENAME,
    FORMS,
    MEALS,
    MIDDLE_NAMES,
    PUPIL,
    SCHOOL,
    SEX,
    SEXES,
    SURNAME,
    YEAR_GROUP,
)
from broker.agencies.cells import Cells
from broker.agencies.columns import Column
from broker.agencies.contract import Adapter, Extent, Sender
from broker.agencies.findings import RejectionReason, RowRefused
from broker.agencies.incoming import IncomingRecord, Involvement, PersonInvolved, key_of
from broker.agencies.person_columns import PersonColumns, person_key

POSTCODE = Column("PostCode", optional=True)
CATEGORY = Column("ExclusionCategory", also=("SuspensionCategory", "Category"))
BEGAN = Column("ExclusionStartDate", also=("SuspensionStartDate", "StartDate"))
SESSIONS = Column("SessionsExcluded", also=("SessionsSuspended", "ActualNumberOfSessions", "Sessions"))
REASON = Column("ExclusionReason", also=("SuspensionReason", "ExclusionReason1", "Reason1", "Reason"))
FURTHER = "the main reason stands first"
MOST_SESSIONS = 90
"""45 school days in a year: Education Act 2002 s.51A and its regulations."""

CATEGORIES = {
    "susp": "suspension",
    "fixd": "suspension",
    "perm": "permanent-exclusion",
    "lnch": "lunchtime-suspension",
}
"""`FIXD` was the code of a suspension until 2021."""
PERMANENT = "permanent-exclusion"
REASONS = {
    "pp": "physical-assault-on-pupil",
    "pa": "physical-assault-on-adult",
    "vp": "verbal-abuse-of-pupil",
    "va": "verbal-abuse-of-adult",
    "ow": "weapon-or-prohibited-item",
    "bu": "bullying",
    "ra": "other",
    "lg": "other",
    "ds": "other",
    "sm": "other",
    "da": "other",
    "dm": "damage",
    "th": "theft",
    "mt": "misuse-of-technology",
    "ph": "public-health-measures",
    "db": "persistent-disruption",
    "ot": "other",
}


class SchoolExclusions(Adapter):
    """One row is one suspension or permanent exclusion."""

    code: ClassVar[str] = "school-exclusions"
    title: ClassVar[str] = "Suspensions and permanent exclusions"
    source: ClassVar[str] = "DfE school census, suspensions and permanent exclusions module"
    controller_types: ClassVar[frozenset[str]] = frozenset({"SCH", "LA-EDU"})
    category_codes: ClassVar[frozenset[str]] = frozenset({"exclusions"})
    encoding: ClassVar[str] = "utf-8"
    extent: ClassVar[Extent] = Extent.INCREMENTS
    pupil: ClassVar[PersonColumns] = PersonColumns(
        FORENAME, SURNAME, BORN, FORMS, SEX, SEXES, upn=PUPIL, postcode=POSTCODE
    )
    columns: ClassVar[tuple[Column, ...]] = (
        SCHOOL,
        *pupil.columns,
        MIDDLE_NAMES,
        Column(YEAR_GROUP.heading, optional=True, ignored_because=YEAR_GROUP.ignored_because),
        MEALS,
        CATEGORY,
        BEGAN,
        SESSIONS,
        REASON,
        Column("ExclusionReason2", also=("SuspensionReason2", "Reason2"), optional=True, ignored_because=FURTHER),
        Column("ExclusionReason3", also=("SuspensionReason3", "Reason3"), optional=True, ignored_because=FURTHER),
        Column("SENProvision", optional=True, ignored_because="belongs in special educational needs"),
        Column(
            "InCareAtExclusion", also=("InCare",), optional=True, ignored_because="belongs in children in care"
        ),
    )

    def understand(self, cells: Cells, sender: Sender) -> tuple[IncomingRecord, ...]:
        """One suspension or exclusion: a permanent one has no length."""
        claims = self.pupil.read(cells, sender)
        day = cells.get_event_day(BEGAN.heading, FORMS, sender.received_on)
        if claims.born_on is not None and claims.born_on >= day:
            raise RowRefused(RejectionReason.IMPOSSIBLE_DATE, BORN.heading, f"after `{BEGAN.heading}`")
        kind = cells.get_code(CATEGORY.heading, CATEGORIES)
        sessions = cells.find_whole(SESSIONS.heading, 0, MOST_SESSIONS)
        if (kind == PERMANENT) == bool(sessions):
            note = "a permanent exclusion has none" if sessions else "a suspension has at least one"
            raise RowRefused(RejectionReason.INCONSISTENT, SESSIONS.heading, note)
        fields: dict[str, str | int | float] = {"kind": kind, "reason": cells.get_code(REASON.heading, REASONS)}
        if sessions:
            fields["days"] = sessions / 2
        key = key_of(self.code, sender.controller_code, day.isoformat(), *person_key(claims))
        return (
            IncomingRecord(
                source_key=key,
                group_key=key,
                controller_code=sender.controller_code,
                category_code="exclusions",
                occurred_on=day,
                persons=(PersonInvolved("pupil", Involvement.ABOUT, cells.row_number, claims),),
                mentions_stated=True,
                fields=fields,
            ),
        )
