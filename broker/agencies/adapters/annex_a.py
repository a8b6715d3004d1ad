"""Ofsted Annex A, List 1 (contacts) and List 2 (early help assessments), as councils export them.

Decides what their columns mean. The lists name nobody: a child is the council's own number, date of birth and
gender, and the child index (`child_index`) says who that is, so send it first. Source: Ofsted, Inspecting local
authority children's services, Annex A, child-level data, lists 1 and 2 (headings and code lists of 2022-2025).
"""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from broker.agencies.cells import LONGEST_WAIT, Cells
from broker.agencies.columns import Column
from broker.agencies.contract import Adapter, Extent, Sender
from broker.agencies.dates_as_sent import DateForm
from broker.agencies.findings import RejectionReason, RowRefused
from broker.agencies.incoming import IncomingRecord, Involvement, PersonInvolved, key_of
from broker.linkage.claims import IdentityClaims

LISTED_DATES = (DateForm.DAY_SLASHES, DateForm.DAY_SLASHES_CLOCK)
"""Annex A asks for DD/MM/YYYY; case systems that keep an hour append it."""

CHILD_ID = Column("Child Unique ID", also=("Child Unique Reference Number", "LA Child ID"))
GENDER = Column("Gender")
ETHNICITY = Column("Ethnicity", ignored_because="special-category data that no category of these records needs")
BORN = Column("Date of Birth")
AGE = Column("Age of Child (Years)", ignored_because="follows from the date of birth")

GENDERS = {
    "a) male": "male",
    "male": "male",
    "m": "male",
    "b) female": "female",
    "female": "female",
    "f": "female",
    "c) not stated/recorded": "not-stated",
    "c) not stated/recorded (or unborn)": "not-stated",
    "d) neither": "other",
}

CONTACT_SOURCES = {
    "1a": "Family member, relative or carer",
    "1b": "Acquaintance",
    "1c": "The person themselves",
    "1d": "Another individual",
    "2a": "School",
    "2b": "Education service",
    "3a": "GP",
    "3b": "Health visitor",
    "3c": "School nurse",
    "3d": "Other primary health service",
    "3e": "Accident and emergency",
    "3f": "Other health service",
    "4": "Housing",
    "5a": "Council social care",
    "5b": "Another council department",
    "5c": "Another council",
    "5d": "Early help",
    "6": "Police",
    "7": "Other legal agency",
    "8": "Other",
    "9": "Anonymous",
    "10": "Unknown",
}
"""By the code of the referral-source list that Annex A shares with the children in need census."""


def child_claims(cells: Cells, sender: Sender) -> IdentityClaims:
    """The council's number, the date of birth (expected, while unborn) and the gender."""
    return IdentityClaims(
        agency_id=cells.get_number(CHILD_ID.heading),
        born_on=cells.find_birth(BORN.heading, LISTED_DATES, sender.received_on, may_be_unborn=True),
        sex_code=cells.get_code(GENDER.heading, GENDERS),
    )


def require_after_conception(claims: IdentityClaims, day: date, column: Column) -> None:
    """Refuses the row when the event lies further before the birth than any pregnancy."""
    if claims.born_on is not None and claims.born_on - day > LONGEST_WAIT:
        raise RowRefused(RejectionReason.INCONSISTENT, column.heading, f"long before `{BORN.heading}`")


def contact_source(cells: Cells, column: Column) -> tuple[str, str]:
    """The code of a contact's or referral's source, and its words. Raises `RowRefused` when it is unknown."""
    # `q) 6: Police` in the published list, `6: Police` or `6` from some systems.
    text = cells.get_text(column.heading).casefold()
    code = text.partition(")")[2].strip() if ")" in text[:4] else text
    code = code.partition(":")[0].strip()
    if code not in CONTACT_SOURCES:
        raise RowRefused(RejectionReason.UNKNOWN_CODE, column.heading)
    return code, CONTACT_SOURCES[code]


