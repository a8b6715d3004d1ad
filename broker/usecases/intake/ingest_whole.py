"""A whole list and what it no longer holds: which records end, and who has to say that this is meant.

Decides that an absence ends a record only where the format is a whole list, that nothing ends while rows of the
list could not be read (the missing one may be among them), and that a list which would end more than
`MOST_ENDED_PER_CENT` of what stands on it is refused until somebody agrees to the very number. A list cut short
looks just like a list of people who have left.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import partial
from typing import Final

from broker.agencies import FileRefused, Rejection, RejectionReason
from broker.audit.events import Event
from broker.store.lists import find_listed, record_token
from broker.store.session import Act, View
from broker.usecases.acting import entry_of
from broker.usecases.intake.ingest_chunk import Perform, Sending
from broker.usecases.intake.ingest_news import Ended, end_records
from broker.usecases.intake.ingest_result import Tally

MOST_ENDED_PER_CENT: Final = 20
ENDED_AT_A_TIME: Final = 500


class EndsUnconfirmed(FileRefused):
    """More records would end than anybody agreed to, or another number of them; nothing of the list was kept."""


@dataclass(frozen=True, slots=True)
class Missing:
    """The records (by token) that stand on a list and are not in its next one, and how many stand there."""

    tokens: frozenset[bytes] = field(default=frozenset(), repr=False)
    standing: int = 0


def find_missing(view: View, controller: str, list_code: str, source_keys: Iterable[str]) -> Missing:
    """What the list no longer holds when these are the keys of its records."""
    listed = find_listed(view, controller, list_code)
    if not listed:
        return Missing()
    return Missing(listed - {record_token(view, controller, key) for key in source_keys}, len(listed))


def require_meant(
    missing: Missing, rejections: Iterable[Rejection], confirmed: int | None, where: str
) -> frozenset[bytes]:
    """The tokens of the records that end now: all that are missing, or none while rows could not be read.

    Raises EndsUnconfirmed when another number was agreed to, or when there are too many for nobody to agree.
    """
    count = len(missing.tokens)
    if confirmed is not None:
        if confirmed != count:
            raise EndsUnconfirmed(
                where,
                f"would end {count} records, not the {confirmed} that were agreed to; look at the list again",
            )
        return missing.tokens
    # A row that only repeats another one was read: nothing can be missing because of it.
    if count and any(one.reason is not RejectionReason.DUPLICATE for one in rejections):
        return frozenset()
    if count * 100 > missing.standing * MOST_ENDED_PER_CENT:
        raise EndsUnconfirmed(
            where,
            f"would end {count} of {missing.standing} records, more than {MOST_ENDED_PER_CENT} per cent, because"
            " the list no longer holds them; send the whole list, or if they have ended say so with"
            f" --confirm-ends {count}",
        )
    return missing.tokens


def end_missing(perform: Perform, sending: Sending, tokens: frozenset[bytes]) -> Tally:
    """Ends these records, some at a time, each part whole or not at all."""
    tally = Tally()
    waiting = sorted(tokens)
    for start in range(0, len(waiting), ENDED_AT_A_TIME):
        some = frozenset(waiting[start : start + ENDED_AT_A_TIME])
        tally.add(perform(partial(_end, sending, some)))
    return tally


def _end(sending: Sending, some: frozenset[bytes], act: Act) -> Tally:
    details = {
        "batch": sending.batch_id,
        "controller": sending.controller,
        "accepted": 0,
        "refused": 0,
        "reason": Ended.NOT_ON_LIST.value,
    }
    entry = entry_of(act, sending.signed, Event.RECORDS_INGESTED, details)
    # Another run may have struck some off meanwhile, or put them back: only what stands there still ends.
    part = find_listed(act, sending.controller, sending.list_code) & some
    return end_records(act, sending.signed, sending.controller, {Ended.NOT_ON_LIST: part}, entry=entry)
