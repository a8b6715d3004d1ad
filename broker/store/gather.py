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
from broker.store.holder_decisions import find_rulings
from broker.store.households import find_households
from broker.store.kinds import VersionedKind
from broker.store.people import find_people
from broker.store.records import find_headers
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
    wanted = [*beside]
    wanted += [(VersionedKind.PERSON, one) for one in set(person_ids)]
    # Emergency access is a piece of casework: its version stands beside those of cases, under its own id.
    wanted += [(VersionedKind.CASE, one) for one in (case_id, override_id) if one is not None]
    wanted += [staff_fact(one) for one in staff_ids]
    return act.share(wanted)


def gather_locked(
    act: Act, person_ids: Iterable[str], *, case_id: str | None = None, staff_ids: Iterable[str] = ()
) -> tuple[Versions, Facts, dict[str, StaffMember]]:
    """The versions, the facts with everybody near shared too, and the staff with their names: whatever is
    decided on is locked when the act's instant is asked and stays as it is until the act ends, so the decision
    can be made again. Call it before the act's instant is asked.

    INVARIANT: a version is read before what it stands for. Who moves something on meanwhile is found out when all
    are locked, and the act is done again (`Store.perform`).
    """
    asked, staff = tuple(person_ids), tuple(staff_ids)
    versions = act.share([*map(staff_fact, staff), *((VersionedKind.PERSON, one) for one in asked)])

    def rest_on(people: Iterable[str]) -> None:
        versions.update(act.share((VersionedKind.PERSON, one) for one in people))

    return versions, *_gathered(act, asked, case_id, staff, None, rest_on)


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
    return _gathered(view, person_ids, case_id, staff_ids, known_at, lambda _people: None)[0]


def _gathered(
    view: View,
    person_ids: Iterable[str],
    case_id: str | None,
    staff_ids: Iterable[str],
    known_at: datetime | None,
    rest_on: Callable[[Iterable[str]], object],
) -> tuple[Facts, dict[str, StaffMember]]:
    """The facts and the staff with their names; `rest_on` is called with more people before anything is read of
    them."""
    asked, asking = frozenset(person_ids), frozenset(staff_ids)
    relationships, consents, ruled, headers, members, cases, feeds = view.together(
        lambda one: find_relationships(one, asked, known_at),
        lambda one: find_consents(one, asked, known_at),
        lambda one: find_rulings(one, asked, known_at),
        lambda one: find_headers(one, asked, known_at),
        lambda one: find_members(one, asking, known_at),
        lambda one: find_cases(one, () if case_id is None else (case_id,), known_at),
        lambda one: find_feeds(one, known_at),
    )
    rulings: tuple[HolderDecision, ...] = tuple(ruled.values())
    deciding = {ruling.by for ruling in rulings} - members.keys()
    if deciding:
        members |= find_members(view, deciding, known_at)
    staff: dict[str, Staff] = {staff_id: found.staff for staff_id, found in members.items()}

    housed = set(asked)
    for found in headers:
        housed |= found.header.about | (found.header.mentions or frozenset()) | found.named
    near = set(housed)
    near.update(one for found in relationships for one in (found.from_id, found.to_id))
    near.update(consent.signatory for consent in consents)
    near.update(member.person for member in staff.values() if member.person is not None)
    for case in cases.values():
        near |= case.about
    rest_on(near)
    households = find_households(view, housed, known_at)
    with_them = near.union(*(household.members for household in households))
    if with_them != near:
        rest_on(with_them)

    facts = Facts(
        people=find_people(view, with_them, known_at),
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
