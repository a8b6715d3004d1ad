"""Records: put as controllers send them, found by header, opened only after the decision.

Decides that the same record again changes nothing, that a changed one is a new version beside the old, and that
content is sealed under the keys of everybody it is about. A header (whom, which category, when) is sealed under
the facts key and read before the decision; content never is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import select

from broker.audit.entry import AuditEntry
from broker.errors import CallWrong
from broker.store import codec
from broker.store.headers import RECORDS, VERSIONS, KnownHeader, header_body, holdable, known_header, without_held
from broker.store.holds import find_held
from broker.store.kinds import RecordPart, VersionedKind
from broker.store.links import ensure_links, find_links
from broker.store.lists import record_token
from broker.store.people import KnownKeys, get_keys
from broker.store.sealing import among, as_known, chunks, known, latest, seal_fact
from broker.store.seals import Sealer
from broker.store.session import Act, View
from broker.store.tables.base import table_of
from broker.store.tables.records import RecordPerson

PEOPLE: Final = table_of(RecordPerson)
_HEADERS_OF: Final = known(
    select(VERSIONS.c.row_id, VERSIONS.c.record_id, VERSIONS.c.header, RECORDS.c.controller_code)
    .join(PEOPLE, PEOPLE.c.record_id == VERSIONS.c.record_id)
    .join(RECORDS, RECORDS.c.record_id == VERSIONS.c.record_id)
    .where(among(PEOPLE.c.pseudonym)),
    VERSIONS,
)
VERSIONS_OF: Final = known(select(VERSIONS).where(among(VERSIONS.c.record_id)), VERSIONS)
_BY_TOKEN: Final = (
    select(
        RECORDS.c.source_token,
        RECORDS.c.record_id,
        RECORDS.c.controller_code,
        VERSIONS.c.row_id,
        VERSIONS.c.header,
    )
    .join(VERSIONS, VERSIONS.c.record_id == RECORDS.c.record_id)
    .where(among(RECORDS.c.source_token))
)
_MARKS_OF: Final = (
    select(RECORDS.c.source_token, RECORDS.c.record_id, VERSIONS.c.row_id, VERSIONS.c.content_mark)
    .join(VERSIONS, VERSIONS.c.record_id == RECORDS.c.record_id)
    .where(among(RECORDS.c.source_token))
)


@dataclass(frozen=True, slots=True)
class NewRecord:
    """A record as a controller sent it. `source_key` is the controller's own key for it; `about`, `mentions`
    (None: not stated) and `named` (whom `person` fields name) are person ids; `recorded_at` None is now;
    `retracted` says that the controller took it back."""

    source_key: str
    category: str
    about: frozenset[str]
    mentions: frozenset[str] | None
    occurred_on: date
    fields: Mapping[str, Any] = field(repr=False)
    named: frozenset[str] = frozenset()
    recorded_at: datetime | None = None
    retracted: bool = False
    record_id: str | None = None
    """Only a rehearsal or a test gives one."""


@dataclass(frozen=True, slots=True)
class PutRecords:
    """What became of a batch: record ids by the controller's own keys, and which were new, changed or the same.
    Of those changed, `redated` differ in nothing but the day they tell of."""

    ids: Mapping[str, str]
    added: frozenset[str]
    changed: frozenset[str]
    repeated: frozenset[str]
    redated: frozenset[str] = frozenset()


def put_records(act: Act, controller: str, records: Sequence[NewRecord], *, entry: AuditEntry) -> PutRecords:
    """Stores a controller's records. Harmless when repeated; of two with one key in a batch the later governs.

    Raises CallWrong for a record about nobody, or about somebody who is not known or was erased.
    """
    unique = {record.source_key: record for record in records}
    act.bump(entry, VersionedKind.PERSON, {one for record in unique.values() for one in touched(record)})
    tokens = {key: record_token(act, controller, key) for key in unique}
    there = _marks(act, tokens)
    marks = {key: _mark(act, controller, record) for key, record in unique.items()}
    fresh = {key: record for key, record in unique.items() if key not in there or there[key][1] != marks[key]}
    redated = _redated(act, controller, {key: one for key, one in fresh.items() if key in there}, tokens, there)
    keys = _keys_of(act, fresh.values())
    concerned = {one for record in fresh.values() for one in record.about | (record.mentions or frozenset())}
    pseudonyms = ensure_links(act, controller, concerned, entry=entry)
    ids = {
        key: there[key][0] if key in there else record.record_id or act.new_id("r-")
        for key, record in unique.items()
    }
    at = act.at
    added = [
        {"record_id": ids[key], "controller_code": controller, "source_token": tokens[key], "recorded_at": at}
        for key in fresh
        if key not in there
    ]
    act.write_rows(entry, RECORDS, added)
    # A key is unwrapped once for everybody a batch is about, not once for each record.
    abouts = {record.about for record in fresh.values()}
    sealers = {one: act.keys.person({person: keys[person] for person in one}) for one in abouts}
    versions = [
        _version(act, ids[key], record, sealers[record.about], marks[key]) for key, record in fresh.items()
    ]
    act.write_rows(entry, VERSIONS, versions)
    people = [
        {"pseudonym": pseudonyms[one], "record_id": ids[key], "part_code": part.value}
        for key, record in fresh.items()
        for part, ones in ((RecordPart.ABOUT, record.about), (RecordPart.MENTION, record.mentions or ()))
        for one in sorted(ones)
    ]
    act.write_rows(entry, PEOPLE, people, unless_there=True)
    new = frozenset(key for key in fresh if key not in there)
    return PutRecords(ids, new, frozenset(fresh) - new, frozenset(unique) - frozenset(fresh), redated)


def put_version(
    act: Act, controller: str, record_id: str, record: NewRecord, mark: bytes | None, *, entry: AuditEntry
) -> None:
    """A record's next version, whatever its controller sends; `mark` is the one it keeps, None that of what it now
    says. Raises CallWrong for somebody who is not known or was erased."""
    act.bump(entry, VersionedKind.PERSON, touched(record))
    keys = _keys_of(act, [record])
    pseudonyms = ensure_links(act, controller, record.about | (record.mentions or frozenset()), entry=entry)
    sealer = act.keys.person({one: keys[one] for one in record.about})
    row = _version(act, record_id, record, sealer, mark or _mark(act, controller, record))
    act.write_rows(entry, VERSIONS, [row])
    people = [
        {"pseudonym": pseudonyms[one], "record_id": record_id, "part_code": part.value}
        for part, ones in ((RecordPart.ABOUT, record.about), (RecordPart.MENTION, record.mentions or ()))
        for one in sorted(ones)
    ]
    act.write_rows(entry, PEOPLE, people, unless_there=True)


def retract_records(
    act: Act, controller: str, tokens: Iterable[bytes], *, entry: AuditEntry
) -> tuple[KnownHeader, ...]:
    """Records that a controller's records (by `broker.store.lists.record_token`) are no more, and returns their
    headers as they were. What was told stays as it was known then; from now on there is nothing. Tokens of records
    that never were, or were taken back before, are passed over."""
    rows: list[Any] = []
    for some in chunks(sorted(set(tokens))):
        rows += act.read(_BY_TOKEN, {"source_token": some})
    standing = {}
    for record_id, row in sorted(latest(rows, "record_id").items()):
        body = header_body(act, record_id, row)
        if row.controller_code == controller and not body["retracted"]:
            standing[record_id] = body
    people = {one for body in standing.values() for one in body["about"]}
    mentioned = {one for body in standing.values() for one in body["mentions"] or ()}
    act.bump(entry, VersionedKind.PERSON, people | mentioned)
    keys = get_keys(act, people)
    versions = []
    for record_id, body in standing.items():
        record = NewRecord(
            "",
            body["category"],
            frozenset(body["about"]),
            codec.codes(body["mentions"]),
            date.fromisoformat(body["occurred"]),
            {},
            frozenset(body["named"]),
            retracted=True,
        )
        mine = {one: keys[one] for one in body["about"] if one in keys}
        # Of somebody erased no key is left; there is nothing to keep from anybody in an empty content.
        sealer = act.keys.person(mine) if len(mine) == len(body["about"]) else act.keys.facts(VERSIONS.name)
        versions.append(_version(act, record_id, record, sealer, _mark(act, controller, record)))
    act.write_rows(entry, VERSIONS, versions)
    return tuple(known_header(record_id, controller, body) for record_id, body in standing.items())


def touched(record: NewRecord) -> frozenset[str]:
    """Whose facts a record is among: whom it is about and whom it mentions."""
    return record.about | (record.mentions or frozenset())


def find_headers(
    view: View, person_ids: Iterable[str], known_at: datetime | None = None
) -> tuple[KnownHeader, ...]:
    """The headers of every record that is about, or mentions, any of these people; no content is touched. What is
    held (`broker.store.holds`) is not there, nor is anything about somebody who is."""
    found = read_headers(view, person_ids, known_at)
    return without_held(found, find_held(view, *holdable(found), known_at))


def read_headers(
    view: View, person_ids: Iterable[str], known_at: datetime | None = None
) -> tuple[KnownHeader, ...]:
    """The same with what is held: it must be taken away (`without_held`) before anything is decided."""
    pseudonyms = sorted({link.pseudonym for link in find_links(view, person_ids)})
    rows: list[Any] = []
    for some in chunks(pseudonyms):
        rows += view.read(_HEADERS_OF, as_known(known_at, pseudonym=some))
    found = []
    for record_id, row in sorted(latest(rows, "record_id").items()):
        body = header_body(view, record_id, row)
        if not body["retracted"]:
            found.append(known_header(record_id, row.controller_code, body))
    return tuple(found)


def open_contents(
    view: View, record_ids: Iterable[str], known_at: datetime | None = None, keys: KnownKeys | None = None
) -> dict[str, dict[str, Any]]:
    """The fields of these records, by id: call it after the decision, for what was permitted and nothing else.
    Records about somebody who was erased are not there, nor are ids that were never issued."""
    rows: list[Any] = []
    for some in chunks(sorted(set(record_ids))):
        rows += view.read(VERSIONS_OF, as_known(known_at, record_id=some))
    newest = latest(rows, "record_id")
    about = {record_id: header_body(view, record_id, row)["about"] for record_id, row in newest.items()}
    wrapped = (keys or KnownKeys(())).of(view, {one for ones in about.values() for one in ones})
    readable = {ones for ones in map(tuple, about.values()) if all(one in wrapped for one in ones)}
    sealers = {ones: view.keys.person({one: wrapped[one] for one in ones}) for ones in readable}
    found = {}
    for record_id, row in newest.items():
        sealer = sealers.get(tuple(about[record_id]))
        if sealer is not None:
            data = sealer.open(VERSIONS.name, "content", row.row_id, _people(about[record_id]), row.content)
            found[record_id] = codec.from_bytes(data)
    return found


def _version(act: Act, record_id: str, record: NewRecord, sealer: Sealer, mark: bytes) -> dict[str, Any]:
    row = act.new_row()
    header = {
        "category": record.category,
        "about": sorted(record.about),
        "mentions": codec.listed(record.mentions),
        "named": sorted(record.named),
        "occurred": record.occurred_on.isoformat(),
        "recorded": codec.number(record.recorded_at or act.at),
        "retracted": record.retracted,
    }
    content = codec.to_bytes({} if record.retracted else dict(record.fields))
    return {
        "row_id": row,
        "record_id": record_id,
        "recorded_at": act.at,
        "content_mark": mark,
        "header": seal_fact(act, VERSIONS, "header", row, record_id.encode(), header),
        "content": sealer.seal(VERSIONS.name, "content", row, _people(record.about), content),
    }


def _marks(view: View, tokens: Mapping[str, bytes]) -> dict[str, tuple[str, bytes]]:
    """Record id and latest mark of what is there already, by the controller's own key."""
    by_token = {token: key for key, token in tokens.items()}
    found = {}
    for some in chunks(sorted(by_token)):
        rows = view.read(_MARKS_OF, {"source_token": some})
        for token, row in latest(rows, "source_token").items():
            found[by_token[token]] = (row.record_id, row.content_mark)
    return found


