"""How facts are written inside a seal: compact JSON, instants as microseconds, days as ISO text, sets sorted.

Decides only the spelling. Every reader names its keys, so that a body with a key missing fails loudly.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from pydantic_core import from_json

from broker.casework import Case, CaseKind, CoveredPost, Membership, Staff
from broker.consent.record import ConsentDecision, ConsentKind, ConsentRecord
from broker.dates import Interval
from broker.decision.facts import HolderDecision, HolderRuling
from broker.people import Competence, DataSubject, ProtectionMarker, Relationship, RelationshipKind
from broker.store.tables.base import EPOCH

Body = dict[str, Any]
_ENCODER = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False, allow_nan=False, sort_keys=True)
_MICROSECOND = timedelta(microseconds=1)


def to_bytes(body: Any) -> bytes:
    """Compact JSON in UTF-8, keys sorted. Raises ValueError for NaN and infinities, TypeError for what JSON has no
    word for."""
    return _ENCODER.encode(body).encode()


def from_bytes(data: bytes) -> Any:
    """What `to_bytes` wrote, by the fastest reader at hand: a family's facts are hundreds of small bodies."""
    return from_json(data)


def number(at: datetime | None) -> int | None:
    """Microseconds since 1970 in UTC."""
    return None if at is None else (at - EPOCH) // _MICROSECOND


def instant(found: int | None) -> datetime | None:
    """The instant, in UTC."""
    return None if found is None else EPOCH + timedelta(microseconds=found)


def certain_instant(found: int) -> datetime:
    """The instant, where there must be one."""
    return EPOCH + timedelta(microseconds=found)


def listed(codes: Iterable[str] | None) -> list[str] | None:
    """A set as a sorted list; None stays None (all)."""
    return None if codes is None else sorted(codes)


def codes(found: list[str] | None) -> frozenset[str] | None:
    """The set; None stays None (all)."""
    return None if found is None else frozenset(found)


def day(found: str | None) -> date | None:
    """The day of an ISO text."""
    return None if found is None else date.fromisoformat(found)


def day_text(on: date | None) -> str | None:
    """The day as ISO text."""
    return None if on is None else on.isoformat()


def span(interval: Interval) -> list[int | None]:
    """An interval as its two ends."""
    return [number(interval.from_at), number(interval.until_at)]


def interval(found: list[int | None]) -> Interval:
    """The interval of its two ends."""
    return Interval(instant(found[0]), instant(found[1]))


def person_body(person: DataSubject) -> Body:
    """Everything but the id, which the row's token stands for."""
    return {
        "born": day_text(person.born),
        "died": day_text(person.died_on),
        "incapable": number(person.lacks_capacity_from),
        "competent": [[*span(one.interval), listed(one.categories)] for one in person.competences],
        "markers": sorted(marker.value for marker in person.markers),
    }


def person_from(person_id: str, body: Body) -> DataSubject:
    """The person with this id."""
    return DataSubject(
        person_id,
        day(body["born"]),
        day(body["died"]),
        instant(body["incapable"]),
        tuple(Competence(interval(one[:2]), codes(one[2])) for one in body["competent"]),
        frozenset(ProtectionMarker(code) for code in body["markers"]),
    )


def relationship_body(relationship: Relationship) -> Body:
    """The relationship."""
    return {
        "from": relationship.from_id,
        "to": relationship.to_id,
        "kind": relationship.kind.value,
        "pr": relationship.parental_responsibility,
        "exclusive": relationship.exclusive,
        "span": span(relationship.interval),
    }


def relationship_from(body: Body) -> Relationship:
    """The relationship."""
    return Relationship(
        body["from"],
        body["to"],
        RelationshipKind(body["kind"]),
        body["pr"],
        body["exclusive"],
        interval(body["span"]),
    )


def consent_body(consent: ConsentRecord) -> Body:
    """Everything but the id and the instant, which are columns."""
    return {
        "about": consent.about,
        "by": consent.signatory,
        "kind": consent.kind.value,
        "decision": consent.decision.value,
        "until": number(consent.until_at),
        "unsafe": consent.unsafe,
        "scope": [
            listed(one) for one in (consent.purposes, consent.categories, consent.controllers, consent.recipients)
        ],
    }


def consent_from(consent_id: str, at: datetime, body: Body) -> ConsentRecord:
    """The event with this id and instant."""
    purposes, categories, controllers, recipients = (codes(one) for one in body["scope"])
    return ConsentRecord(
        consent_id,
        body["about"],
        body["by"],
        ConsentKind(body["kind"]),
        ConsentDecision(body["decision"]),
        at,
        instant(body["until"]),
        body["unsafe"],
        purposes,
        categories,
        controllers,
        recipients,
    )


def ruling_body(ruling: HolderDecision) -> Body:
    """Everything but the instant, which is a column."""
    return {
        "about": ruling.about,
        "category": ruling.category,
        "controller": ruling.controller,
        "purpose": ruling.purpose,
        "ruling": ruling.ruling.value,
        "by": ruling.by,
        "case": ruling.case,
        "until": number(ruling.until_at),
    }


def ruling_from(at: datetime, body: Body) -> HolderDecision:
    """The decision made at this instant."""
    return HolderDecision(
        body["about"],
        body["category"],
        body["controller"],
        body["purpose"],
        HolderRuling(body["ruling"]),
        body["by"],
        at,
        body["case"],
        instant(body["until"]),
    )


def case_body(case: Case) -> Body:
    """Everything but the id and the kind, which are columns."""
    return {
        "level": case.level,
        "purposes": sorted(case.purposes),
        "about": sorted(case.about),
        "opened": number(case.opened_at),
        "closed": number(case.closed_at),
        "restricted": case.restricted,
        "members": [[member.staff, *span(member.interval), member.cover_for] for member in case.members],
        # A case in which nobody was named to lead is written as it ever was.
        **({"lead": case.lead} if case.lead is not None else {}),
    }


def case_from(case_id: str, kind: str, body: Body) -> Case:
    """The case with this id."""
    return Case(
        case_id,
        CaseKind(kind),
        body["level"],
        frozenset(body["purposes"]),
        frozenset(body["about"]),
        certain_instant(body["opened"]),
        instant(body["closed"]),
        body["restricted"],
        tuple(_membership(one) for one in body["members"]),
        body.get("lead"),
    )


def _membership(found: list[Any]) -> Membership:
    # A place written before there was cover has three parts.
    return Membership(found[0], interval(found[1:3]), found[3] if len(found) > 3 else None)


def staff_body(staff: Staff) -> Body:
    """Everything but the id and the organisation, which are columns."""
    return {
        "roles": sorted(staff.roles),
        "trained": number(staff.trained_until_at),
        "posts": number(staff.posts_until_at),
        "person": staff.person,
        "links": sorted(staff.links),
        "covers": [[one.role, one.colleague, *span(one.interval)] for one in staff.covers],
    }


def staff_from(staff_id: str, organisation: str, body: Body) -> Staff:
    """The member of staff with this id."""
    return Staff(
        staff_id,
        organisation,
        frozenset(body["roles"]),
        instant(body["trained"]),
        instant(body["posts"]),
        body["person"],
        frozenset(body["links"]),
        tuple(CoveredPost(one[0], one[1], interval(one[2:])) for one in body.get("covers", ())),
    )
