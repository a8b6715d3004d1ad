"""Incidents exported by a police records system, one row a person and incident, an incident's rows together.

Decides what the columns mean, and that an incident is taken whole or not at all: if one person's row is missing
or bad, the others' records would no longer say whom the summary names. Each person the incident is about gets a
record that mentions all the others; witnesses and informants are only mentioned. An incident marked domestic,
or graded by DASH, becomes a `domestic-abuse` record (T4, silent) and none in `police-incidents`: putting it in
both would tell by the one what the other keeps silent. Source: a local format (forces' systems differ); DASH
2009 risk grades; roles and grades as used for police notifications to a front door.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from broker.agencies.cells import Cells
from broker.agencies.columns import Column
from broker.agencies.contract import WITHDRAWN, Adapter, BlankRow, Extent, Item, Row, Sender, rejected
from broker.agencies.dates_as_sent import DateForm
from broker.agencies.findings import Rejection, RejectionReason, RowRefused
from broker.agencies.incoming import IncomingRecord, Involvement, PersonInvolved, key_of
from broker.identifiers.postcode import Postcode
from broker.linkage.claims import IdentityClaims

INCIDENT_FORMS = (DateForm.DAY_SLASHES_CLOCK, DateForm.DAY_SLASHES)
BIRTH_FORMS = (DateForm.DAY_MONTH_NAME, DateForm.DAY_SLASHES)

NUMBER = Column("Incident Number")
HAPPENED = Column("Incident Date/Time")
TYPE = Column("Incident Type")
LOCATION = Column("Location")
OUTCOME = Column("Outcome")
LINKED = Column("Linked Persons")
NOMINAL = Column("Nominal Ref")
ROLE = Column("Role")
SURNAME = Column("Surname")
FORENAME = Column("Forename 1")
SECOND_FORENAME = Column(
    "Forename 2", optional=True, ignored_because="too often missing to be compared, and no record needs it"
)
BORN = Column("DOB")
SEX = Column("Sex")
ADDRESS = Column("Address")
POSTCODE = Column("Postcode")
OFFICER_DEFINED = Column(
    "Officer Defined Ethnicity", optional=True, ignored_because="special-category data no record needs"
)
DASH_RISK = Column("DASH Risk")
DASH_SCORE = Column("DASH Score")
SUMMARY = Column("Summary", lines=True)
ALL_LISTED = Column("Summary Names Only Linked Persons")
OFFICER = Column("OIC Collar No", ignored_because="a member of staff; asked for at the controller, not released")

SHARED = (NUMBER, HAPPENED, TYPE, LOCATION, OUTCOME, LINKED, DASH_RISK, DASH_SCORE, SUMMARY, ALL_LISTED)
"""What an incident's rows repeat and must agree on."""
MOST_PERSONS = 40

TYPES = {
    "domestic incident": "domestic",
    "domestic": "domestic",
    "assault": "assault",
    "missing child": "missing-child",
    "missing person": "missing-person",
    "concern for welfare": "concern-for-welfare",
    "anti-social behaviour": "anti-social-behaviour",
    "asb": "anti-social-behaviour",
    "criminal damage": "criminal-damage",
    "theft": "theft",
    "public order": "public-order",
    "drugs": "drugs",
}
DOMESTIC = "domestic"
OUTCOMES = {
    "no further action": "no-further-action",
    "nfa": "no-further-action",
    "under investigation": "under-investigation",
    "charged": "charged",
    "caution": "caution",
    "community resolution": "community-resolution",
    "words of advice": "words-of-advice",
    "returned safe": "returned-safe",
}
ROLES = {
    "victim": "victim",
    "aggrieved": "victim",
    "suspect": "suspect",
    "witness": "witness",
    "informant": "informant",
    "child present": "child-present",
    "missing person": "missing-person",
}
ONLY_MENTIONED = frozenset({"witness", "informant"})
SEXES = {
    "m": "male",
    "male": "male",
    "f": "female",
    "female": "female",
    "u": "not-stated",
    "unknown": "not-stated",
    "indeterminate": "other",
}
DASH_GRADES = {"standard": "dash-standard", "medium": "dash-medium", "high": "dash-high"}
DASH_QUESTIONS = 27


@dataclass(frozen=True, slots=True)
class _Linked:
    """One row understood: a person and the part they played."""

    nominal_ref: str
    part_code: str
    person: PersonInvolved


