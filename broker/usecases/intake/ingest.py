"""Ingest: a batch an agency sent becomes people, records and an audit trail.

Decides the order of work and what is promised. The file is read whole before anything is stored, so a file that
cannot be read changes nothing. Then it is stored part by part; the batch is recorded as received, with its
rejections and its feed, only when every part is there. INVARIANT: killed anywhere, nothing acknowledged is lost
and no part is half done; sending the same file again finishes the work, and once it is finished changes nothing.
Source: broker/README.md, "Ingest".
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from broker.agencies import (
    BatchReceipt,
    ColumnAlert,
    FileRefused,
    Rejection,
    RejectsFile,
    Row,
)
from broker.agencies.contract import Extent
from broker.audit.events import Event
from broker.canonical import digest_bytes
from broker.dates import instant_text, london_day
from broker.decision.facts import Feed
from broker.errors import CallWrong
from broker.store.feeds import find_feeds, record_feed
from broker.store.ingest import Batch as StoredBatch
from broker.store.ingest import Rejection as StoredRejection
from broker.store.ingest import find_batch, find_latest_batch, record_batch
from broker.store.session import Act, View
from broker.usecases.acting import entry_of
from broker.usecases.intake.feeds import require_every
from broker.usecases.intake.ingest_call import IngestCall, open_call
from broker.usecases.intake.ingest_chunk import Perform, Sending, store_chunk
from broker.usecases.intake.ingest_result import IngestResult, Tally
from broker.usecases.intake.ingest_whole import Missing, end_missing, find_missing, require_meant
from broker.usecases.intake.senders import feed_of, get_sender, sign_for
from broker.usecases.world import World
from broker.vocabulary.codes import Organisation

__all__ = ["IngestCall", "batch_id_of", "ingest_file"]

ROWS_AT_A_TIME: Final = 1000
"""Rows in one act: short enough to keep other writers waiting no longer than a blink."""
MOST_HELD: Final = 20_000
"""Rows of one file held in memory, some 60 MB; a longer file is read twice."""
MOST_REJECTIONS: Final = 50_000
"""More, and the file is not the list it is said to be."""
Progress = Callable[[int, int], None]
"""Hears how many rows of how many are done."""


def ingest_file(world: World, call: IngestCall, progress: Progress = lambda _done, _of: None) -> IngestResult:
    """Takes the batch in and says what became of it.

    Raises NotAllowed for whoever may not, CallWrong for an unknown organisation or one that may not send this
    format, `FileRefused` for a file that is not what it is said to be, that is empty, or that would end more
    records than anybody agreed to (nothing of it was kept), SystemFailed when the database or the disk fails (what
    was stored stays; send the file again).
    """
    began = time.perf_counter()
    if call.every is not None:
        require_every(call.every)
    organisation = get_sender(world, call.controller)
    signed = sign_for(world, call.controller, call.acting)
    reading = _read_whole(world, call, organisation)
    _require_rows(call, reading)
    receipt = reading.receipt
    batch_id = batch_id_of(call.controller, _batch_digest(call, receipt))
    sending = Sending(batch_id, call.controller, call.adapter.code, signed, world.partnership.vocabulary)
    tally = Tally()
    with world.store.look() as view:
        before = _look_back(view, call, receipt)
        # A list that was taken in before ends nothing anew, unless somebody agrees to what it left open.
        old = before.seen and call.confirmed_ends is None
        missing = Missing() if old else _missing(view, call, reading)
    ending = require_meant(missing, reading.rejections, call.confirmed_ends, call.path.name)
    with _acts(world, dry_run=call.dry_run) as perform_one:
        if not before.seen:
            for rows, refused, done in _chunks(_items(world, call, organisation, reading)):
                tally.add(store_chunk(perform_one, sending, rows, refused))
                progress(done, receipt.rows_read)
        tally.add(end_missing(perform_one, sending, ending))
        feed_received = perform_one(lambda act: _receive(act, sending, call, reading, tally, before))
    rejects = None if call.dry_run else _write_rejects(call, reading)
    return IngestResult(
        batch_id,
        call.path.name,
        receipt,
        tally,
        reading.rejections,
        seen_before=before.seen,
        superseded=before.superseded,
        dry_run=call.dry_run,
        feed_received=feed_received,
        ends_held=len(missing.tokens) - len(ending),
        rejects_file=rejects,
        seconds=time.perf_counter() - began,
    )


@dataclass(frozen=True, slots=True)
class _Before:
    """What is known of a file: whether its bytes were received, whether that settles it (`seen`), and whether a
    later one of its list came since."""

    received: bool = False
    seen: bool = False
    superseded: bool = False


def _look_back(view: View, call: IngestCall, receipt: BatchReceipt) -> _Before:
    found = find_batch(view, call.controller, _batch_digest(call, receipt))
    if found is None:
        return _Before()
    latest = find_latest_batch(view, call.controller, call.adapter.code)
    seen = not call.again
    return _Before(True, seen, seen and latest is not None and latest.id != found.id)


def batch_id_of(controller: str, digest: str) -> str:
    """The id of the controller's batch with this digest."""
    return "b-" + hashlib.sha256(f"{controller}\n{digest}".encode()).hexdigest()[:32]