def _redated(
    view: View,
    controller: str,
    changed: Mapping[str, NewRecord],
    tokens: Mapping[str, bytes],
    there: Mapping[str, tuple[str, bytes]],
) -> frozenset[str]:
    """Those of the changed records that differ from what is there in nothing but the day. Told without opening any
    content: by the mark the record would have on the earlier day."""
    keys = {tokens[key]: key for key in changed}
    rows: list[Any] = []
    for some in chunks(sorted(keys)):
        rows += view.read(_BY_TOKEN, {"source_token": some})
    found = set()
    for record_id, row in latest(rows, "record_id").items():
        key = keys[row.source_token]
        earlier = date.fromisoformat(header_body(view, record_id, row)["occurred"])
        if _mark(view, controller, replace(changed[key], occurred_on=earlier)) == there[key][1]:
            found.add(key)
    return frozenset(found)


def _mark(view: View, controller: str, record: NewRecord) -> bytes:
    told = codec.to_bytes(
        {
            "category": record.category,
            "about": sorted(record.about),
            "mentions": codec.listed(record.mentions),
            "named": sorted(record.named),
            "occurred": record.occurred_on.isoformat(),
            "retracted": record.retracted,
            "fields": dict(record.fields),
        }
    )
    return view.keys.mark("record", controller.encode(), told)


def _keys_of(act: Act, records: Iterable[NewRecord]) -> Mapping[str, bytes]:
    people: set[str] = set()
    for record in records:
        if not record.about:
            raise CallWrong("record", "is about nobody; say who it is about")
        people |= record.about
    keys = get_keys(act, people)
    if len(keys) != len(people):
        raise CallWrong("record", "is about somebody who is not known or was erased; link the person first")
    return keys


def _people(about: Iterable[str]) -> str:
    return ",".join(sorted(about))
