"""How a scenario writes the people: who they are, how they are related, who lives with whom, what they decided.

Decides the form only; ids are checked against those the same scenario declares. Intervals of facts may be empty
(a member who left as they joined), which is warned about and then simply never holds. Format: docs/formats.md.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from broker.consent.record import ConsentDecision, ConsentKind, ConsentRecord
from broker.dates import Interval
from broker.documents.forms import Fields, Form, optional, required
from broker.documents.reading import Reading
from broker.documents.shapes import (
    REFUSED,
    Boolean,
    Day,
    Known,
    ListOf,
    Moment,
    NewCode,
    Nullable,
    Refused,
    Shape,
    Word,
    all_or,
    set_of,
)
from broker.people import Competence, DataSubject, Household, ProtectionMarker, Relationship, RelationshipKind

ID = required("id", NewCode())

PERSON_REF: Final = Known("person")
PERSON_OR_ORGANISATION: Final = Known("person", ("organisation",))
CATEGORIES: Final = set_of(Known("category"))


def fact_interval(from_at: datetime | None, until_at: datetime | None, line: int, reading: Reading) -> Interval:
    """The interval between two moments of a fact; one that never holds is warned about."""
    if from_at is not None and until_at is not None and until_at <= from_at:
        reading.warning(line, "the interval ends before or as it begins, so it never holds")
    return Interval(from_at, until_at)


# --- people

_COMPETENT_FROM = required("from", Moment())
_COMPETENT_UNTIL = optional("until", Moment(), None, "left out: open")
_COMPETENT_FOR = optional("categories", all_or(CATEGORIES), None, "left out: all")
_COMPETENCE: Form[Competence] = Form(
    "a competence",
    (_COMPETENT_FROM, _COMPETENT_UNTIL, _COMPETENT_FOR),
    lambda fields, reading: Competence(
        fact_interval(fields[_COMPETENT_FROM], fields[_COMPETENT_UNTIL], fields.line, reading),
        fields[_COMPETENT_FOR],
    ),
)

_BORN = required("born", Nullable(Day()), "null: unknown; in the future: unborn")
_DIED = optional("died_on", Day(), None)
_LACKS_CAPACITY = optional("lacks_capacity_from", Moment(), None)
_COMPETENT = optional("competent", ListOf(_COMPETENCE), ())
_MARKERS = optional(
    "markers", set_of(Word({marker.value: marker for marker in ProtectionMarker})), frozenset[ProtectionMarker]()
)


def _person(fields: Fields, reading: Reading) -> DataSubject:
    if fields[ID] in reading.registers.get("organisation", ()):
        message = f"`{fields[ID]}` is the code of an organisation: give the person another id"
        reading.error(fields.line_of(ID), message)
    return DataSubject(
        fields[ID],
        fields[_BORN],
        fields[_DIED],
        fields[_LACKS_CAPACITY],
        fields[_COMPETENT],
        fields[_MARKERS],
    )


PERSON: Final[Form[DataSubject]] = Form(
    "a person", (ID, _BORN, _DIED, _LACKS_CAPACITY, _COMPETENT, _MARKERS), _person
)


# --- relationships and households

_FROM = required("from", PERSON_OR_ORGANISATION, "a person, or an organisation for a care order")
_TO = required("to", PERSON_REF)
_KIND = required("kind", Word({kind.value: kind for kind in RelationshipKind}), "what `from` is to `to`")
_RESPONSIBILITY = optional("parental_responsibility", Boolean(), False)
_EXCLUSIVE = optional("exclusive", Boolean(), False)
_SINCE = optional("since", Moment(), None, "left out: open")
_UNTIL = optional("until", Moment(), None, "left out: open")


def _relationship(fields: Fields, reading: Reading) -> Relationship | Refused:
    from_id, kind = fields[_FROM], fields[_KIND]
    is_person = from_id in reading.registers.get("person", (from_id,))
    if not is_person and kind is not RelationshipKind.CARE_ORDER:
        reading.error(
            fields.line_of(_FROM),
            f"`from` names the organisation `{from_id}`, which only a `care-order` may: name a person",
        )
        return REFUSED
    if from_id == fields[_TO]:
        reading.warning(fields.line, f"`{from_id}` has a relationship to themselves")
    return Relationship(
        from_id,
        fields[_TO],
        kind,
        fields[_RESPONSIBILITY],
        fields[_EXCLUSIVE],
        fact_interval(fields[_SINCE], fields[_UNTIL], fields.line, reading),
    )


RELATIONSHIP: Final[Form[Relationship]] = Form(
    "a relationship", (_FROM, _TO, _KIND, _RESPONSIBILITY, _EXCLUSIVE, _SINCE, _UNTIL), _relationship
)

_HOUSEHOLD_MEMBERS = required("members", set_of(PERSON_REF))
HOUSEHOLD: Final[Form[Household]] = Form(
    "a household", (ID, _HOUSEHOLD_MEMBERS), lambda fields, _: Household(fields[ID], fields[_HOUSEHOLD_MEMBERS])
)


# --- consents

_ABOUT = required("about", PERSON_REF)
_BY = required("by", PERSON_OR_ORGANISATION, "who decided: a person, or an organisation under a care order")
_CONSENT_KIND = required("kind", Word({kind.value: kind for kind in ConsentKind}))
_DECISION = required("decision", Word({decision.value: decision for decision in ConsentDecision}))
_AT = required("at", Moment())
_ENDS = optional("until", Moment(), None, "ends a `given`; left out: open")
_UNSAFE = optional("unsafe", Boolean(), False, "nobody should rely on it")
_PURPOSES: Shape[frozenset[str] | None] = all_or(set_of(Known("purpose")))
_ORGANISATIONS: Shape[frozenset[str] | None] = all_or(set_of(Known("organisation")))
_FOR_PURPOSES = optional("purposes", _PURPOSES, None, "left out: all")
_FOR_CATEGORIES = optional("categories", all_or(CATEGORIES), None, "left out: all")
_FOR_CONTROLLERS = optional("controllers", _ORGANISATIONS, None, "left out: all")
_FOR_RECIPIENTS = optional("recipients", _ORGANISATIONS, None, "left out: all")


def _consent(fields: Fields, reading: Reading) -> ConsentRecord:
    for key in (_FOR_PURPOSES, _FOR_CATEGORIES, _FOR_CONTROLLERS, _FOR_RECIPIENTS):
        if fields[key] is not None and not fields[key]:
            reading.warning(fields.line_of(key), f"`{key.name}` is an empty list, so this event covers nothing")
    return ConsentRecord(
        id=fields[ID],
        about=fields[_ABOUT],
        signatory=fields[_BY],
        kind=fields[_CONSENT_KIND],
        decision=fields[_DECISION],
        at=fields[_AT],
        until_at=fields[_ENDS],
        unsafe=fields[_UNSAFE],
        purposes=fields[_FOR_PURPOSES],
        categories=fields[_FOR_CATEGORIES],
        controllers=fields[_FOR_CONTROLLERS],
        recipients=fields[_FOR_RECIPIENTS],
    )


CONSENT: Final[Form[ConsentRecord]] = Form(
    "a consent",
    (
        ID, _ABOUT, _BY, _CONSENT_KIND, _DECISION, _AT, _ENDS, _UNSAFE, _FOR_PURPOSES, _FOR_CATEGORIES,
        _FOR_CONTROLLERS, _FOR_RECIPIENTS,
    ),
    _consent,
)  # fmt: skip
