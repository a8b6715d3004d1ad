"""Headers of records: whom, which category, when; sealed under the facts key and read before the decision.

Decides nothing. What a record says stands in its content, which is not touched here.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import select

from broker.decision.facts import RecordHeader
from broker.store import codec
from broker.store.sealing import among, as_known, chunks, known, open_fact
from broker.store.session import View
from broker.store.tables.base import table_of
from broker.store.tables.records import Record, RecordVersion

RECORDS: Final = table_of(Record)
VERSIONS: Final = table_of(RecordVersion)
_EVERY_VERSION_OF: Final = known(
    select(
        VERSIONS.c.row_id,
        VERSIONS.c.record_id,
        VERSIONS.c.recorded_at,
        VERSIONS.c.header,
        RECORDS.c.controller_code,
    )
    .join(RECORDS, RECORDS.c.record_id == VERSIONS.c.record_id)
    .where(among(VERSIONS.c.record_id)),
    VERSIONS,
)


@dataclass(frozen=True, slots=True)
class KnownHeader:
    """A header with whom the record's `person` fields name: their protection matters as much as that of those
    mentioned."""

    header: RecordHeader
    named: frozenset[str]


@dataclass(frozen=True, slots=True)
class HeaderVersion:
    """One version of a record's header, and whether its controller had taken the record back by it."""

    header: RecordHeader
    named: frozenset[str]
    stored_at: datetime
    retracted: bool


def holdable(found: Iterable[KnownHeader]) -> tuple[list[str], set[str]]:
    """The records and people a hold on whom takes any of these away: what `find_held` is asked."""
    headers = [one.header for one in found]
    return [one.id for one in headers], {person for one in headers for person in one.about}


def without_held(found: Iterable[KnownHeader], held: frozenset[str]) -> tuple[KnownHeader, ...]:
    """Those that are not held, nor about anybody who is."""
    return tuple(one for one in found if one.header.id not in held and one.header.about.isdisjoint(held))


def find_versions(
    view: View, record_ids: Iterable[str], known_at: datetime | None = None
) -> dict[str, tuple[HeaderVersion, ...]]:
    """Every version of these records' headers, oldest first, by record id; no content is touched. Ids never issued
    are not there."""
    rows: list[Any] = []
    for some in chunks(sorted(set(record_ids))):
        rows += view.read(_EVERY_VERSION_OF, as_known(known_at, record_id=some))
    found: dict[str, list[HeaderVersion]] = {}
    for row in sorted(rows, key=lambda one: one.row_id):
        body = header_body(view, row.record_id, row)
        found_header = known_header(row.record_id, row.controller_code, body)
        found.setdefault(row.record_id, []).append(
            HeaderVersion(found_header.header, found_header.named, row.recorded_at, body["retracted"])
        )
    return {record_id: tuple(versions) for record_id, versions in found.items()}


def header_body(view: View, record_id: str, row: Any) -> codec.Body:
    """What the header of a version row says. Raises SystemFailed when it was changed or moved."""
    body: codec.Body = open_fact(view, VERSIONS, "header", row.row_id, record_id.encode(), row.header)
    return body


def known_header(record_id: str, controller: str, body: codec.Body) -> KnownHeader:
    """The header that `header_body` opened."""
    header = RecordHeader(
        record_id,
        controller,
        body["category"],
        frozenset(body["about"]),
        codec.codes(body["mentions"]),
        date.fromisoformat(body["occurred"]),
        codec.certain_instant(body["recorded"]),
    )
    return KnownHeader(header, frozenset(body["named"]))
