"""The access checks run: they follow the audit log from where they stopped, and what they find waits for officers.

Decides that an entry is checked once, that a finding waits for those who govern the organisation it happened at
and never for the one it is about, and that the reading holds no lock: findings are written in a short act of their
own, which fails where another run has got there first. For a schedule, run by the holder of the keys; or by an
officer. From docs/security.md section 5 and docs/how-to-access-checks.md.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final, TypeVar

from broker.access import Verb
from broker.audit.entry import parse_entry
from broker.audit.events import Event
from broker.casework import Staff
from broker.errors import CallWrong
from broker.oversight.finding import CheckFinding
from broker.oversight.known import Known
from broker.oversight.log import HORIZON, Log, Logged
from broker.oversight.register import CHECKS
from broker.store.audit import find_entries, find_tree_head, integrate_entries
from broker.store.notices import NewNotice, queue_notices
from broker.store.oversight import Watch, find_checked, record_run, record_watch
from broker.store.session import Act, View
from broker.usecases.acting import AS_OPERATOR, AUDIT_DOMAIN, Acting, Signed, entry_of, perform
from broker.usecases.oversight.access_check_facts import gather_known
from broker.usecases.world import World

T = TypeVar("T")

FIRST: Final = timedelta(days=1)
"""How far back the first run looks for something to find; what went before is what was usual."""
MOST: Final = 20_000
"""Entries checked in one run; the next one goes on."""
_CHUNK: Final = 2_000


@dataclass(frozen=True, slots=True)
class Ran:
    """What a run did: it checked the entries `[from_index, until_index)`. `found` counts findings by check;
    `more` says that entries are waiting for another run."""

    from_index: int
    until_index: int
    found: Mapping[str, int]
    more: bool


def run_access_checks(world: World, acting: Acting | None) -> Ran:
    """Runs every check over what is new in the log; `acting` None is the holder of the keys. Raises NotAllowed."""
    _perform(world, acting, Verb.ACCESS_CHECK_RUN, lambda _act, _staff: None)
    while integrate_entries(world.store, world.clock):
        pass
    with world.store.look() as view:
        start, end, size = _stretch(view, world.clock.now())
        log = _read(view, start, end)
        known = gather_known(view, log, world.partnership.vocabulary.organisations)
    found = [(code, one) for code, registered in CHECKS.items() for one in registered.check(log, known)]

    def work(act: Act, staff: Staff | None) -> Ran:
        if find_checked(act) > start:
            raise CallWrong("access checks", "were run by somebody else meanwhile; nothing was found twice")
        for code, one in found:
            _raise(act, staff, code, one, known)
        counted = dict(Counter(code for code, _ in found))
        details = {"report": "access-checks", "rows": len(found)}
        entry = entry_of(act, _signed(staff), Event.REPORT_PRODUCED, details)
        act.record(entry)
        if end > start:
            record_run(act, start, end, entry=entry)
        return Ran(start, end, counted, size > end)

    return _perform(world, acting, Verb.ACCESS_CHECK_RUN, work)


def watch_person(world: World, acting: Acting, about: str, words: str, *, watched: bool) -> None:
    """Puts somebody on the watched list, or takes them off. Anybody may be named, known here or not: the list
    holds a pseudonym, and whether somebody is known does not show. Raises NotAllowed, CallWrong without words."""
    if not words.strip():
        raise CallWrong("words", "are missing: say in a sentence why")

    def work(act: Act, staff: Staff) -> None:
        change = "watched" if watched else "unwatched"
        entry = entry_of(act, staff, Event.WATCH_CHANGED, {"change": change}, about=[about])
        pseudonym = act.keys.pseudonym_text(AUDIT_DOMAIN, about)
        record_watch(act, Watch(pseudonym, watched, staff.id, words.strip()), entry=entry)

    perform(world, acting, Verb.ACCESS_CHECK_WATCH, work)


def _perform(world: World, acting: Acting | None, verb: Verb, work: Callable[[Act, Staff | None], T]) -> T:
    if acting is not None:
        return perform(world, acting, verb, work)
    return world.store.perform(world.clock, lambda act: work(act, None))


def _stretch(view: View, now: datetime) -> tuple[int, int, int]:
    """Where this run begins and ends, and how long the log is."""
    size = find_tree_head(view).frontier.size
    start = find_checked(view)
    if start == 0:
        start = _first_since(view, size, now - FIRST)
    return start, min(size, start + MOST), size


def _first_since(view: View, end: int, at: datetime) -> int:
    """The index of the first entry of the run that ends the log in which nothing is older than `at`."""
    while end > 0:
        start = max(0, end - _CHUNK)
        entries = [parse_entry(data) for data in find_entries(view, start, end)]
        for index, entry in reversed(list(enumerate(entries, start))):
            if entry.occurred_at < at:
                return index + 1
        end = start
    return 0


def _read(view: View, start: int, end: int) -> Log:
    recent = _logged(view, start, end)
    if not recent:
        return Log(())
    first = _first_since(view, start, recent[0].entry.occurred_at - HORIZON - FIRST)
    before = tuple(one for at in range(first, start, _CHUNK) for one in _logged(view, at, min(at + _CHUNK, start)))
    return Log(recent, before)


def _logged(view: View, start: int, end: int) -> tuple[Logged, ...]:
    return tuple(Logged(n, parse_entry(data)) for n, data in enumerate(find_entries(view, start, end), start))


def _raise(act: Act, staff: Staff | None, code: str, found: CheckFinding, known: Known) -> None:
    """One finding: an entry in the log, and a notice under it for those who govern."""
    alert = act.new_id("a-")
    people = sorted(known.people[one].person_id for one in found.about if one in known.people)
    body: dict[str, Any] = {
        "alert": alert,
        "by": found.by,
        "second": found.second,
        "entries": list(found.entries),
        "about": people,
    }
    entry = entry_of(act, _signed(staff), Event.ALERT_RAISED, {"alert": alert, "kind": code})
    queue_notices(act, [NewNotice(f"check-{code}", found.organisation, act.at, body)], entry=entry)


def _signed(staff: Staff | None) -> Signed:
    return AS_OPERATOR if staff is None else Signed.of(staff)