def _batch_digest(call: IngestCall, receipt: BatchReceipt) -> str:
    """By what the same batch is known again: its bytes, and where a mapping says what they mean, that too."""
    if call.mapping_digest is None:
        return receipt.file_digest
    return digest_bytes(f"{receipt.file_digest}\n{call.mapping_digest}".encode())


@dataclass(frozen=True, slots=True)
class _Reading:
    """What a file read to its end told. `items` are its rows and rejections in order, None for a file too long to
    be held: it is then read again, part by part. `source_keys` are those of a whole list, taken back or not."""

    receipt: BatchReceipt
    rejections: tuple[Rejection, ...]
    headings: tuple[str, ...]
    items: tuple[Row | Rejection, ...] | None
    source_keys: frozenset[str] = frozenset()


def _read_whole(world: World, call: IngestCall, organisation: Organisation) -> _Reading:
    """Reads the file to its end; nothing is stored yet."""
    rejections: list[Rejection] = []
    kept: list[Row | Rejection] | None = []
    keys: set[str] = set()
    whole = call.adapter.extent is Extent.WHOLE_LIST
    with open_call(world, call, organisation) as batch:
        for item in batch:
            if isinstance(item, ColumnAlert):
                continue
            if isinstance(item, Rejection):
                rejections.append(item)
                if len(rejections) > MOST_REJECTIONS:
                    raise FileRefused(
                        call.path.name,
                        f"more than {MOST_REJECTIONS} rows cannot be taken; choose the adapter of this format",
                    )
            elif whole:
                keys.update(record.source_key for record in item.records)
            if kept is not None:
                kept.append(item)
                kept = kept if len(kept) <= MOST_HELD else None
        items = None if kept is None else tuple(kept)
        return _Reading(batch.receipt(), tuple(rejections), batch.headings, items, frozenset(keys))


def _require_rows(call: IngestCall, reading: _Reading) -> None:
    """Raises `FileRefused` for a file without rows, CallWrong for ends agreed to where an absence ends nothing."""
    whole = call.adapter.extent is Extent.WHOLE_LIST
    if call.confirmed_ends is not None and not whole:
        raise CallWrong(
            "--confirm-ends",
            f"is for whole lists; `{call.adapter.code}` is sent in parts, where `Withdrawn` takes an entry back",
        )
    if reading.receipt.accepted or reading.receipt.rejected or call.confirmed_ends is not None:
        return
    nobody = "; if nobody is on it any more, send it with --confirm-ends" if whole else ""
    raise FileRefused(
        call.path.name,
        "holds no rows, and an empty file is not a nil return; if there is nothing to send, somebody has to say"
        f" so: `broker feed nil --from {call.controller} --adapter {call.adapter.code}`{nobody}",
    )


def _missing(view: View, call: IngestCall, reading: _Reading) -> Missing:
    if call.adapter.extent is not Extent.WHOLE_LIST:
        return Missing()
    return find_missing(view, call.controller, call.adapter.code, reading.source_keys)


def _items(
    world: World, call: IngestCall, organisation: Organisation, reading: _Reading
) -> Iterator[Row | Rejection]:
    """The rows and rejections once more. Raises CallWrong when a file that is read again has changed."""
    if reading.items is not None:
        yield from reading.items
        return
    with open_call(world, call, organisation) as batch:
        for item in batch:
            if not isinstance(item, ColumnAlert):
                yield item
        if batch.receipt().file_digest != reading.receipt.file_digest:
            raise CallWrong(call.path.name, "was changed while it was being read; send it again")


