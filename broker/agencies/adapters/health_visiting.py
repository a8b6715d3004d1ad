"""A health visiting service's reviews of children to five, one row a child and review.

Decides what their columns mean. The five reviews of the Healthy Child Programme; what a mother was asked about
herself is ignored, because the record is about the child and her mood is hers. Names follow the community services
data set (CSDS) where it has them. Source: DHSC, Healthy Child Programme 0 to 19; NHS England, CSDS, children and
young people health services.
"""

from __future__ import annotations

from typing import ClassVar

from broker.agencies.cells import Cells
from broker.agencies.columns import Column
from broker.agencies.contract import Adapter, Extent, Sender
from broker.agencies.dates_as_sent import DateForm
from broker.agencies.findings import RejectionReason, RowRefused
from broker.agencies.incoming import IncomingRecord, Involvement, PersonInvolved, key_of
from broker.agencies.person_columns import PersonColumns, person_key

FORMS = (DateForm.ISO, DateForm.ISO_CLOCK, DateForm.DAY_SLASHES)
SEXES = {
    "1": "male",
    "m": "male",
    "male": "male",
    "2": "female",
    "f": "female",
    "female": "female",
    "9": "other",
    "indeterminate": "other",
    "x": "not-stated",
    "not known": "not-stated",
}
"""Person stated gender code of the NHS data dictionary."""
CHILD = PersonColumns(
    Column("Forename", also=("PersonGivenName",)),
    Column("Surname", also=("PersonFamilyName",)),
    Column("Date of Birth", also=("PersonBirthDate",)),
    FORMS,
    Column("Gender", also=("PersonStatedGenderCode", "Sex")),
    SEXES,
    number=Column("Local Patient ID", also=("LocalPatientId",)),
    nhs_number=Column("NHS Number", also=("NHSNumber",)),
    postcode=Column("Postcode", also=("PostcodeUsualAddress",)),
    may_be_unborn=True,
)
REVIEW = Column("Review Type")
DUE = Column("Review Due Date")
DONE = Column("Review Date")
OUTCOME = Column("Review Outcome")
LEVEL = Column("Level of Service")
CONCERN = Column("Concern")
WORKER = Column("Health Visitor")
UPDATED = Column("Date Last Updated")

REVIEWS = {
    "antenatal": "antenatal-review",
    "antenatal health promoting visit": "antenatal-review",
    "new birth visit": "new-birth-visit",
    "new birth": "new-birth-visit",
    "6 to 8 week": "six-to-eight-week-review",
    "6-8 week": "six-to-eight-week-review",
    "6 to 8 week review": "six-to-eight-week-review",
    "12 month": "one-year-review",
    "12 month review": "one-year-review",
    "1 year review": "one-year-review",
    "2 to 2½ year": "two-year-review",
    "2-2.5 year": "two-year-review",
    "2 to 2.5 year review": "two-year-review",
}
COMPLETED, DUE_STILL = "completed", "due"
OUTCOMES = {
    "completed": COMPLETED,
    "seen": COMPLETED,
    "due": DUE_STILL,
    "booked": DUE_STILL,
    "was not brought": "not-brought",
    "did not attend": "not-brought",
    "no access": "no-access-at-home",
    "declined": "declined",
    "moved out": "moved-out-of-area",
}
LEVELS = {
    "universal": "universal",
    "targeted": "targeted",
    "universal plus": "targeted",
    "specialist": "specialist",
    "universal partnership plus": "specialist",
}
CONCERNS = {
    "development below expected": "development-below-expected",
    "growth": "growth",
    "feeding": "feeding",
    "immunisations overdue": "immunisations-overdue",
    "home safety": "home-safety",
    "safeguarding": "safeguarding",
}


class HealthVisiting(Adapter):
    """One row is one review of one child, done, due or missed."""

    code: ClassVar[str] = "health-visiting"
    title: ClassVar[str] = "Health visiting reviews to five"
    source: ClassVar[str] = "local list of a child health system, names of the community services data set"
    controller_types: ClassVar[frozenset[str]] = frozenset({"NHS-COM", "LA-PH"})
    category_codes: ClassVar[frozenset[str]] = frozenset({"maternity-early-years"})
    encoding: ClassVar[str] = "utf-8"
    extent: ClassVar[Extent] = Extent.INCREMENTS
    columns: ClassVar[tuple[Column, ...]] = (
        *CHILD.columns,
        REVIEW,
        DUE,
        DONE,
        OUTCOME,
        LEVEL,
        CONCERN,
        WORKER,
        UPDATED,
        *(
            Column(heading, optional=True, ignored_because=because)
            for heading, because in (
                ("Maternal Mood", "about the mother, whose health is hers"),
                ("Mother NHS Number", "about the mother; relationships come from the council's list of them"),
                ("Feeding Status", "no clause needs it"),
                ("ASQ-3 Score", "the concern says what follows from it"),
                ("Ethnic Category", "special-category data that no category of these records needs"),
                ("GP Practice Code", "no clause needs it"),
            )
        ),
    )

    def understand(self, cells: Cells, sender: Sender) -> tuple[IncomingRecord, ...]:
        """One review, known by child and kind: done is news of due. What keeps a child from a review is a
        concern."""
        claims = CHILD.read(cells, sender)
        review = cells.get_code(REVIEW.heading, REVIEWS)
        outcome = cells.get_code(OUTCOME.heading, OUTCOMES)
        done = cells.find_day(DONE.heading, FORMS)
        if (outcome == COMPLETED) != (done is not None):
            raise RowRefused(RejectionReason.INCONSISTENT, DONE.heading, f"`{OUTCOME.heading}` says otherwise")
        updated = cells.get_event_day(UPDATED.heading, FORMS, sender.received_on)
        day = updated if done is None else cells.get_event_day(DONE.heading, FORMS, sender.received_on)
        fields: dict[str, str | int | float] = {"kind": review}
        due = cells.find_day(DUE.heading, FORMS)
        if due is not None and outcome != COMPLETED:
            fields["due_on"] = due.isoformat()
        level = cells.find_code(LEVEL.heading, LEVELS)
        if level is not None:
            fields["level_of_service"] = level
        concern = cells.find_code(CONCERN.heading, CONCERNS)
        if concern is None and outcome not in (COMPLETED, DUE_STILL):
            concern = outcome
        if concern is not None:
            fields["concern"] = concern
        worker = cells.find_text(WORKER.heading)
        if worker is not None:
            fields["worker"] = worker
        key = key_of(self.code, sender.controller_code, review, *person_key(claims))
        return (
            IncomingRecord(
                source_key=key,
                group_key=key,
                controller_code=sender.controller_code,
                category_code="maternity-early-years",
                occurred_on=day,
                persons=(PersonInvolved("child", Involvement.ABOUT, cells.row_number, claims),),
                mentions_stated=True,
                fields=fields,
                dated_by_update=done is None,
            ),
        )