@dataclass(frozen=True, slots=True)
class _Incident:
    """What the rows of one incident agree on."""

    number: str
    happened_on: date
    type_code: str
    outcome_code: str | None
    place: str | None
    grade_code: str | None
    score: int | None
    summary: str | None
    all_listed: bool

    @property
    def domestic(self) -> bool:
        return self.type_code == DOMESTIC or self.grade_code is not None or self.score is not None


class PoliceIncidents(Adapter):
    """One row is one person's part in one incident."""

    code: ClassVar[str] = "police-incidents"
    title: ClassVar[str] = "Police incidents and the people in them"
    source: ClassVar[str] = "local export of a police records system"
    controller_types: ClassVar[frozenset[str]] = frozenset({"POL"})
    category_codes: ClassVar[frozenset[str]] = frozenset({"police-incidents", "domestic-abuse"})
    encoding: ClassVar[str] = "cp1252"
    extent: ClassVar[Extent] = Extent.INCREMENTS
    columns: ClassVar[tuple[Column, ...]] = (
        NUMBER,
        HAPPENED,
        TYPE,
        LOCATION,
        OUTCOME,
        LINKED,
        NOMINAL,
        ROLE,
        SURNAME,
        FORENAME,
        SECOND_FORENAME,
        BORN,
        SEX,
        ADDRESS,
        POSTCODE,
        OFFICER_DEFINED,
        DASH_RISK,
        DASH_SCORE,
        SUMMARY,
        ALL_LISTED,
        OFFICER,
    )

    def assemble(self, rows: Iterator[Cells | Rejection | BlankRow], sender: Sender) -> Iterator[Item]:
        """Rows with one incident number in a run are one incident; a number that comes back later is refused."""
        seen: dict[str, int] = {}
        group: list[Cells] = []
        for row in rows:
            if not isinstance(row, Cells):
                yield row
                continue
            number = row.find_text(NUMBER.heading)
            if number is None:
                yield rejected(row, RowRefused(RejectionReason.MISSING, NUMBER.heading))
                continue
            if group and number != group[0].find_text(NUMBER.heading):
                yield from self._whole_or_nothing(group, sender)
                group = []
            key = key_of(number)
            if not group and key in seen:
                note = f"row {seen[key]}; an incident's rows must stand together"
                yield rejected(row, RowRefused(RejectionReason.DUPLICATE, NUMBER.heading, note))
            elif len(group) == MOST_PERSONS:
                note = f"more than {MOST_PERSONS} persons"
                yield rejected(row, RowRefused(RejectionReason.BAD_VALUE, LINKED.heading, note))
            elif twin := next((earlier for earlier in group if earlier.raw == row.raw), None):
                yield rejected(row, RowRefused(RejectionReason.DUPLICATE, None, f"row {twin.row_number}"))
            else:
                seen.setdefault(key, row.row_number)
                group.append(row)
        if group:
            yield from self._whole_or_nothing(group, sender)

    def understand(self, cells: Cells, sender: Sender) -> tuple[IncomingRecord, ...]:
        """An incident of one person."""
        return self._understand_incident([cells], sender)

    def _whole_or_nothing(self, group: Sequence[Cells], sender: Sender) -> Iterator[Item]:
        """The incident's rows as one `Row`, or each of them rejected: the bad ones for what is wrong with them."""
        refused = {}
        for cells in group:
            try:
                _incident(cells, sender)
                _linked(cells, sender)
            except RowRefused as problem:
                refused[cells.row_number] = problem
            cells.flags.clear()
        if not refused:
            try:
                records = self._understand_incident(group, sender)
            except RowRefused as problem:
                refused = {cells.row_number: problem for cells in group}
            else:
                flags = tuple(flag for cells in group for flag in cells.flags)
                yield Row(tuple(cells.row_number for cells in group), records, flags)
                return
        for cells in group:
            for_want_of_others = RowRefused(RejectionReason.INCOMPLETE_GROUP, NUMBER.heading)
            yield rejected(cells, refused.get(cells.row_number, for_want_of_others))

    def _understand_incident(self, group: Sequence[Cells], sender: Sender) -> tuple[IncomingRecord, ...]:
        first = group[0]
        for heading in (column.heading for column in SHARED):
            if any(cells.find_text(heading) != first.find_text(heading) for cells in group):
                raise RowRefused(RejectionReason.INCONSISTENT, heading, "differs between the rows of one incident")
        incident = _incident(first, sender)
        linked = [_linked(cells, sender) for cells in group]
        if len({one.nominal_ref for one in linked}) != len(linked):
            raise RowRefused(RejectionReason.INCONSISTENT, NOMINAL.heading, "one person twice in one incident")
        if first.get_whole(LINKED.heading, 1, MOST_PERSONS) != len(linked):
            raise RowRefused(RejectionReason.INCOMPLETE_GROUP, LINKED.heading, f"{len(linked)} rows together")
        about = [one for one in linked if one.part_code not in ONLY_MENTIONED]
        if not about:
            raise RowRefused(RejectionReason.INCONSISTENT, ROLE.heading, "nobody whom the incident is about")
        group_key = key_of(self.code, sender.controller_code, incident.number)
        taken_back = {self.takes_back(cells) for cells in group}
        if len(taken_back) > 1:
            raise RowRefused(RejectionReason.INCONSISTENT, WITHDRAWN.heading, "an incident is taken back whole")
        return tuple(
            IncomingRecord(
                source_key=key_of(group_key, one.nominal_ref),
                group_key=group_key,
                controller_code=sender.controller_code,
                category_code="domestic-abuse" if incident.domestic else "police-incidents",
                occurred_on=incident.happened_on,
                persons=(one.person, *(_mentioned(other.person) for other in linked if other is not one)),
                mentions_stated=incident.all_listed,
                fields=_fields(incident, one, linked),
                withdrawn=True in taken_back,
            )
            for one in about
        )


