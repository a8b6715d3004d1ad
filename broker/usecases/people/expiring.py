"""What ends soon, for whoever may know: a member of a case about its people, an officer in counts.

Decides that nobody sees the end of anything about somebody outside their own open cases, that officers see numbers
by kind (of the cases of their organisation's staff) and, by name, their own staff's training and posts, the
agreements their organisation is party to and the end of the table of bank holidays, early enough to add a year;
and that whoever may decide for a holder is told how many questions to it are past their clock, and nothing of
them. From docs/how-to-expiring.md.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final

from broker.access import Verb
from broker.audit.events import Event
from broker.casework import Case, Staff
from broker.casework.bank_holidays import LAST_YEAR
from broker.consent.record import ConsentRecord
from broker.dates import Period, london_day, shift, start_of_day
from broker.decision.admission import has_personal_connection
from broker.decision.protection import without_protected
from broker.errors import CallWrong
from broker.people import Relationship
from broker.rights.expiry import Expiry, ExpiryKind, person_expiries
from broker.store.cases import find_cases_of
from broker.store.gather import gather_facts
from broker.store.people import find_people
from broker.store.session import Act
from broker.store.staff import find_holders, find_members
from broker.store.vault import find_identities
from broker.usecases.acting import Acting, entry_of, perform
from broker.usecases.casework.front_door import nearby
from broker.usecases.holders.questions import look_in, open_questions
from broker.usecases.rules.rules import current_rules
from broker.usecases.world import World

_AHEAD: Final = Period(days=90)
"""GOV.UK publishes a year's bank holidays long before that."""


@dataclass(frozen=True, slots=True, repr=False)
class Expiring:
    """What ends by `until`. `items` are about whom the asker may know; `counts`, by kind, is what an officer
    sees of the cases of their organisation. `names` are those of the people and the staff in `items`, by id;
    whoever the asker knows otherwise than from work has none there. Printing it shows nothing."""

    until: datetime
    items: tuple[Expiry, ...]
    counts: Mapping[ExpiryKind, int]
    names: Mapping[str, str]
    at: datetime


def list_expiring(world: World, acting: Acting, within: Period) -> Expiring:
    """What ends within a period from now. Raises NotAllowed, CallWrong."""

    def work(act: Act, staff: Staff) -> Expiring:
        until = start_of_day(shift(london_day(act.at), within))
        if until <= act.at:
            raise CallWrong("within", "ends before it begins; write a period such as P30D")
        officer = world.access.find_role([acting.role], Verb.STATISTICS_READ) is not None
        if officer:
            found = [
                *_staff(act, world, staff, act.at, until),
                *_agreements(act, world, staff, act.at, until),
                *bank_holidays_end(act.at, until),
            ]
            counted = _people(act, world, _colleagues(act, world, staff), act.at, until)
            # The same end in two cases is one.
            counts = Counter(kind for kind, _, _ in {(one.kind, one.at, one.about) for one in counted})
        else:
            found, counts = list(_people(act, world, [staff], act.at, until)), Counter()
        if world.access.find_role([acting.role], Verb.HOLDER_DECIDE) is not None:
            # Only those that the inbox shows them, too: what is hidden there is not counted here.
            inbox = look_in(act, staff, open_questions(act, staff.organisation)).seen
            late = sum(one.is_overdue(act.at) for one in inbox.values())
            counts.update({ExpiryKind.QUESTION_LATE: late} if late else {})
        details = {"report": "expiring", "rows": len(found) + sum(counts.values())}
        act.record(entry_of(act, staff, Event.REPORT_PRODUCED, details))
        items = tuple(sorted(found, key=lambda one: (one.at, one.kind, one.about, one.case or "")))
        return Expiring(until, items, dict(sorted(counts.items())), _names(act, staff, items), act.at)

    return perform(world, acting, Verb.EXPIRY_READ, work)


