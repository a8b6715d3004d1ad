"""A school's attendance summary for a period, with the names of the DfE common basic data set.

Decides what its columns mean. One row is one pupil's sessions (half days) in one period; the four counts must
add up. Source: DfE common basic data set and common transfer file: UPN, Surname, Forename, DOB,
SessionsPossible, SessionsAttended, SessionsAuthorised, SessionsUnauthorised.
"""

from __future__ import annotations

from typing import ClassVar

from broker.agencies.cells import Cells
from broker.agencies.columns import Column
from broker.agencies.contract import Adapter, Extent, Sender
from broker.agencies.dates_as_sent import DateForm
from broker.agencies.findings import RejectionReason, RowRefused
from broker.agencies.incoming import IncomingRecord, Involvement, PersonInvolved, key_of
from broker.identifiers.postcode import Postcode
from broker.identifiers.upn import Upn
from broker.linkage.claims import IdentityClaims

FORMS = (DateForm.ISO, DateForm.ISO_CLOCK)
"""The common transfer file is XML Schema: ISO dates, with a clock from systems that export date-times."""

SEXES = {"m": "male", "male": "male", "f": "female", "female": "female"}

SCHOOL = Column("LAESTAB", ignored_because="the sender is known from who signed the batch, not from a cell")
PUPIL = Column("UPN")
SURNAME = Column("Surname")
FORENAME = Column("Forename")
MIDDLE_NAMES = Column("MiddleNames", ignored_because="too often missing to be compared, and no record needs it")
BORN = Column("DOB")
SEX = Column("Sex", also=("Gender",))
POSTCODE = Column("PostCode")
YEAR_GROUP = Column("NCyearActual", ignored_because="follows from the date of birth")
MEALS = Column("FSMeligible", optional=True, ignored_because="tells of the family's means; no clause needs it")
FROM = Column("AttendanceStartDate")
TO = Column("AttendanceEndDate")
POSSIBLE = Column("SessionsPossible")
ATTENDED = Column("SessionsAttended")
AUTHORISED = Column("SessionsAuthorised")
UNAUTHORISED = Column("SessionsUnauthorised")
MOST_SESSIONS = 420
"""A school year is 190 days, 380 sessions; some academies open longer."""


class SchoolAttendance(Adapter):
    """One row is one pupil and period, known by school, pupil and the day the period began."""

    code: ClassVar[str] = "school-attendance"
    title: ClassVar[str] = "School attendance summary"
    source: ClassVar[str] = "DfE common basic data set and common transfer file, attendance summary"
    controller_types: ClassVar[frozenset[str]] = frozenset({"SCH"})
    category_codes: ClassVar[frozenset[str]] = frozenset({"attendance"})
    encoding: ClassVar[str] = "utf-8"
    extent: ClassVar[Extent] = Extent.INCREMENTS
    columns: ClassVar[tuple[Column, ...]] = (
        SCHOOL,
        PUPIL,
        SURNAME,
        FORENAME,
        MIDDLE_NAMES,
        BORN,
        SEX,
        POSTCODE,
        YEAR_GROUP,
        MEALS,
        FROM,
        TO,
        POSSIBLE,
        ATTENDED,
        AUTHORISED,
        UNAUTHORISED,
    )

    def understand(self, cells: Cells, sender: Sender) -> tuple[IncomingRecord, ...]:
        """One period. Without a UPN the pupil is known by name and date of birth."""
        upn = cells.find_identifier(PUPIL.heading, Upn)
        claims = IdentityClaims(
            given_name=cells.get_name(FORENAME.heading),
            family_name=cells.get_name(SURNAME.heading),
            born_on=cells.get_birth(BORN.heading, FORMS, sender.received_on),
            sex_code=cells.get_code(SEX.heading, SEXES),
            upn=upn,
            postcode=cells.find_identifier(POSTCODE.heading, Postcode),
        )
        begun_on = cells.get_event_day(FROM.heading, FORMS, sender.received_on)
        ended_on = cells.get_event_day(TO.heading, FORMS, sender.received_on)
        if ended_on < begun_on:
            raise RowRefused(RejectionReason.INCONSISTENT, TO.heading, f"before `{FROM.heading}`")
        if claims.born_on is not None and claims.born_on >= begun_on:
            raise RowRefused(RejectionReason.IMPOSSIBLE_DATE, BORN.heading, f"after `{FROM.heading}`")
        percentage, unauthorised = _sessions(cells)
        if upn is not None and upn.canonical is not None:
            pupil: tuple[str, ...] = (upn.canonical,)
        else:
            born = claims.born_on.isoformat() if claims.born_on else ""
            pupil = (claims.family_name or "", claims.given_name or "", born)
        key = key_of(self.code, sender.controller_code, begun_on.isoformat(), *pupil)
        return (
            IncomingRecord(
                source_key=key,
                group_key=key,
                controller_code=sender.controller_code,
                category_code="attendance",
                occurred_on=ended_on,
                persons=(PersonInvolved("pupil", Involvement.ABOUT, cells.row_number, claims),),
                mentions_stated=True,
                fields={"percentage": percentage, "unauthorised_sessions": unauthorised},
            ),
        )


def _sessions(cells: Cells) -> tuple[float, int]:
    """The attendance in per cent, one decimal, and the unauthorised sessions."""
    possible = cells.get_whole(POSSIBLE.heading, 1, MOST_SESSIONS)
    attended = cells.get_whole(ATTENDED.heading, 0, MOST_SESSIONS)
    authorised = cells.get_whole(AUTHORISED.heading, 0, MOST_SESSIONS)
    unauthorised = cells.get_whole(UNAUTHORISED.heading, 0, MOST_SESSIONS)
    if attended + authorised + unauthorised != possible:
        raise RowRefused(RejectionReason.INCONSISTENT, POSSIBLE.heading, "the other three do not add up to it")
    # Tenths by whole numbers, so that every platform prints the same figure.
    return (attended * 1000 + possible // 2) // possible / 10, unauthorised
