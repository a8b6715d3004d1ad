"""Searching the log: who did what and when, newest first, a page at a time.

Decides who is shown what: whoever may export the log is shown all of it, anybody else the entries of their own
organisation, as in an evidence pack. A person is sought by id, and one who is protected is not there, like one
whose id was never issued. Entries hold no name and no content; colleagues are named, because their work is what
is looked at. Every search leaves an entry of its own, with the number found. From docs/audit.md.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum, unique
from typing import Any, Final

from broker.access import Verb
from broker.audit.events import Event
from broker.casework import Staff
from broker.dates import london_day, start_of_day
from broker.errors import CallWrong, did_you_mean
from broker.people import ProtectionMarker
from broker.store.disclosures import find_decided
from broker.store.log_search import FoundEntry, Wanted, find_logged, find_receipted
from broker.store.people import find_people
from broker.store.session import Act
from broker.store.staff import find_members
from broker.usecases.acting import Acting, entry_of, perform, pseudonyms_of
from broker.usecases.world import World

DECIDED: Final = frozenset({Event.PROFILE_RELEASED, Event.PROFILE_REFUSED})
"""What is entered in the very act in which a request was decided."""
A_PAGE: Final = 50
MOST_DAYS: Final = 366
LEAF_BYTES: Final = 32
_HEXADECIMAL: Final = re.compile(r"[0-9a-fA-F]{64}")
_REFERENCE: Final = re.compile(r"d-[a-z0-9]+")


@unique
class SearchReason(StrEnum):
    """Why somebody looks into the log."""

    ROUTINE = "routine"
    ACCESS_CHECK = "access-check"
    COMPLAINT = "complaint"
    BREACH = "breach"
    RIGHTS_REQUEST = "rights-request"
    COURT = "court"

    @property
    def in_words(self) -> str:
        """As it is chosen on a screen."""
        return _REASONS[self]


_REASONS: Final[Mapping[SearchReason, str]] = {
    SearchReason.ROUTINE: "A routine check",
    SearchReason.ACCESS_CHECK: "An access check asks about it",
    SearchReason.COMPLAINT: "A complaint",
    SearchReason.BREACH: "A possible breach",
    SearchReason.RIGHTS_REQUEST: "Somebody asks for their own data",
    SearchReason.COURT: "A court or an inspector asks",
}


@dataclass(frozen=True, slots=True)
class LogSearch:
    """What is sought: days in England, both included; a whole event or the beginning of several (`profile.`); a
    member of staff, a disclosure and a person by id. `disclosure` may be the leaf hash of a receipt, too, which
    names one entry on whichever day. `before` is where the page before ended."""

    reason: SearchReason
    from_on: date
    until_on: date
    event: str | None = None
    actor: str | None = None
    disclosure: str | None = None
    person: str | None = None
    before: int | None = None

    @property
    def receipt(self) -> bytes | None:
        """The leaf hash that is sought, where it is one: in hexadecimal as a receipt has it, or in base64."""
        return None if self.disclosure is None else _leaf(self.disclosure)


@dataclass(frozen=True, slots=True)
class LoggedEntry:
    """One entry as it is shown; `index` is its place in the log, None where it has none yet; `actor_name` is empty
    where the post is not known here. `decision` is the id of the decision it is about, which can be read."""

    index: int | None
    at: datetime
    event: str
    actor: str
    actor_name: str
    organisation: str
    outcome: str
    details: Mapping[str, Any]
    people: int
    decision: str | None


@dataclass(frozen=True, slots=True)
class LogFound:
    """A page of entries; `whole_log` says that it is not only of one organisation; `older` is where the next page
    begins, None where there is none."""

    entries: tuple[LoggedEntry, ...]
    whole_log: bool
    older: int | None


def search_log(world: World, acting: Acting, search: LogSearch) -> LogFound:
    """The entries. Raises NotAllowed, and CallWrong for days in the wrong order or an unknown event."""
    require_sound(search)
    whole = world.access.find_role([acting.role], Verb.AUDIT_EXPORT) is not None

    def work(act: Act, staff: Staff) -> LogFound:
        wanted = Wanted(
            start_of_day(search.from_on),
            start_of_day(search.until_on + timedelta(days=1)),
            organisation=None if whole else staff.organisation,
            actor=search.actor,
            event=search.event,
            about=_pseudonym(act, search.person),
            disclosure=search.disclosure,
            before=search.before,
            most=A_PAGE + 1,
        )
        found = [] if _is_hidden(act, search.person) else _find(act, wanted)
        shown, more = found[:A_PAGE], found[A_PAGE:]
        names = find_members(act, {str(one.value["actor"]) for one in shown})
        entries = tuple(
            _logged(act, one, names[actor].name if (actor := str(one.value["actor"])) in names else "")
            for one in shown
        )
        details = {"found": len(shown), "reason": search.reason.value}
        about = [search.person] if search.person is not None else []
        act.record(entry_of(act, staff, Event.AUDIT_SEARCHED, details, about=about))
        return LogFound(entries, whole, shown[-1].number if more else None)

    return perform(world, acting, Verb.AUDIT_READ, work)


def begin_search(world: World, acting: Acting) -> tuple[date, date]:
    """The days a search begins with, for whoever may search. Raises NotAllowed."""
    perform(world, acting, Verb.AUDIT_READ, lambda _, staff: staff.id)
    today = london_day(world.clock.now())
    return today - timedelta(days=6), today


def require_sound(search: LogSearch) -> None:
    """Raises CallWrong for days in the wrong order, too many of them, an unknown event, or what is neither an
    audit reference nor a receipt."""
    if search.disclosure is not None and not _REFERENCE.fullmatch(search.disclosure) and not search.receipt:
        raise CallWrong(
            "disclosure",
            "is neither an audit reference, which begins with d-, nor a receipt of 64 figures and letters: "
            "copy the whole of one",
        )
    if search.until_on < search.from_on:
        raise CallWrong("until", "is before the first day: change one of the two")
    if search.until_on == date.max:
        raise CallWrong("until", "is the last day there is: name an earlier one")
    if (search.until_on - search.from_on).days >= MOST_DAYS:
        raise CallWrong("until", f"is more than {MOST_DAYS} days after the first: search in parts")
    if search.event is not None and not any(
        event == search.event or (search.event.endswith(".") and event.startswith(search.event)) for event in Event
    ):
        raise CallWrong("event", f"is no event of the log{did_you_mean(search.event, Event)}")


def _find(act: Act, wanted: Wanted) -> list[FoundEntry]:
    leaf = None if wanted.disclosure is None else _leaf(wanted.disclosure)
    if leaf is None:
        return find_logged(act, wanted)
    return find_receipted(act, leaf, replace(wanted, disclosure=None))


def _leaf(text: str) -> bytes | None:
    plain = "".join(text.split())
    if _HEXADECIMAL.fullmatch(plain):
        return bytes.fromhex(plain)
    try:
        found = base64.b64decode(plain, validate=True)
    except (binascii.Error, ValueError):
        return None
    return found if len(found) == LEAF_BYTES else None


def _pseudonym(act: Act, person: str | None) -> str | None:
    return None if person is None else pseudonyms_of(act, [person])[0]


def _is_hidden(act: Act, person: str | None) -> bool:
    """INVARIANT: somebody protected and somebody never heard of have the same entries here: none."""
    if person is None:
        return False
    found = find_people(act, [person]).get(person)
    return found is None or ProtectionMarker.PROTECTED in found.markers


def _logged(act: Act, found: FoundEntry, name: str) -> LoggedEntry:
    value = found.value
    at = datetime.fromisoformat(value["at"])
    made = value["event"] in DECIDED and find_decided(act, str(value["organisation"]), str(value["actor"]), at)
    return LoggedEntry(
        found.index,
        at,
        str(value["event"]),
        str(value["actor"]),
        name,
        str(value["organisation"]),
        str(value["outcome"]),
        value["details"],
        len(value["about"]),
        made or value["details"].get("disclosure"),
    )
