"""One part of a batch, stored: who its people are in one act, what is told of them in another.

Decides that people are made known in an act of their own: rows written in one act carry one instant and could be
seen to belong together (docs/storage.md). Each act is whole or did not happen; between the two a killed run leaves
people of whom nothing is told yet, and sending the batch again goes on from there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol, TypeVar

from broker.agencies import IncomingRecord, Row
from broker.audit.entry import AuditEntry
from broker.audit.events import Event
from broker.people import ProtectionMarker
from broker.store.gather import gather_facts
from broker.store.households import record_moves
from broker.store.links import record_source_people
from broker.store.notices import queue_notices
from broker.store.people import add_people, find_people, record_people
from broker.store.records import NewRecord, put_records, touched
from broker.store.relationships import record_relationships
from broker.store.session import Act
from broker.store.vault import Identity, Sought, find_candidates_of, put_identities
from broker.usecases.acting import Signed, entry_of
from broker.usecases.intake.ingest_families import FamilyNews, family_news
from broker.usecases.intake.ingest_news import correct_records, end_records, follow_list
from broker.usecases.intake.ingest_people import Claimed, Resolution, claimed_key, resolve_people
from broker.usecases.intake.ingest_records import record_to_store
from broker.usecases.intake.ingest_result import Tally
from broker.usecases.kinds import VersionedKind
from broker.usecases.release.alerts import made_known_alerts
from broker.vocabulary.codes import Vocabulary

_LINKING: Final = (VersionedKind.AGREEMENT, "linking")
"""The version row that everybody who links people holds alone. Of the first kind in the order of locking, so that
the people found under it can be locked after it."""


T = TypeVar("T")


class Perform(Protocol):
    """How work is done in one act: `Store.perform`, or within the one act of a dry run."""

    def __call__(self, work: Callable[[Act], T], /) -> T:
        """What the work returned."""


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


def store_chunk(perform: Perform, sending: Sending, rows: Sequence[Row], refused: int) -> Tally:
    """Stores these rows; `refused` counts the rows rejected among them. Returns what was news."""
    told, claimed = _gather(rows)
    people, tally = perform(lambda act: _store_people(act, sending, told, claimed))
    records = [
        record_to_store(one.record, {ref: people[key] for ref, key in one.keys.items()}, sending.vocabulary)
        for one in told
        if not one.record.withdrawn
    ]
    accepted = sum(len(row.row_numbers) for row in rows)
    sent = [one.record for one in told]
    tally.add(perform(lambda act: _store_records(act, sending, sent, records, accepted, refused)))
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
    act: Act, sending: Sending, told: Sequence[_Told], claimed: Sequence[Claimed]
) -> tuple[dict[str, str], Tally]:
    # INVARIANT: two runs at once never both make the same newcomer known: who looks comes after who looked before
    # and has committed.
    act.lock([_LINKING])
    found = resolve_people(act, sending.controller, claimed, lambda: act.new_id("p-"))
    named = [
        (one.record, {ref: found.person_ids[key] for ref, key in one.keys.items()})
        for one in told
        if not one.record.withdrawn and (one.record.relationships or one.record.households)
    ]
    news = family_news(act, named, act.new_id)
    tally = Tally()
    tally.new_people = len(found.newcomers)
    tally.linked, tally.possible_matches = found.linked, found.possible
    tally.new_relationships, tally.unproven_responsibilities = len(news.relationships), news.unproven
    if not (found.nothing_to_store() and news.is_empty()):
        _write_people(act, sending, found, news)
    return found.person_ids, tally


def _write_people(act: Act, sending: Sending, found: Resolution, news: FamilyNews) -> None:
    act.lock((VersionedKind.PERSON, one) for one in _touched(found, news))
    counts = {"linked": found.linked, "possible": found.possible, "batch": sending.batch_id}
    entry = entry_of(act, sending.signed, Event.PEOPLE_LINKED, counts)
    _alert(act, sending, found, entry)
    act.bump(entry, _LINKING[0], [_LINKING[1]])
    add_people(act, list(found.newcomers.values()), entry=entry)
    record_people(act, list(found.marked.values()), entry=entry)
    for marker, person_ids in found.markers_set().items():
        act.record(entry_of(act, sending.signed, Event.MARKER_SET, {"marker": marker.value}, about=person_ids))
    put_identities(act, found.identities, entry=entry)
    record_source_people(act, found.decisions, entry=entry)
    record_relationships(act, list(news.relationships.items()), entry=entry)
    record_moves(act, news.moves(), entry=entry)


def _alert(act: Act, sending: Sending, found: Resolution, entry: AuditEntry) -> None:
    """Tells the custodians, silently, of everybody made known now who shares with somebody protected what is said
    of them: they may be the same, and the new id is protected from nobody. The sender's answer never differs."""
    sought = {one: _sought(found.identities[one]) for one in sorted(found.newcomers)}
    alike = find_candidates_of(act, sought)
    people = find_people(act, {one for ones in alike.values() for one in ones})
    hidden = frozenset(one.id for one in people.values() if ProtectionMarker.PROTECTED in one.markers)
    if not hidden:
        return
    raw = gather_facts(act, hidden)
    alerts = []
    for newcomer, ones in alike.items():
        for alert in made_known_alerts(act, sorted(hidden.intersection(ones)), raw):
            alert.body.update({"people": [newcomer], "by": sending.signed.actor})
            alerts.append(alert)
    queue_notices(act, alerts, entry=entry)


def _sought(identity: Identity) -> Sought:
    return Sought(
        identity.family_name, identity.given_names, identity.born_on, identity.postcode, identity.identifiers
    )


def _touched(found: Resolution, news: FamilyNews) -> set[str]:
    """Who was known before and is told more of; newcomers are nobody else's yet."""
    people = {*found.marked, *found.identities, *(one.person_id for one in found.decisions)}
    for relationship in news.relationships.values():
        people |= {relationship.from_id, relationship.to_id}
    return people.union(*news.joined.values(), *news.left.values()) - found.newcomers.keys()


def _store_records(
    act: Act,
    sending: Sending,
    told: Sequence[IncomingRecord],
    records: Sequence[NewRecord],
    accepted: int,
    refused: int,
) -> Tally:
    details = {
        "batch": sending.batch_id,
        "controller": sending.controller,
        "accepted": accepted,
        "refused": refused,
        "categories": sorted({record.category for record in records}),
    }
    act.lock((VersionedKind.PERSON, one) for one in {one for record in records for one in touched(record)})
    entry = entry_of(act, sending.signed, Event.RECORDS_INGESTED, details)
    done = put_records(act, sending.controller, records, entry=entry)
    tally = Tally()
    tally.new_records, tally.changed_records = len(done.added), len(done.changed)
    tally.unchanged_records = len(done.repeated)
    redated = {one.source_key for one in told if one.dated_by_update} & done.redated
    by_key = {record.source_key: record for record in records if record.source_key not in redated}
    tally.add(correct_records(act, sending.signed, sending.controller, by_key, done))
    ended = follow_list(act, sending.controller, sending.list_code, told, entry=entry)
    tally.add(end_records(act, sending.signed, sending.controller, ended, entry=entry))
    return tally
