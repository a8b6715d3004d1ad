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
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from broker.access import Verb
from broker.agencies import BatchReceipt, ColumnAlert, FileRefused, Rejection, RejectsFile, Row, open_batch
from broker.agencies.contract import Adapter
from broker.audit.events import Event
from broker.dates import Period, london_day
from broker.decision.facts import Feed
from broker.errors import CallWrong, did_you_mean
from broker.store.feeds import find_feeds, record_feed
from broker.store.ingest import Batch as StoredBatch
from broker.store.ingest import Rejection as StoredRejection
from broker.store.ingest import find_batch, record_batch
from broker.store.session import Act
from broker.usecases.acting import Acting, Signed, entry_of, perform
from broker.usecases.ingest_chunk import OpenAct, Overtaken, Sending, store_chunk
from broker.usecases.ingest_result import IngestResult, Tally
from broker.usecases.world import World
from broker.vocabulary.codes import Organisation

ROWS_AT_A_TIME: Final = 500
"""Rows in one act: short enough to keep other writers waiting no longer than a blink."""
MOST_HELD: Final = 20_000
"""Rows of one file held in memory, some 60 MB; a longer file is read twice."""
MOST_REJECTIONS: Final = 50_000
"""More, and the file is not the list it is said to be."""
TRIES: Final = 5
AGENCY_ROLE: Final = "agency-system"
Progress = Callable[[int, int], None]
"""Hears how many rows of how many are done."""


@dataclass(frozen=True, slots=True)
class IngestCall:
    """What is asked for: the file, its format, who sent it.

    `acting` is the member of staff who loads it (None: the agency's own system). `every` sets up the sender's
    promise to send this list so often. `rejects_folder` None is the file's own folder.
    """

    path: Path
    adapter: Adapter
    controller: str
    acting: Acting | None = None
    dry_run: bool = False
    every: Period | None = None
    rejects_folder: Path | None = None


def ingest_file(world: World, call: IngestCall, progress: Progress = lambda _done, _of: None) -> IngestResult:
    """Takes the batch in and says what became of it.

    Raises NotAllowed for whoever may not, CallWrong for an unknown organisation or one that may not send this
    format, `FileRefused` for a file that is not what it is said to be (nothing of it was kept), SystemFailed when
    the database or the disk fails (what was stored stays; send the file again).
    """
    began = time.perf_counter()
    organisation = _organisation(world, call.controller)
    signed = _admit(world, call)
    reading = _read_whole(world, call, organisation)
    receipt = reading.receipt
    batch_id = "b-" + hashlib.sha256(f"{call.controller}\n{receipt.file_digest}".encode()).hexdigest()[:32]
    sending = Sending(batch_id, call.controller, signed, world.partnership.vocabulary)
    tally = Tally()
    with world.store.look() as view:
        seen = find_batch(view, call.controller, receipt.file_digest) is not None
    with _acts(world, dry_run=call.dry_run) as open_act:
        if not seen:
            for rows, refused, done in _chunks(_items(world, call, organisation, reading)):
                tally.add(_stored(open_act, sending, rows, refused))
                progress(done, receipt.rows_read)
        with open_act() as act:
            feed_received = _receive(act, sending, call, reading, tally, seen=seen)
    rejects = None if call.dry_run else _write_rejects(call, reading)
    return IngestResult(
        batch_id,
        call.path.name,
        receipt,
        tally,
        reading.rejections,
        seen_before=seen,
        dry_run=call.dry_run,
        feed_received=feed_received,
        rejects_file=rejects,
        seconds=time.perf_counter() - began,
    )


def _organisation(world: World, code: str) -> Organisation:
    organisations = world.partnership.vocabulary.organisations
    if code not in organisations:
        raise CallWrong(
            "from", f"`{code}` is not an organisation of this partnership{did_you_mean(code, organisations)}"
        )
    return organisations[code]


def _admit(world: World, call: IngestCall) -> Signed:
    """Under whose name the batch is taken in. Raises NotAllowed unless they may load batches."""
    if call.acting is None:
        world.access.require({AGENCY_ROLE}, Verb.INGEST_RUN)
        return Signed(f"{call.controller}/{AGENCY_ROLE}", call.controller)
    return Signed.of(perform(world, call.acting, Verb.INGEST_RUN, lambda _act, staff: staff))


