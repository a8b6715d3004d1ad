"""The holder's inbox: what must my organisation decide, and by when?

Decides what a row and a question in full hold. A question in full is what somebody needs to decide it and nothing
else: who asks and why, what exactly would go to whom and for how long, what the law allows, what the person has
said. The list names no service of which it is a secret who is known to it: whoever opens the question must know
who asks, or could not weigh it, and that they opened it leaves an entry of its own. Who a question was shown to
leaves an entry, and so does the list. From docs/how-to-holder.md and docs/rules.md 1.6.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from broker.access import Verb
from broker.audit.events import Event
from broker.casework import Staff
from broker.casework.clocks import Due, Left
from broker.casework.question import Question
from broker.casework.staff import StaffMember
from broker.casework.working_time import OFFICE_HOURS, working_time_between
from broker.dates import Period, london_day, shift, start_of_day
from broker.decision.decision import Decision
from broker.decision.evaluate import evaluate
from broker.decision.facts import Facts, HolderDecision, HolderRuling
from broker.decision.request import Request
from broker.release.explained import is_explained
from broker.release.holder_view import LawLine, SaidLine, WouldGo, law_of, reasons_now, said_of, would_go
from broker.store.gather import gather_facts
from broker.store.session import Act
from broker.store.staff import find_members, find_staff_at
from broker.store.steps import open_words
from broker.store.vault import Identity, find_identities
from broker.usecases.acting import Acting, entry_of, perform
from broker.usecases.holders.questions import look_in, open_questions, require_question
from broker.usecases.rules.rules import current_rules, lock_rules
from broker.usecases.world import World
from broker.vocabulary.codes import Tier

MOST_ROWS: Final = 50
"""Rows of one list: few enough for everybody in it to stand in its entry."""
UNNAMED: Final = "a service that is named inside"
_ONE_DAY: Final = Period(days=1)


@dataclass(frozen=True, slots=True, repr=False)
class QuestionRow:
    """A question in the list, with the name of whom it is about, and of the colleague it was handed to.
    `names_asker` is False where the list may not say who asks. Printing it shows nothing."""

    question: Question
    name: str
    sentence: str
    left: Left
    handed_name: str = ""
    names_asker: bool = True


@dataclass(frozen=True, slots=True)
class InboxList:
    """The rows, the first due first, and how many more there are."""

    rows: tuple[QuestionRow, ...]
    more: int


@dataclass(frozen=True, slots=True, repr=False)
class QuestionShown:
    """A question in full. `asker_name` and `asker_phone` are of whoever asks, `why` their own sentence (empty
    where a profile referred it), `because` why it does not go by itself, `until_at` until when a release
    would stand where nobody says otherwise. `may_tell` says whether whoever asks may be told that it is
    withheld. `colleagues` are those there who decide too, whether they could take this one or not."""

    row: QuestionRow
    asker_name: str
    asker_phone: str
    why: str
    goes: WouldGo
    because: tuple[str, ...]
    law: tuple[LawLine, ...]
    said: tuple[SaidLine, ...]
    until_at: datetime
    may_tell: bool
    at: datetime
    colleagues: tuple[StaffMember, ...] = ()


def list_inbox(world: World, acting: Acting, *, overdue: bool = False) -> InboxList:
    """The open questions to the organisation of whoever looks; those overdue alone where `overdue`. Raises
    NotAllowed."""

    def work(act: Act, staff: Staff) -> InboxList:
        seen = look_in(act, staff, open_questions(act, staff.organisation)).seen
        kept = [one for one in seen.values() if not overdue or one.is_overdue(act.at)]
        kept.sort(key=lambda one: (one.due, not one.urgent, one.id))
        shown = kept[:MOST_ROWS]
        about = sorted({one.matter.about for one in shown})
        details = {"report": "holder-inbox", "rows": len(shown)}
        act.record(entry_of(act, staff, Event.REPORT_PRODUCED, details, about=about))
        names = find_identities(act, about)
        handed = find_members(act, {one.handed_to for one in shown if one.handed_to is not None})
        rows = tuple(_row(world, one, names, act.at, handed, listed=True) for one in shown)
        return InboxList(rows, len(kept) - len(shown))

    return perform(world, acting, Verb.HOLDER_DECIDE, work)


def show_question(world: World, acting: Acting, question_id: str) -> QuestionShown:
    """One question in full. Raises NotAllowed."""

    def work(act: Act, staff: Staff) -> QuestionShown:
        question = require_question(act, staff, question_id)
        matter = question.matter
        entry = entry_of(act, staff, Event.QUESTION_SHOWN, {"question": question_id}, about=[matter.about])
        act.record(entry)
        why = open_words(act, [question.row]).get(question.row, {})
        facts = gather_facts(act, [matter.about], case_id=matter.case, staff_ids=[question.asked_by, staff.id])
        now, after = _both(act, world, question, facts, staff)
        vocabulary = world.partnership.vocabulary
        members = find_members(act, {question.asked_by, question.handed_to or question.asked_by})
        member = members.get(question.asked_by)
        return QuestionShown(
            _row(world, question, find_identities(act, [matter.about]), act.at, members),
            member.name if member is not None else question.asked_by,
            member.phone if member is not None else "",
            str(why.get("why", "")),
            would_go(now, after, matter),
            reasons_now(now, matter),
            law_of(now, matter),
            said_of(now, matter, question.asker),
            stands_until(world, question, act.at),
            is_explained(vocabulary.categories[matter.category], vocabulary.organisations[matter.controller]),
            act.at,
            _deciders(act, world, staff),
        )

    return perform(world, acting, Verb.HOLDER_DECIDE, work, locking=lock_rules)


def stands_until(world: World, question: Question, at: datetime) -> datetime:
    """Until when a release of it stands where nobody says otherwise. A purpose that has lost its row since stands
    until the end of the day."""
    clock = world.partnership.vocabulary.inboxes.get(question.matter.purpose)
    day = london_day(at)
    return start_of_day(shift(day, clock.stands)) if clock is not None else start_of_day(shift(day, _ONE_DAY))


def time_left(due: Due, at: datetime) -> Left:
    """How much of the clock is left at `at`, in office hours where it counts those."""
    if not due.working:
        return Left(due.at - at, working=False)
    if at < due.at:
        return Left(working_time_between(at, due.at, OFFICE_HOURS), working=True)
    return Left(-working_time_between(due.at, at, OFFICE_HOURS), working=True)


def _both(act: Act, world: World, question: Question, facts: Facts, staff: Staff) -> tuple[Decision, Decision]:
    """The asker's request as it would be decided now, without and with the release."""
    matter = question.matter
    table = current_rules(act, world).table
    request = Request(
        act.at,
        question.asked_by,
        question.role,
        matter.purpose,
        (matter.about,),
        matter.case,
        "asked of the holder",
    )
    release = HolderDecision(
        matter.about,
        matter.category,
        matter.controller,
        matter.purpose,
        HolderRuling.RELEASE,
        staff.id,
        act.at,
        matter.case,
    )
    released = replace(facts, holder_decisions=(*facts.holder_decisions, release))
    return evaluate(table, facts, request), evaluate(table, released, request)