def _chunks(items: Iterable[Row | Rejection]) -> Iterator[tuple[list[Row], int, int]]:
    """Rows, some at a time, with how many were rejected among them and how many are done by then."""
    rows: list[Row] = []
    waiting = refused = done = 0
    for item in items:
        if isinstance(item, Row):
            rows.append(item)
            waiting += len(item.row_numbers)
        else:
            refused += 1
        if waiting >= ROWS_AT_A_TIME:
            done += waiting + refused
            yield rows, refused, done
            rows, waiting, refused = [], 0, 0
    if rows:
        yield rows, refused, done + waiting + refused


@contextmanager
def _acts(world: World, *, dry_run: bool) -> Iterator[Perform]:
    """How acts are done. A dry run does everything in one act, which is taken back."""
    if not dry_run:
        yield lambda work: world.store.perform(world.clock, work)
        return
    with world.store.rehearse(world.clock) as act:
        yield lambda work: work(act)


def _receive(
    act: Act, sending: Sending, call: IngestCall, reading: _Reading, tally: Tally, before: _Before
) -> bool:
    """Records the batch as received and its feed as heard of; whether the feed was."""
    feed_id = feed_of(call.controller, call.adapter.code)
    promised = find_feeds(act).get(feed_id)
    # An old list that comes again says nothing of how things stand.
    feed = None if before.superseded else _feed_heard(act, call, reading.receipt, promised, seen=before.seen)
    if before.seen and feed is None and not tally.ended:
        return False
    receipt = reading.receipt
    # The entry with a digest closes the batch: its counts are of the whole, those before it of its parts.
    details = {
        "batch": sending.batch_id,
        "controller": sending.controller,
        "accepted": 0 if before.seen else receipt.accepted,
        "refused": 0 if before.seen else receipt.rejected,
        "repeated": receipt.accepted if before.seen else tally.unchanged_records,
        "batch_digest": receipt.file_digest,
        "list": call.adapter.code,
        "ended": tally.ended,
        "mapping_digest": call.mapping_digest,
    }
    entry = entry_of(act, sending.signed, Event.RECORDS_INGESTED, details)
    if not before.seen:
        digest = _batch_digest(call, receipt)
        if before.received:
            # Its bytes were received before; this is another receipt of them.
            digest = digest_bytes(f"{digest}\n{instant_text(act.at)}".encode())
        batch = StoredBatch(
            batch_id_of(call.controller, digest),
            sending.controller,
            call.adapter.code,
            digest,
            act.at,
            receipt.accepted,
            receipt.rejected,
            tally.unchanged_records,
        )
        record_batch(act, batch, [_stored_rejection(one) for one in reading.rejections], entry=entry)
    if feed is not None and (promised is None or promised.every != feed.every):
        news = {"feed": feed_id, "controller": feed.controller, "every": str(feed.every)}
        act.record(entry_of(act, sending.signed, Event.FEED_PROMISED, news))
    if feed is not None:
        record_feed(act, feed_id, feed, entry=entry)
    return feed is not None


def _feed_heard(
    act: Act, call: IngestCall, receipt: BatchReceipt, promised: Feed | None, *, seen: bool
) -> Feed | None:
    """The feed as heard of now, where one was promised. The same list again counts from the next day on: it says
    that nothing has changed, but not twice on one day. A list of which no row could be taken keeps no promise."""
    every = call.every or (promised.every if promised is not None else None)
    if every is None or not (receipt.accepted or call.confirmed_ends is not None):
        return None
    known = seen and promised is not None and promised.every == every
    if known and promised is not None and london_day(promised.last_received_at) >= london_day(act.at):
        return None
    return Feed(call.controller, call.adapter.category_codes, every, act.at)


def _stored_rejection(rejection: Rejection) -> StoredRejection:
    return StoredRejection(rejection.row_number, rejection.reason.value, list(rejection.cells))


def _write_rejects(call: IngestCall, reading: _Reading) -> Path | None:
    if not reading.rejections or call.body is not None:
        return None
    folder = call.rejects_folder or call.path.parent
    path = folder / f"{call.path.stem}.rejects.csv"
    with RejectsFile(path) as file:
        for rejection in reading.rejections:
            file.write(rejection, reading.headings)
    return path
