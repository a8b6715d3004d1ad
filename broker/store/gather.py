"""Everything a decision needs to know, gathered in a fixed number of indexed look-ups.

Decides what is near enough to matter: the people asked about; whoever has or had a relationship with them; whoever
a record about or mentioning them is about, mentions or names; everybody under one roof with any of these (a
protected address protects the whole household); whoever signed a consent; the staff who ask, second and decided;
the case. Nothing is opened but facts: no content of any record. With `known_at` the same as it was known then, so
that a past decision can be recomputed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

from broker.casework import Staff
from broker.casework.staff import StaffMember
from broker.decision.facts import Facts, HolderDecision
from broker.store.cases import find_cases
from broker.store.consents import find_consents
from broker.store.feeds import find_feeds
from broker.store.headers import KnownHeader, holdable, without_held
from broker.store.holder_decisions import find_rulings
from broker.store.holds import find_held
from broker.store.households import find_households
from broker.store.kinds import VersionedKind
from broker.store.people import find_people
from broker.store.records import read_headers
from broker.store.relationships import find_relationships
from broker.store.session import Act, Versions, View
from broker.store.staff import find_members, staff_fact


def lock_facts(
    act: Act,
    person_ids: Iterable[str],
    *,
    case_id: str | None = None,
    override_id: str | None = None,
    staff_ids: Iterable[str] = (),
    beside: Iterable[tuple[VersionedKind, str]] = (),
) -> Versions:
    """Shares what a release about these people in this case, with this emergency access, by these staff, rests on
    and what stands `beside` that, and returns the versions (`Act.share`). Call it first, then gather, then ask the
    act's instant (docs/security.md section 6)."""
    return act.share(facts_of(person_ids, case_id, override_id, staff_ids, beside))


def facts_of(
    person_ids: Iterable[str],
    case_id: str | None,
    override_id: str | None,
    staff_ids: Iterable[str],
    beside: Iterable[tuple[VersionedKind, str]] = (),
) -> list[tuple[VersionedKind, str]]:
    """What has a version among these."""
    wanted = [*beside]
    wanted += [(VersionedKind.PERSON, one) for one in set(person_ids)]
    # Emergency access is a piece of casework: its version stands beside those of cases, under its own id.
    wanted += [(VersionedKind.CASE, one) for one in (case_id, override_id) if one is not None]
    return wanted + [staff_fact(one) for one in staff_ids]


def gather_locked(
    act: Act,
    person_ids: Iterable[str],
    *,
    case_id: str | None = None,
    staff_ids: Iterable[str] = (),
    beside: Iterable[tuple[VersionedKind, str]] = (),
) -> tuple[Versions, Facts, dict[str, StaffMember]]:
    """The versions, the facts with everybody near shared too, and the staff with their names: whatever is
    decided on, and what stands `beside` it, is locked when the act's instant is asked and stays as it is until the
    act ends, so the decision can be made again. Call it before the act's instant is asked.

    INVARIANT: a version is read before what it stands for. Who moves something on meanwhile is found out when all
    are locked, and the act is done again (`Store.perform`).
    """
    asked, staff = tuple(person_ids), tuple(staff_ids)
    versions: Versions = {}

    def rest_on(facts: Iterable[tuple[VersionedKind, str]]) -> Reader:
        reader = act.sharing(facts)
        return lambda view: versions.update(reader(view))

    asking = [*beside, *map(staff_fact, staff), *map(_person, asked)]
    return versions, *_gathered(act, asked, case_id, staff, None, rest_on, asking)


def gather_facts(
    view: View,
    person_ids: Iterable[str],
    *,
    case_id: str | None = None,
    staff_ids: Iterable[str] = (),
    known_at: datetime | None = None,
) -> Facts:
    """The facts of one request: `person_ids` are the people asked about, `staff_ids` who asks and who seconds.

    Ids never issued are allowed and bring nothing.
    """
    return _gathered(view, person_ids, case_id, staff_ids, known_at, lambda _facts: lambda _view: None, ())[0]


Reader = Callable[[View], object]


def _person(person_id: str) -> tuple[VersionedKind, str]:
    return VersionedKind.PERSON, person_id


def _gathered(
    view: View,
    person_ids: Iterable[str],
    case_id: str | None,
    staff_ids: Iterable[str],
    known_at: datetime | None,
    rest_on: Callable[[Iterable[tuple[VersionedKind, str]]], Reader],
    asking: Iterable[tuple[VersionedKind, str]],
) -> tuple[Facts, dict[str, StaffMember]]:
    """The facts and the staff with their names; `rest_on` is called with more facts, those of who asks first, and
    its reader stands before those that read what they stand for."""
    asked, staff_asking = frozenset(person_ids), frozenset(staff_ids)
    _, relationships, consents, ruled, headers, members, cases, feeds = view.together(
        rest_on(asking),
        lambda one: find_relationships(one, asked, known_at),
        lambda one: find_consents(one, asked, known_at),
        lambda one: find_rulings(one, asked, known_at),
        lambda one: read_headers(one, asked, known_at),
        lambda one: find_members(one, staff_asking, known_at),
        lambda one: find_cases(one, () if case_id is None else (case_id,), known_at),
        lambda one: find_feeds(one, known_at),
    )
    rulings: tuple[HolderDecision, ...] = tuple(ruled.values())
    deciding = {ruling.by for ruling in rulings} - members.keys()
    if deciding:
        members |= find_members(view, deciding, known_at)
    staff: dict[str, Staff] = {staff_id: found.staff for staff_id, found in members.items()}

    about = {one for case in cases.values() for one in case.about}
    about.update(one for found in relationships for one in (found.from_id, found.to_id))
    about.update(consent.signatory for consent in consents)
    about.update(member.person for member in staff.values() if member.person is not None)
    # What is held is found out in the same round: whoever only such a record brings near is left out after that.
    housed = asked | _in_records(headers)
    near = housed | about
    _, held, households, people = view.together(
        rest_on(map(_person, near)),
        lambda one: find_held(one, *holdable(headers), known_at),
        lambda one: find_households(one, housed, known_at),
        lambda one: find_people(one, near, known_at),
    )
    headers = without_held(headers, held)
    if held:
        housed = asked | _in_records(headers)
        households = tuple(one for one in households if one.members & housed)
    with_them = (housed | about).union(*(household.members for household in households))
    further = with_them - near
    if further:
        _, more = view.together(rest_on(map(_person, further)), lambda one: find_people(one, further, known_at))
        people |= more

    facts = Facts(
        people={one: found for one, found in people.items() if one in with_them},
        relationships=relationships,
        households=households,
        staff=staff,
        cases=cases,
        consents=consents,
        holder_decisions=rulings,
        feeds=tuple(feeds.values()),
        records=tuple(found.header for found in headers),
    )
    return facts, members


def _in_records(headers: Iterable[KnownHeader]) -> frozenset[str]:
    """Whom these records are about, mention or name."""
    found: set[str] = set()
    for one in headers:
        found |= one.header.about | (one.header.mentions or frozenset()) | one.named
    return frozenset(found)
