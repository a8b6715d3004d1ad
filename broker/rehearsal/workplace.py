"""How a scenario writes the work around a family: staff, cases, holder's decisions, feeds and records.

Decides the form only; what a record's fields may hold is decided by `contents`. Format: docs/formats.md
("A scenario").
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from broker.casework import Case, CaseKind, Membership, Staff
from broker.dates import london_day, parse_date, parse_instant, start_of_day
from broker.decision.facts import Feed, HolderDecision, HolderRuling, RecordHeader
from broker.documents.forms import Fields, Form, Mapped, optional, required
from broker.documents.nodes import Node, Scalar, Table
from broker.documents.reading import Reading
from broker.documents.shapes import (
    REFUSED,
    Boolean,
    Integer,
    Json,
    Known,
    Length,
    ListOf,
    Moment,
    NewCode,
    Refused,
    Single,
    Word,
    all_or,
    kind_of,
    read_text,
    set_of,
)
from broker.rehearsal.contents import check_contents
from broker.rehearsal.family import CATEGORIES, ID, PERSON_REF, fact_interval
from broker.rehearsal.scenario import FieldValue
from broker.vocabulary.codes import Category

# --- staff

_ORGANISATION = required("organisation", Known("organisation"))
_ROLES = required("roles", set_of(Known("role")))
_TRAINED_UNTIL = optional("trained_until", Moment(), None, "left out: no limit")
_POSTS_UNTIL = optional("posts_until", Moment(), None, "left out: no limit")
_PERSON = optional("person", PERSON_REF, None, "who they are, where they are known as a person too")
_LINKS = optional("links", set_of(PERSON_REF), frozenset[str](), "people they declared a connection to")

STAFF: Final[Form[Staff]] = Form(
    "a member of staff",
    (ID, _ORGANISATION, _ROLES, _TRAINED_UNTIL, _POSTS_UNTIL, _PERSON, _LINKS),
    lambda fields, _: Staff(
        fields[ID],
        fields[_ORGANISATION],
        fields[_ROLES],
        fields[_TRAINED_UNTIL],
        fields[_POSTS_UNTIL],
        fields[_PERSON],
        fields[_LINKS],
    ),
)


# --- cases

_MEMBER = required("staff", Known("member of staff"))
_MEMBER_FROM = required("from", Moment())
_MEMBER_UNTIL = optional("until", Moment(), None, "left out: open")
_MEMBERSHIP: Form[Membership] = Form(
    "a member",
    (_MEMBER, _MEMBER_FROM, _MEMBER_UNTIL),
    lambda fields, reading: Membership(
        fields[_MEMBER], fact_interval(fields[_MEMBER_FROM], fields[_MEMBER_UNTIL], fields.line, reading)
    ),
)

_CASE_KIND = required("kind", Word({kind.value: kind for kind in CaseKind}))
_LEVEL = required("level", Integer(1, 4), "level of need")
_CASE_PURPOSES = required("purposes", set_of(Known("purpose")))
_CASE_ABOUT = required("about", set_of(PERSON_REF))
_OPENED = required("opened", Moment())
_CLOSED = optional("closed", Moment(), None, "left out: still open")
_RESTRICTED = optional("restricted", Boolean(), False, "members only")
_MEMBERS = required("members", ListOf(_MEMBERSHIP))


def _case(fields: Fields, reading: Reading) -> Case:
    fact_interval(fields[_OPENED], fields[_CLOSED], fields.line, reading)
    return Case(
        fields[ID],
        fields[_CASE_KIND],
        fields[_LEVEL],
        fields[_CASE_PURPOSES],
        fields[_CASE_ABOUT],
        fields[_OPENED],
        fields[_CLOSED],
        fields[_RESTRICTED],
        fields[_MEMBERS],
    )


CASE: Final[Form[Case]] = Form(
    "a case",
    (ID, _CASE_KIND, _LEVEL, _CASE_PURPOSES, _CASE_ABOUT, _OPENED, _CLOSED, _RESTRICTED, _MEMBERS),
    _case,
)


# --- holder's decisions, feeds

_ABOUT = required("about", PERSON_REF)
_CATEGORY = required("category", Known("category"))
_CONTROLLER = required("controller", Known("organisation"))
_PURPOSE = required("purpose", Known("purpose"))
_RULING = required("decision", Word({ruling.value: ruling for ruling in HolderRuling}))
_BY = required("by", Known("member of staff"))
_AT = required("at", Moment())
_IN_CASE = optional("case", Known("case"), None, "left out: any case")
_UNTIL = optional("until", Moment(), None, "left out: open")


def _holder_decision(fields: Fields, reading: Reading) -> HolderDecision:
    fact_interval(fields[_AT], fields[_UNTIL], fields.line, reading)
    return HolderDecision(
        about=fields[_ABOUT],
        category=fields[_CATEGORY],
        controller=fields[_CONTROLLER],
        purpose=fields[_PURPOSE],
        ruling=fields[_RULING],
        by=fields[_BY],
        at=fields[_AT],
        case=fields[_IN_CASE],
        until_at=fields[_UNTIL],
    )


HOLDER_DECISION: Final[Form[HolderDecision]] = Form(
    "a holder's decision",
    (_ABOUT, _CATEGORY, _CONTROLLER, _PURPOSE, _RULING, _BY, _AT, _IN_CASE, _UNTIL),
    _holder_decision,
)

_FEED_CATEGORIES = required("categories", all_or(CATEGORIES), "a list, or `all`")
_EVERY = required("every", Length(), "how often it was promised")
_LAST_RECEIVED = required("last_received", Moment())
FEED: Final[Form[Feed]] = Form(
    "a feed",
    (_CONTROLLER, _FEED_CATEGORIES, _EVERY, _LAST_RECEIVED),
    lambda fields, _: Feed(fields[_CONTROLLER], fields[_FEED_CATEGORIES], fields[_EVERY], fields[_LAST_RECEIVED]),
)


# --- records


@dataclass(frozen=True, slots=True)
class _DayOf(Single[date]):
    """The day something happened; an instant counts as its day in Europe/London."""

    def read(self, node: Node, reading: Reading, what: str) -> date | Refused:
        text = read_text(node, reading, what, "a date such as `2026-03-02`")
        if text is REFUSED:
            return REFUSED
        day, at = parse_date(text), parse_instant(text)
        if day is not None:
            return day
        if at is not None:
            return london_day(at)
        reading.error(node, f"{what} must be a date such as `2026-03-02`, but is {kind_of(node)}")
        return REFUSED

    def own_schema(self) -> Json:
        return Moment().own_schema()


@dataclass(frozen=True, slots=True)
class _Value(Single[FieldValue]):
    """What a field may hold: text or a number."""

    def read(self, node: Node, reading: Reading, what: str) -> FieldValue | Refused:
        value = node.value if isinstance(node, Scalar) else None
        if value is None or isinstance(value, bool):
            reading.error(node, f"{what} must be text or a number, but is {kind_of(node)}")
            return REFUSED
        return value

    def own_schema(self) -> Json:
        return {"type": ["string", "number"]}


@dataclass(frozen=True, slots=True)
class WrittenRecord:
    """A record as a scenario writes it: its header and its content."""

    header: RecordHeader
    fields: Mapping[str, FieldValue]


_RECORD_ABOUT = required("about", set_of(PERSON_REF, "a record is about somebody: name them"))
_MENTIONS = optional("mentions", set_of(PERSON_REF), None, "whom its text mentions; left out: not stated")
_OCCURRED = required("occurred", _DayOf())
_RECORDED = optional("recorded", Moment(), None, "left out: the start of the day it occurred")
_FIELDS = required("fields", Mapped(NewCode(), _Value()), "by the names its category declares")


def record_form(categories: Mapping[str, Category]) -> Form[WrittenRecord]:
    """The form of a record whose fields are those that these categories declare."""

    def build(fields: Fields, reading: Reading) -> WrittenRecord:
        occurred_on = fields[_OCCURRED]
        header = RecordHeader(
            id=fields[ID],
            controller=fields[_CONTROLLER],
            category=fields[_CATEGORY],
            about=fields[_RECORD_ABOUT],
            mentions=fields[_MENTIONS],
            occurred_on=occurred_on,
            recorded_at=fields[_RECORDED] or start_of_day(occurred_on),
        )
        category = categories.get(header.category)
        written = fields.table.find("fields")
        if category is not None and isinstance(written, Table):
            check_contents(written, category, reading)
        return WrittenRecord(header, fields[_FIELDS])

    keys = (ID, _CONTROLLER, _CATEGORY, _RECORD_ABOUT, _MENTIONS, _OCCURRED, _RECORDED, _FIELDS)
    return Form("a record", keys, build)