class AnnexAContacts(Adapter):
    """List 1: every contact at the front door. One row is one child's contact."""

    code: ClassVar[str] = "annex-a-contacts"
    title: ClassVar[str] = "Contacts at the front door (Annex A, List 1)"
    source: ClassVar[str] = "Ofsted Annex A child-level data, List 1: contacts"
    controller_types: ClassVar[frozenset[str]] = frozenset({"LA-CSC", "LA-EH"})
    category_codes: ClassVar[frozenset[str]] = frozenset({"contact-referral"})
    encoding: ClassVar[str] = "utf-8"
    extent: ClassVar[Extent] = Extent.INCREMENTS
    contacted: ClassVar[Column] = Column("Date of Contact")
    origin: ClassVar[Column] = Column("Contact Source")
    columns: ClassVar[tuple[Column, ...]] = (CHILD_ID, GENDER, ETHNICITY, BORN, AGE, contacted, origin)

    def understand(self, cells: Cells, sender: Sender) -> tuple[IncomingRecord, ...]:
        """One contact. A second contact for one child on one day from one source cannot be told from a repeat."""
        claims = child_claims(cells, sender)
        day = cells.get_event_day(self.contacted.heading, LISTED_DATES, sender.received_on)
        require_after_conception(claims, day, self.contacted)
        source, words = contact_source(cells, self.origin)
        key = key_of(self.code, sender.controller_code, claims.agency_id or "", day.isoformat(), source)
        return (
            IncomingRecord(
                source_key=key,
                group_key=key,
                controller_code=sender.controller_code,
                category_code="contact-referral",
                occurred_on=day,
                persons=(PersonInvolved("child", Involvement.ABOUT, cells.row_number, claims),),
                mentions_stated=True,
                fields={"source": words},
            ),
        )


class AnnexAEarlyHelp(Adapter):
    """List 2: early help assessments. One row is one child's assessment."""

    code: ClassVar[str] = "annex-a-early-help"
    title: ClassVar[str] = "Early help assessments (Annex A, List 2)"
    source: ClassVar[str] = "Ofsted Annex A child-level data, List 2: early help assessments"
    controller_types: ClassVar[frozenset[str]] = frozenset({"LA-CSC", "LA-EH"})
    category_codes: ClassVar[frozenset[str]] = frozenset({"early-help"})
    encoding: ClassVar[str] = "utf-8"
    extent: ClassVar[Extent] = Extent.INCREMENTS
    started: ClassVar[Column] = Column("Assessment start date")
    completed: ClassVar[Column] = Column("Assessment completion date")
    organisation: ClassVar[Column] = Column("Organisation completing assessment")
    columns: ClassVar[tuple[Column, ...]] = (
        CHILD_ID,
        GENDER,
        ETHNICITY,
        BORN,
        AGE,
        started,
        completed,
        organisation,
    )

    def understand(self, cells: Cells, sender: Sender) -> tuple[IncomingRecord, ...]:
        """One assessment, known by the child and the day it started: its completion is news of the same one."""
        claims = child_claims(cells, sender)
        day = cells.get_event_day(self.started.heading, LISTED_DATES, sender.received_on)
        require_after_conception(claims, day, self.started)
        done = cells.find_day(self.completed.heading, LISTED_DATES)
        if done is not None and not day <= done <= sender.received_on:
            raise RowRefused(
                RejectionReason.INCONSISTENT, self.completed.heading, "before its start, or in the future"
            )
        organisation = cells.get_text(self.organisation.heading)
        status = "assessment-open" if done is None else "assessment-completed"
        until = "" if done is None else f", completed {done.day}/{done.month}/{done.year}"
        key = key_of(self.code, sender.controller_code, claims.agency_id or "", day.isoformat())
        return (
            IncomingRecord(
                source_key=key,
                group_key=key,
                controller_code=sender.controller_code,
                category_code="early-help",
                occurred_on=day,
                persons=(PersonInvolved("child", Involvement.ABOUT, cells.row_number, claims),),
                mentions_stated=True,
                fields={"status": status, "actions": f"Early help assessment by {organisation}{until}"},
            ),
        )
