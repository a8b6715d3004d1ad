"""What an organisation received, and what it was told about it since: withdrawn, corrected, recalled.

Decides that staff see what they asked for themselves, and whoever decides for a holder what everybody there did;
that what was refused was not received; and that what is told names no content and no more than the release showed.
From docs/rules.md (a withdrawal reaches whoever already received) and docs/api.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from broker.access import Verb
from broker.audit.events import Event
from broker.casework import Staff
from broker.errors import CallWrong
from broker.store.cursors import open_cursor, seal_cursor
from broker.store.disclosures import ReleasedCell, StoredDisclosure, find_disclosure, find_disclosures_to
from broker.store.headers import find_versions
from broker.store.notices import KeptNotice, find_notices_since
from broker.store.session import Act, View
from broker.usecases.acting import Acting, entry_of, perform
from broker.usecases.kinds import DisclosureOutcome
from broker.usecases.notices import RECALLS, Finding, Waiting, close_notice
from broker.usecases.partners.not_here import NotHere
from broker.usecases.world import World

MOST: Final = 100
"""The longest page."""
_LIST: Final = "disclosures"


@dataclass(frozen=True, slots=True)
class Since:
    """What the recipient was told of a release afterwards: `because` is a topic of `release.recall`. `about` are
    person ids, `cells` (category, controller) pairs, `records` record ids; `closed_at` None: it waits."""

    notice_id: str
    because: str
    at: datetime
    about: tuple[str, ...]
    cells: tuple[tuple[str, str], ...]
    records: tuple[str, ...]
    closed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Received:
    """A release as its recipient may read of it: who asked, when, for what, about whom (ids as they were typed),
    and what was told since, oldest first."""

    disclosure: StoredDisclosure
    since: tuple[Since, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """Some of them, oldest first, and the cursor with which to go on; None: there are no more."""

    received: tuple[Received, ...]
    after: str | None


def list_received(world: World, acting: Acting, after: str | None, limit: int) -> Page:
    """A page of what the organisation of whoever asks received. Raises NotAllowed, and CallWrong for a cursor that
    is not theirs."""

    def work(act: Act, staff: Staff) -> Page:
        reader = f"{staff.id}/{acting.role}"
        place = None
        if after is not None:
            place = open_cursor(act, _LIST, reader, after)
            if place is None:
                raise CallWrong("after", "is no cursor of this list; begin without one")
        by = None if _sees_all(world, acting) else staff.id
        found = find_disclosures_to(
            act, staff.organisation, place, limit + 1, by=by, outcome=DisclosureOutcome.ANSWERED
        )
        page = found[:limit]
        details = {"report": "disclosures-received", "rows": len(page)}
        act.record(entry_of(act, staff, Event.REPORT_PRODUCED, details))
        since = _since(act, staff.organisation, page)
        last = page[-1] if len(found) > limit else None
        cursor = None if last is None else seal_cursor(act, _LIST, reader, (last.request.at, last.id))
        return Page(tuple(Received(one, since.get(one.id, ())) for one in page), cursor)

    return perform(world, acting, Verb.DISCLOSURE_READ, work)


@dataclass(frozen=True, slots=True)
class ReceivedWhole:
    """One of them with what it showed: the cells that held something, and the records with their detail."""

    received: Received
    cells: tuple[ReleasedCell, ...]
    records: tuple[tuple[str, str], ...]


def show_received(world: World, acting: Acting, disclosure_id: str) -> ReceivedWhole:
    """One release. Raises NotAllowed, and NotHere for one that was never made, that was refused, and that is not
    for whoever asks to read: one answer."""

    def work(act: Act, staff: Staff) -> ReceivedWhole:
        found = _readable(act, world, acting, staff, disclosure_id)
        act.record(entry_of(act, staff, Event.REPORT_PRODUCED, {"report": "disclosures-received", "rows": 1}))
        since = _since(act, staff.organisation, [found]).get(found.id, ())
        return ReceivedWhole(Received(found, since), tuple(_shown(act, found)), found.records)

    return perform(world, acting, Verb.DISCLOSURE_READ, work)


def acknowledge(world: World, acting: Acting, disclosure_id: str, notice_id: str, finding: Finding) -> Waiting:
    """Closes a notice about this release, as `close_notice`. Raises NotAllowed, and NotHere for a notice that does
    not wait, is about another release or is not for whoever asks to read: one answer."""

    def work(act: Act, staff: Staff) -> None:
        found = find_disclosure(act, disclosure_id)
        told = () if found is None else _since(act, staff.organisation, [found]).get(disclosure_id, ())
        if notice_id not in {one.notice_id for one in told}:
            raise _not_here(disclosure_id)

    perform(world, acting, Verb.DISCLOSURE_READ, work)
    try:
        return close_notice(world, acting, notice_id, finding)
    except CallWrong:
        raise _not_here(disclosure_id) from None


def _shown(view: View, made: StoredDisclosure) -> Iterator[ReleasedCell]:
    """The cells that held something. By the records as they were then: whom one is about by now is not to be
    learnt from here, and a cell that was permitted and empty was not shown."""
    versions = find_versions(view, [record_id for record_id, _ in made.records], made.request.at)
    held = {
        (person_id, header.category, header.controller)
        for record_id in versions
        for header in [versions[record_id][-1].header]
        for person_id in header.about
    }
    return (cell for cell in made.cells if (cell.person_id, cell.category, cell.controller) in held)


def _readable(act: Act, world: World, acting: Acting, staff: Staff, disclosure_id: str) -> StoredDisclosure:
    found = find_disclosure(act, disclosure_id)
    if (
        found is None
        or found.recipient != staff.organisation
        or found.outcome is not DisclosureOutcome.ANSWERED
        or not (found.request.by == staff.id or _sees_all(world, acting))
    ):
        raise _not_here(disclosure_id)
    return found


def _not_here(disclosure_id: str) -> NotHere:
    return NotHere(f"disclosure `{disclosure_id}`", "is not here for you")


def _sees_all(world: World, acting: Acting) -> bool:
    return world.access.find_role([acting.role], Verb.HOLDER_DECIDE) is not None


def _since(view: View, recipient: str, page: Iterable[StoredDisclosure]) -> Mapping[str, tuple[Since, ...]]:
    """What was told of each, by its id."""
    wanted = {one.id: one.request.at for one in page}
    if not wanted:
        return {}
    found: dict[str, tuple[Since, ...]] = {}
    for kept in find_notices_since(view, recipient, RECALLS, min(wanted.values())):
        disclosure_id = str(kept.notice.body["disclosure"])
        if disclosure_id in wanted:
            found[disclosure_id] = (*found.get(disclosure_id, ()), _told(kept))
    return found


def _told(kept: KeptNotice) -> Since:
    body: Mapping[str, Any] = kept.notice.body
    people = [body["person"]] if "person" in body else body.get("people", ())
    return Since(
        kept.id,
        kept.notice.topic,
        kept.recorded_at,
        tuple(str(one) for one in people),
        tuple((str(category), str(controller)) for category, controller in body.get("cells", ())),
        tuple(str(one) for one in body.get("records", ())),
        kept.closed_at,
    )