def _deciders(act: Act, world: World, staff: Staff) -> tuple[StaffMember, ...]:
    """The colleagues who may decide there now. INVARIANT: depends on nobody a question is about, so that who is
    left out of it shows nobody's personal connection."""
    found = [
        member
        for member in find_staff_at(act, [staff.organisation]).values()
        if member.staff.id != staff.id
        and member.staff.is_in_post(act.at)
        and world.access.find_role(_roles_now(member.staff, act.at), Verb.HOLDER_DECIDE) is not None
    ]
    return tuple(sorted(found, key=lambda one: (one.name, one.staff.id)))


def _roles_now(staff: Staff, at: datetime) -> frozenset[str]:
    return staff.roles | {one.role for one in staff.covers if one.interval.covers(at)}


def _row(
    world: World,
    question: Question,
    names: Mapping[str, Identity],
    at: datetime,
    members: Mapping[str, StaffMember],
    *,
    listed: bool = False,
) -> QuestionRow:
    vocabulary, matter = world.partnership.vocabulary, question.matter
    name = names[matter.about].full_name() if matter.about in names else ""
    known = vocabulary.organisations.get(question.asker)
    names_asker = not listed or (known is not None and known.tier < Tier.T3)
    asker = (known.name if known is not None else question.asker) if names_asker else UNNAMED
    kind = vocabulary.categories[matter.category].title
    purpose = vocabulary.purposes[matter.purpose].title
    sentence = f"May {asker} have “{kind}” about {name or matter.about}, for “{purpose}”?"
    to = question.handed_to
    handed = members[to].name if to is not None and to in members else to or ""
    return QuestionRow(question, name, sentence, time_left(question.due, at), handed, names_asker)
