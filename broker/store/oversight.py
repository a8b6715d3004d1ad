"""The access checks' place in the log, and the watched list.

Decides that an entry is checked once: each run begins where the last one ended, and of two runs that begin at one
place only one is kept. The watched list holds pseudonyms of the log and no ids of people.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sqlalchemy import func, select

from broker.audit.entry import AuditEntry
from broker.store.sealing import latest, open_fact, seal_fact
from broker.store.session import Act, View
from broker.store.tables.base import table_of
from broker.store.tables.oversight import AccessCheckRun, WatchVersion

RUNS: Final = table_of(AccessCheckRun)
WATCHES: Final = table_of(WatchVersion)


@dataclass(frozen=True, slots=True)
class Watch:
    """A person on the watched list, by a pseudonym of the log; `by` put them there, in these words."""

    pseudonym: str
    watched: bool
    by: str
    words: str


def find_checked(view: View) -> int:
    """The index up to which entries have been checked; 0 where none has."""
    return int(view.read(select(func.max(RUNS.c.until_index)))[0][0] or 0)


def record_run(act: Act, from_index: int, until_index: int, *, entry: AuditEntry) -> None:
    """Records a run. Raises SystemFailed where another one began at the same place."""
    row = {"from_index": from_index, "until_index": until_index, "recorded_at": act.at}
    act.write_rows(entry, RUNS, [row])


def record_watch(act: Act, watch: Watch, *, entry: AuditEntry) -> None:
    """Records that somebody is, or is no longer, on the watched list."""
    row, token = act.new_row(), act.keys.token("watch", watch.pseudonym)
    body = {"pseudonym": watch.pseudonym, "watched": watch.watched, "by": watch.by, "words": watch.words}
    version = {
        "row_id": row,
        "watch_token": token,
        "recorded_at": act.at,
        "watch": seal_fact(act, WATCHES, "watch", row, token, body),
    }
    act.write_rows(entry, WATCHES, [version])


def find_watched(view: View) -> frozenset[str]:
    """The pseudonyms on the watched list now."""
    found = set()
    for token, row in latest(view.read(select(WATCHES)), "watch_token").items():
        body = open_fact(view, WATCHES, "watch", row.row_id, token, row.watch)
        if body["watched"]:
            found.add(body["pseudonym"])
    return frozenset(found)