@dataclass(frozen=True, slots=True)
class _Reading:
    """What a file read to its end told. `items` are its rows and rejections in order, None for a file too long to
    be held: it is then read again, part by part."""

    receipt: BatchReceipt
    rejections: tuple[Rejection, ...]
    headings: tuple[str, ...]
    items: tuple[Row | Rejection, ...] | None


def _read_whole(world: World, call: IngestCall, organisation: Organisation) -> _Reading:
    """Reads the file to its end; nothing is stored yet."""
    rejections: list[Rejection] = []
    kept: list[Row | Rejection] | None = []
    with open_batch(call.path, call.adapter, organisation, london_day(world.clock.now())) as batch:
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
            if kept is not None:
                kept.append(item)
                kept = kept if len(kept) <= MOST_HELD else None
        items = None if kept is None else tuple(kept)
        return _Reading(batch.receipt(), tuple(rejections), batch.headings, items)


def _items(
    world: World, call: IngestCall, organisation: Organisation, reading: _Reading
) -> Iterator[Row | Rejection]:
    """The rows and rejections once more. Raises CallWrong when a file that is read again has changed."""
    if reading.items is not None:
        yield from reading.items
        return
    with open_batch(call.path, call.adapter, organisation, london_day(world.clock.now())) as batch:
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
def _acts(world: World, *, dry_run: bool) -> Iterator[OpenAct]:
    """How acts are opened. A dry run does everything in one act, and takes it back."""
    if not dry_run:
        yield lambda: world.store.act(world.clock)
        return
    with suppress(_TakenBack), world.store.act(world.clock) as act:
        yield lambda: nullcontext(act)
        raise _TakenBack


class _TakenBack(Exception):
    """Ends a dry run; never leaves this module."""


def _stored(open_act: OpenAct, sending: Sending, rows: list[Row], refused: int) -> Tally:
    for _ in range(TRIES - 1):
        try:
            return store_chunk(open_act, sending, rows, refused)
        except Overtaken:
            continue
    return store_chunk(open_act, sending, rows, refused)


def _receive(
    act: Act,
    sending: Sending,
    call: IngestCall,
    reading: _Reading,
    tally: Tally,
    *,
    seen: bool,
) -> bool:
    """Records the batch as received and its feed as heard of; whether the feed was."""
    feed_id = f"{call.controller}/{call.adapter.code}"
    feed = _feed_heard(act, call, feed_id, seen=seen)
    if seen and feed is None:
        return False
    receipt = reading.receipt
    # The entry with a digest closes the batch: its counts are of the whole, those before it of its parts.
    details = {
        "batch": sending.batch_id,
        "controller": sending.controller,
        "accepted": 0 if seen else receipt.accepted,
        "refused": 0 if seen else receipt.rejected,
        "repeated": receipt.accepted if seen else tally.unchanged_records,
        "batch_digest": receipt.file_digest,
    }
    entry = entry_of(act, sending.signed, Event.RECORDS_INGESTED, details)
    if not seen:
        batch = StoredBatch(
            sending.batch_id,
            sending.controller,
            call.adapter.code,
            receipt.file_digest,
            act.at,
            receipt.accepted,
            receipt.rejected,
            tally.unchanged_records,
        )
        record_batch(act, batch, [_stored_rejection(one) for one in reading.rejections], entry=entry)
    if feed is not None:
        record_feed(act, feed_id, feed, entry=entry)
    return feed is not None


def _feed_heard(act: Act, call: IngestCall, feed_id: str, *, seen: bool) -> Feed | None:
    """The feed as heard of now, where one was promised. The same list again counts from the next day on: it says
    that nothing has changed, but not twice on one day."""
    promised = find_feeds(act).get(feed_id)
    every = call.every or (promised.every if promised is not None else None)
    if every is None:
        return None
    known = seen and promised is not None and promised.every == every
    if known and promised is not None and london_day(promised.last_received_at) >= london_day(act.at):
        return None
    return Feed(call.controller, call.adapter.category_codes, every, act.at)


def _stored_rejection(rejection: Rejection) -> StoredRejection:
    return StoredRejection(rejection.row_number, rejection.reason.value, list(rejection.cells))


def _write_rejects(call: IngestCall, reading: _Reading) -> Path | None:
    if not reading.rejections:
        return None
    folder = call.rejects_folder or call.path.parent
    path = folder / f"{call.path.stem}.rejects.csv"
    with RejectsFile(path) as file:
        for rejection in reading.rejections:
            file.write(rejection, reading.headings)
    return path