def _incident(cells: Cells, sender: Sender) -> _Incident:
    outcome = cells.find_text(OUTCOME.heading)
    risk = cells.find_text(DASH_RISK.heading)
    return _Incident(
        number=cells.get_text(NUMBER.heading),
        happened_on=cells.get_event_day(HAPPENED.heading, INCIDENT_FORMS, sender.received_on),
        type_code=cells.get_code(TYPE.heading, TYPES),
        outcome_code=cells.get_code(OUTCOME.heading, OUTCOMES) if outcome else None,
        place=cells.find_text(LOCATION.heading),
        grade_code=cells.get_code(DASH_RISK.heading, DASH_GRADES) if risk else None,
        score=cells.find_whole(DASH_SCORE.heading, 0, DASH_QUESTIONS),
        summary=cells.find_text(SUMMARY.heading),
        all_listed=cells.get_yes_no(ALL_LISTED.heading),
    )


def _linked(cells: Cells, sender: Sender) -> _Linked:
    part = cells.get_code(ROLE.heading, ROLES)
    nominal_ref = cells.get_number(NOMINAL.heading)
    claims = IdentityClaims(
        given_name=cells.get_name(FORENAME.heading),
        family_name=cells.get_name(SURNAME.heading),
        born_on=cells.find_birth(BORN.heading, BIRTH_FORMS, sender.received_on),
        sex_code=cells.get_code(SEX.heading, SEXES),
        agency_id=nominal_ref,
        postcode=cells.find_identifier(POSTCODE.heading, Postcode),
        address=cells.find_text(ADDRESS.heading),
    )
    if claims.born_on is None:
        cells.flag(BORN.heading, "empty: this person can only be told apart by the force's own number")
    return _Linked(nominal_ref, part, PersonInvolved(nominal_ref, Involvement.ABOUT, cells.row_number, claims))


def _mentioned(person: PersonInvolved) -> PersonInvolved:
    return PersonInvolved(person.ref, Involvement.MENTIONS, person.row_number, person.claims, person.marker_claims)


def _fields(incident: _Incident, one: _Linked, linked: Sequence[_Linked]) -> dict[str, str | int | float]:
    """The declared fields. A `person` field is given only where exactly one other person can be meant."""
    fields: dict[str, str | int | float] = {}
    suspects = [other for other in linked if other.part_code == "suspect"]
    if incident.domestic:
        fields["status"] = incident.grade_code or "reported"
        if incident.score is not None:
            fields["risk_score"] = incident.score
        if len(suspects) == 1:
            fields["alleged_perpetrator"] = suspects[0].nominal_ref
    else:
        fields["kind"] = incident.type_code
        fields["part_played"] = one.part_code
        if incident.outcome_code is not None:
            fields["outcome"] = incident.outcome_code
        facing = "victim" if one.part_code == "suspect" else "suspect"
        others = [other for other in linked if other is not one and other.part_code == facing]
        if len(others) == 1:
            fields["other_person"] = others[0].nominal_ref
    if incident.place is not None:
        fields["place"] = incident.place
    if incident.summary is not None:
        fields["account"] = incident.summary
    return fields
