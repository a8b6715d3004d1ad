"""What a batch changes of what was told before: corrections, and records that end.

Decides which of a sender's records end (taken back by name, no longer part of an entry that was sent again, no
longer on a whole list), that each correction and each end is an entry of its own in the log, and that whoever was
given the record is told in the same act. A day of update that moved on alone corrects nothing. Nothing that was
recorded is destroyed: what was known then can be shown for ever. From docs/rules.md (a withdrawal reaches whoever
already received) and UK GDPR Articles 5(1)(d), 16 and 19.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from enum import StrEnum

from broker.agencies import IncomingRecord
from broker.audit.entry import AuditEntry
from broker.audit.events import Event
from broker.people import ProtectionMarker
from broker.store.lists import find_of_entries, record_listed, record_token, strike_off
from broker.store.notices import find_due_to
from broker.store.people import find_people
from broker.store.records import NewRecord, PutRecords, retract_records
from broker.store.session import Act
from broker.usecases.acting import Signed, entry_of
from broker.usecases.intake.ingest_result import Tally
from broker.usecases.release.recall import Reached, Topic, find_releases_of, tell_recipients


class Ended(StrEnum):
    """Why a record is no more, as the log says it."""

    TAKEN_BACK = "taken-back"
    NOT_IN_ENTRY = "not-in-entry"
    NOT_ON_LIST = "not-on-list"


def follow_list(
    act: Act, controller: str, list_code: str, told: Sequence[IncomingRecord], *, entry: AuditEntry
) -> dict[Ended, frozenset[bytes]]:
    """Keeps which records stand on the list now, and returns the tokens of those that end by what was told: taken
    back, or missing from an entry of theirs that was sent again."""
    standing = find_of_entries(act, controller, {one.group_key for one in told})
    # Of two with one key in a file the later governs.
    last = {record_token(act, controller, one.source_key): one for one in told}
    kept = {token: one for token, one in last.items() if not one.withdrawn}
    news = {one.source_key: one.group_key for token, one in kept.items() if token not in standing}
    record_listed(act, controller, list_code, news, entry=entry)
    back = last.keys() - kept.keys()
    return {Ended.TAKEN_BACK: frozenset(back), Ended.NOT_IN_ENTRY: standing - last.keys()}


def end_records(
    act: Act, signed: Signed, controller: str, ended: Mapping[Ended, Collection[bytes]], *, entry: AuditEntry
) -> Tally:
    """Ends these records (by token) and tells whoever was given one. Records that never were or ended before are
    passed over."""
    tally = Tally()
    for because, tokens in ended.items():
        if not tokens:
            continue
        headers = [one.header for one in retract_records(act, controller, tokens, entry=entry)]
        strike_off(act, tokens, entry=entry)
        for header in headers:
            details = {
                "record": header.id,
                "controller": controller,
                "category": header.category,
                "because": because.value,
            }
            act.record(entry_of(act, signed, Event.RECORD_ENDED, details))
        tally.ended += len(headers)
        about = {header.id: header.about for header in headers}
        tally.told += _tell(act, signed, Topic.DELETION, about)
    return tally


def correct_records(
    act: Act, signed: Signed, controller: str, records: Mapping[str, NewRecord], done: PutRecords
) -> Tally:
    """Logs each record that was changed by what was put and tells whoever was given it before. `records` is by
    source key; those whose day of update alone moved on are not among them."""
    changed = {key: records[key] for key in sorted(done.changed & records.keys())}
    for key, record in changed.items():
        details = {"record": done.ids[key], "controller": controller, "category": record.category}
        act.record(entry_of(act, signed, Event.RECORD_CORRECTED, details))
    about = {done.ids[key]: record.about for key, record in changed.items()}
    return Tally(corrected=len(changed), told=_tell(act, signed, Topic.CORRECTION, about))


def _tell(act: Act, signed: Signed, topic: Topic, about: Mapping[str, Iterable[str]]) -> int:
    """Tells whoever was given one of these records (ids, with whom each is about); how many releases that were."""
    people = find_people(act, {one for ones in about.values() for one in ones})
    hidden = {one for one, person in people.items() if ProtectionMarker.PROTECTED in person.markers}
    # Somebody protected does not exist for anyone: nor does a notice about them.
    found = find_releases_of(act, [record_id for record_id, ones in about.items() if hidden.isdisjoint(ones)])
    return len(tell_recipients(act, signed, topic, _not_yet_told(act, topic, found)))


def _not_yet_told(act: Act, topic: Topic, found: Sequence[Reached]) -> list[Reached]:
    """Those whose recipient has no notice waiting that says the same: a list sent every day must not bury the one
    notice that somebody still has to read."""
    waiting: dict[str, set[str]] = {}
    for recipient in {_told(one) for one in found}:
        for due in find_due_to(act, recipient, act.at):
            if due.notice.topic == topic:
                records = due.notice.body.get("records", ())
                waiting.setdefault(str(due.notice.body["disclosure"]), set()).update(records)
    return [one for one in found if not waiting.get(one.disclosure.id, set()).issuperset(one.records)]


def _told(one: Reached) -> str:
    """Who is told for the recipient."""
    outside = one.disclosure.outside
    return outside.told_through if outside is not None else one.disclosure.recipient
