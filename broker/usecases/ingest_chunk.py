"""One part of a batch, stored: who its people are in one act, what is told of them in another.

Decides that people are made known in an act of their own: rows written in one act carry one instant and could be
seen to belong together (docs/storage.md). Each act is whole or did not happen; between the two a killed run leaves
people of whom nothing is told yet, and sending the batch again goes on from there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass

from broker.agencies import IncomingRecord, Row
from broker.audit.events import Event
from broker.errors import SystemFailed
from broker.store.households import record_members
from broker.store.links import record_source_people
from broker.store.people import add_people, record_people
from broker.store.records import NewRecord, put_records
from broker.store.relationships import record_relationships
from broker.store.session import Act
from broker.store.vault import put_identities
from broker.usecases.acting import Signed, entry_of
from broker.usecases.ingest_families import FamilyNews, family_news
from broker.usecases.ingest_news import correct_records, end_records, follow_list
from broker.usecases.ingest_people import Claimed, Resolution, claimed_key, resolve_people
from broker.usecases.ingest_records import record_to_store
from broker.usecases.ingest_result import Tally
from broker.usecases.kinds import VersionedKind
from broker.vocabulary.codes import Vocabulary

_LINKING = "linking"
"""The version row that everybody who makes people known moves on: not a person, whose ids begin with `p-`."""


@dataclass(frozen=True, slots=True)
class Sending:
    """Which batch a part belongs to: its id, its sender, which list it is, and under whose name it is taken in."""

    batch_id: str
    controller: str
    list_code: str
    signed: Signed
    vocabulary: Vocabulary


@dataclass(frozen=True, slots=True)
class _Told:
    """A record and, by its refs, the keys of the people in it."""

    record: IncomingRecord
    keys: Mapping[str, str]


OpenAct = Callable[[], AbstractContextManager[Act]]


def store_chunk(open_act: OpenAct, sending: Sending, rows: Sequence[Row], refused: int) -> Tally:
    """Stores these rows; `refused` counts the rows rejected among them. Returns what was news."""
    told, claimed = _gather(rows)
    tally = Tally()
    with open_act() as act:
        people = _store_people(act, sending, told, claimed, tally)
    with open_act() as act:
        records = [
            record_to_store(one.record, {ref: people[key] for ref, key in one.keys.items()}, sending.vocabulary)
            for one in told
            if not one.record.withdrawn
        ]
        accepted = sum(len(row.row_numbers) for row in rows)
        _store_records(act, sending, [one.record for one in told], records, accepted, refused, tally)
    return tally


def _gather(rows: Sequence[Row]) -> tuple[list[_Told], list[Claimed]]:
    """The records of the rows and everybody in them; who stands in several records of a row is keyed once."""
    told, claimed = [], []
    for row in rows:
        keys: dict[tuple[int, str], str] = {}
        for record in row.records:
            refs = {}
            for person in () if record.withdrawn else record.persons:
                place = person.row_number, person.ref
                if place not in keys:
                    keys[place] = claimed_key(record, person)
                refs[person.ref] = keys[place]
                claimed.append(Claimed(keys[place], person.claims, person.marker_claims))
            told.append(_Told(record, refs))
    return told, claimed


def _store_people(
    act: Act, sending: Sending, told: Sequence[_Told], claimed: Sequence[Claimed], tally: Tally
) -> dict[str, str]:
    version = _linking_version(act)
    found = resolve_people(act, sending.controller, claimed, lambda: act.new_id("p-"))
    named = [
        (one.record, {ref: found.person_ids[key] for ref, key in one.keys.items()})
        for one in told
        if not one.record.withdrawn and (one.record.relationships or one.record.households)
    ]
    news = family_news(act, named, act.new_id)
    tally.new_people = len(found.newcomers)
    tally.linked, tally.possible_matches = found.linked, found.possible
    tally.new_relationships, tally.unproven_responsibilities = len(news.relationships), news.unproven
    if not (found.nothing_to_store() and news.is_empty()):
        _write_people(act, sending, found, news, version)
    return found.person_ids


def _write_people(act: Act, sending: Sending, found: Resolution, news: FamilyNews, version: int) -> None:
    counts = {"linked": found.linked, "possible": found.possible, "batch": sending.batch_id}
    entry = entry_of(act, sending.signed, Event.PEOPLE_LINKED, counts)
    # INVARIANT: two runs at once never both make the same newcomer known. Where writers are not serial, whoever
    # looked before the other had committed finds the version moved on, and does it again.
    act.bump(entry, VersionedKind.PERSON, [_LINKING])
    if _linking_version(act) != version + 1:
        raise Overtaken("people", "another ingest made people known in between; send the batch again")
    add_people(act, list(found.newcomers.values()), entry=entry)
    record_people(act, list(found.marked.values()), entry=entry)
    for marker, person_ids in found.markers_set().items():
        act.record(entry_of(act, sending.signed, Event.MARKER_SET, {"marker": marker.value}, about=person_ids))
    put_identities(act, found.identities, entry=entry)
    record_source_people(act, found.decisions, entry=entry)
    record_relationships(act, list(news.relationships.items()), entry=entry)
    for household_id in sorted(news.joined.keys() | news.left.keys()):
        joined, left = news.joined.get(household_id, ()), news.left.get(household_id, ())
        record_members(act, household_id, joined=sorted(joined), left=sorted(left), entry=entry)


class Overtaken(SystemFailed):
    """Another act came between what was looked up and what was to be written; nothing was done."""


def _linking_version(act: Act) -> int:
    key = (VersionedKind.PERSON, _LINKING)
    return act.share([key]).get(key, 0)


def _store_records(
    act: Act,
    sending: Sending,
    told: Sequence[IncomingRecord],
    records: Sequence[NewRecord],
    accepted: int,
    refused: int,
    tally: Tally,
) -> None:
    details = {
        "batch": sending.batch_id,
        "controller": sending.controller,
        "accepted": accepted,
        "refused": refused,
        "categories": sorted({record.category for record in records}),
    }
    entry = entry_of(act, sending.signed, Event.RECORDS_INGESTED, details)
    done = put_records(act, sending.controller, records, entry=entry)
    tally.new_records, tally.changed_records = len(done.added), len(done.changed)
    tally.unchanged_records = len(done.repeated)
    redated = {one.source_key for one in told if one.dated_by_update} & done.redated
    by_key = {record.source_key: record for record in records if record.source_key not in redated}
    tally.add(correct_records(act, sending.signed, sending.controller, by_key, done))
    ended = follow_list(act, sending.controller, sending.list_code, told, entry=entry)
    tally.add(end_records(act, sending.signed, sending.controller, ended, entry=entry))
