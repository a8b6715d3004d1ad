"""What the access checks found, read and answered by those who govern: one finding, in words.

Decides that a finding is read and answered by whoever governs the organisation where it happened, and never by the
one it is about; that a breach is recorded with its clocks as it is found to be one; and that the answer is kept
where the question was, sealed. From docs/security.md section 5 and docs/how-to-access-checks.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum, unique
from typing import Final

from broker.access import Verb
from broker.audit.entry import AuditEntry, parse_entry
from broker.audit.events import Event
from broker.casework import Staff
from broker.casework.second_person import are_one_person
from broker.errors import CallWrong
from broker.oversight.register import CHECKS
from broker.rights.breach import BreachKind
from broker.store.audit import find_entries
from broker.store.notices import NewNotice, find_notices_since, mark_sent, queue_notices
from broker.store.session import Act
from broker.store.staff import find_members, find_staff
from broker.usecases.acting import Acting, entry_of, perform
from broker.usecases.casework.show_team import names_shown
from broker.usecases.notices import Waiting, readable_notices, waiting_of
from broker.usecases.rights.breaches import NewBreach, open_breach
from broker.usecases.world import World

_PREFIX: Final = "check-"
ANSWERED: Final = "answered-check"
"""The topic under which an answer is kept. It never waits: it is closed as it is written."""
SHOWN_FOR: Final = timedelta(days=90)


@unique
class CheckAnswer(StrEnum):
    """What those who govern found."""

    EXPLAINED = "explained"
    TRAINING = "training"
    BREACH = "breach"


@dataclass(frozen=True, slots=True)
class Look:
    """One entry that a finding is about: when, what happened, and for which purpose where it says so."""

    at: datetime
    event: Event
    purpose: str | None


@dataclass(frozen=True, slots=True)
class CheckWaiting:
    """A finding that waits: the check's code, the staff it is about by id and how they are called, whom they
    looked at, and the looks."""

    id: str
    check: str
    since_at: datetime
    staff: tuple[str, ...]
    names: Mapping[str, str]
    about: tuple[str, ...]
    looks: tuple[Look, ...]


@dataclass(frozen=True, slots=True)
class CheckAnswered:
    """One that was answered lately."""

    check: str
    at: datetime
    by: str
    answer: CheckAnswer
    words: str


@dataclass(frozen=True, slots=True)
class ChecksShown:
    """What waits, the longest first, and what was answered lately, the newest first."""

    waiting: tuple[CheckWaiting, ...]
    answered: tuple[CheckAnswered, ...]
    at: datetime


def list_checks(world: World, acting: Acting) -> ChecksShown:
    """Everything that waits for those who govern an organisation. Raises NotAllowed."""

    def work(act: Act, staff: Staff) -> ChecksShown:
        waiting = tuple(_shown(act, world, staff, one) for one in _waiting(act, world, acting, staff))
        details = {"report": "access-checks-waiting", "rows": len(waiting)}
        act.record(entry_of(act, staff, Event.REPORT_PRODUCED, details))
        return ChecksShown(waiting, _answered(act, staff), act.at)

    return perform(world, acting, Verb.ACCESS_CHECK_RUN, work)


def show_check(world: World, acting: Acting, notice_id: str) -> CheckWaiting:
    """One that waits. Raises NotAllowed, and CallWrong for one that waits for nobody here: one answer, whether it
    was answered, is somebody else's or is about whoever asks."""

    def work(act: Act, staff: Staff) -> CheckWaiting:
        found = _get(act, world, acting, staff, notice_id)
        details = {"report": "access-check", "rows": 1}
        act.record(entry_of(act, staff, Event.REPORT_PRODUCED, details, about=found.about))
        return _shown(act, world, staff, found)

    return perform(world, acting, Verb.ACCESS_CHECK_RUN, work)


def answer_check(world: World, acting: Acting, notice_id: str, answer: CheckAnswer, words: str) -> str | None:
    """Closes one with what was found, and returns the id of the breach where it was one. Raises NotAllowed,
    CallWrong without words or for one that waits for nobody here."""
    if not words.strip():
        raise CallWrong("words", "are missing: say in a sentence what you found")

    def work(act: Act, staff: Staff) -> str | None:
        found = _get(act, world, acting, staff, notice_id)
        details = {"alert": found.notice_id, "finding": answer.value}
        entry = entry_of(act, staff, Event.ALERT_CLOSED, details, about=found.about)
        _keep(act, staff, found, answer, words.strip(), entry)
        mark_sent(act, found.notice_id, entry=entry)
        if answer is not CheckAnswer.BREACH:
            return None
        breach = NewBreach(BreachKind.CONFIDENTIALITY, words, people=len(found.about))
        return open_breach(act, world, staff, breach).breach_id

    return perform(world, acting, Verb.ACCESS_CHECK_RUN, work)


def _waiting(act: Act, world: World, acting: Acting, staff: Staff) -> list[Waiting]:
    found = [waiting_of(one) for one in readable_notices(act, world, acting, staff)]
    return [one for one in found if one.topic.removeprefix(_PREFIX) in CHECKS and one.topic.startswith(_PREFIX)]


def _get(act: Act, world: World, acting: Acting, staff: Staff, notice_id: str) -> Waiting:
    found = next((one for one in _waiting(act, world, acting, staff) if one.notice_id == notice_id), None)
    if found is None:
        raise CallWrong("check", f"`{notice_id}` waits for nobody here; list those that do")
    return found


def _shown(act: Act, world: World, staff: Staff, found: Waiting) -> CheckWaiting:
    entries = [parse_entry(data) for index in found.entries for data in find_entries(act, index, index + 1)]
    looks = tuple(Look(one.occurred_at, one.event, _purpose(one)) for one in entries)
    names = names_shown(world, act, staff, found.staff)
    return CheckWaiting(
        found.notice_id,
        found.topic.removeprefix(_PREFIX),
        found.due_at,
        found.staff,
        names,
        found.about,
        looks,
    )


def _purpose(entry: AuditEntry) -> str | None:
    found = entry.details.get("purpose")
    return found if isinstance(found, str) else None


def _keep(act: Act, staff: Staff, found: Waiting, answer: CheckAnswer, words: str, entry: AuditEntry) -> None:
    body = {"check": found.topic, "staff": list(found.staff), "by": staff.id}
    kept = NewNotice(ANSWERED, found.recipient, act.at, {**body, "answer": answer.value, "words": words})
    for notice_id in queue_notices(act, [kept], entry=entry):
        mark_sent(act, notice_id, entry=entry)


def _answered(act: Act, staff: Staff) -> tuple[CheckAnswered, ...]:
    """Those of the organisation, without those about whoever reads."""
    kept = find_notices_since(act, staff.organisation, [ANSWERED], act.at - SHOWN_FOR)
    named = find_staff(act, {str(staff_id) for one in kept for staff_id in one.notice.body["staff"]})
    own = {staff_id for staff_id, one in named.items() if are_one_person(one, staff)}
    theirs = [one for one in kept if own.isdisjoint(one.notice.body["staff"])]
    names = find_members(act, {str(one.notice.body["by"]) for one in theirs})
    return tuple(
        CheckAnswered(
            str(one.notice.body["check"]).removeprefix(_PREFIX),
            one.recorded_at,
            names[by].name if (by := str(one.notice.body["by"])) in names else by,
            CheckAnswer(one.notice.body["answer"]),
            str(one.notice.body["words"]),
        )
        for one in reversed(theirs)
    )