def _people(
    act: Act, world: World, members: Iterable[Staff], since: datetime, until: datetime
) -> Iterator[Expiry]:
    """What ends about the people of the open cases these members of staff are in now. Everybody's facts are
    gathered at once and each case's people looked at once: an officer asks about a whole county."""
    places = [(member, case) for member in members for case in _open_cases(act, member, since)]
    cases = {case.id: case for _, case in places}
    facts, _ = without_protected(gather_facts(act, {one for case in cases.values() for one in case.about}))
    ties: dict[str, list[Relationship]] = {}
    for tie in facts.relationships:
        ties.setdefault(tie.to_id, []).append(tie)
    consents: dict[str, list[ConsentRecord]] = {}
    for event in facts.consents:
        consents.setdefault(event.about, []).append(event)
    for case in cases.values():
        for person_id in sorted(case.about & facts.people.keys()):
            theirs = replace(
                facts,
                relationships=tuple(ties.get(person_id, ())),
                consents=tuple(consents.get(person_id, ())),
            )
            yield from person_expiries(theirs, world.partnership.vocabulary, person_id, since, until, case.id)
    for member, case in places:
        for one in case.members:
            ends_at = one.interval.until_at
            if one.staff == member.id and one.interval.covers(since) and ends_at is not None and ends_at < until:
                yield Expiry(ExpiryKind.MEMBERSHIP, ends_at, member.id, case.id)


def _names(act: Act, staff: Staff, items: Iterable[Expiry]) -> Mapping[str, str]:
    about = {one.about for one in items}
    own = nearby(act, staff)
    # Facts without those who are protected are what the items were made of.
    people = {one for one in find_people(act, about) if not has_personal_connection(own, staff, frozenset({one}))}
    names = {one: identity.full_name() for one, identity in find_identities(act, people).items()}
    return names | {one: member.name for one, member in find_members(act, about).items()}


def _open_cases(act: Act, member: Staff, at: datetime) -> Iterable[Case]:
    found = find_cases_of(act, member.id)
    return [case for _, case in sorted(found.items()) if case.is_open(at) and case.has_member(member.id, at)]


def _colleagues(act: Act, world: World, staff: Staff) -> list[Staff]:
    found: dict[str, Staff] = {}
    for role in world.partnership.vocabulary.roles:
        for staff_id, member in find_holders(act, staff.organisation, role).items():
            found[staff_id] = member.staff
    return [found[staff_id] for staff_id in sorted(found)]


def _staff(act: Act, world: World, staff: Staff, since: datetime, until: datetime) -> Iterator[Expiry]:
    for member in _colleagues(act, world, staff):
        for kind, at in (
            (ExpiryKind.TRAINING, member.trained_until_at),
            (ExpiryKind.POST, member.posts_until_at),
        ):
            if at is not None and since <= at < until:
                yield Expiry(kind, at, member.id)


def _agreements(act: Act, world: World, staff: Staff, since: datetime, until: datetime) -> Iterator[Expiry]:
    for (reference, version), agreement in sorted(current_rules(act, world).documents.items()):
        if staff.organisation not in agreement.parties:
            continue
        validity = agreement.in_force
        review_at = None if validity.review_by is None else start_of_day(validity.review_by)
        for kind, at in (
            (ExpiryKind.AGREEMENT_REVIEW, review_at),
            (ExpiryKind.AGREEMENT_LAPSES, validity.lapses_at),
            (ExpiryKind.AGREEMENT_ENDS, validity.until_at),
        ):
            if at is not None and since <= at < until:
                yield Expiry(kind, at, f"{reference}@{version}", called=agreement.title)


def bank_holidays_end(at: datetime, until: datetime) -> Iterator[Expiry]:
    """That the table of bank holidays ends, from `_AHEAD` before it does, however short the list asked for is, and
    as long as nobody adds a year: every clock in working days counts on without it."""
    ends_at = start_of_day(date(LAST_YEAR + 1, 1, 1))
    if ends_at < max(until, start_of_day(shift(london_day(at), _AHEAD))):
        yield Expiry(ExpiryKind.BANK_HOLIDAYS, ends_at, str(LAST_YEAR))
