"""Everything a decision needs to know, gathered in a fixed number of indexed look-ups.

Decides what is near enough to matter: the people asked about; whoever has or had a relationship with them; whoever
a record about or mentioning them is about, mentions or names; everybody under one roof with any of these (a
protected address protects the whole household); whoever signed a consent; the staff who ask, second and decided;
the case. Nothing is opened but facts: no content of any record. With `known_at` the same as it was known then, so
that a past decision can be recomputed.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from broker.decision.facts import Facts
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
from broker.store.staff import find_staff, staff_fact


def lock_facts(
    act: Act,
    person_ids: Iterable[str],
    *,
    case_id: str | None = None,
    override_id: str | None = None,
    staff_ids: Iterable[str] = (),
) -> Versions:
    """Locks what a release about these people in this case, with this emergency access, by these staff, rests on
    against change until the act ends, in sorted order, and returns the versions. Call it first, after the
    agreements' own keys were locked in the same way, then ask the act's instant, then gather (docs/security.md
    section 6)."""
    wanted = [(VersionedKind.PERSON, one) for one in set(person_ids)]
    # Emergency access is a piece of casework: its version stands beside those of cases, under its own id.
    wanted += [(VersionedKind.CASE, one) for one in (case_id, override_id) if one is not None]
    wanted += [staff_fact(one) for one in staff_ids]
    return act.share(wanted)


def gather_locked(
    act: Act, person_ids: Iterable[str], *, case_id: str | None = None, staff_ids: Iterable[str] = ()
) -> tuple[Versions, Facts]:
    """The facts, with everybody near locked too, and their versions: whatever the decision was made on stays as it
    is until the act ends, so that the decision can be recomputed. Call it before the act's instant is asked.

    Who is near is only known once the facts are read: on a database with several writers the act is then done
    again with everybody locked first (`Store.perform`), or read again here where that was still in time.
    """
    asked, staff = tuple(person_ids), tuple(staff_ids)
    while True:
        held = act.held
        facts = gather_facts(act, asked, case_id=case_id, staff_ids=staff)
        near = {*asked, *facts.people}
        versions = act.share([*map(staff_fact, staff), *((VersionedKind.PERSON, one) for one in near)])
        if act.held == held:
            return versions, facts


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
    asked = frozenset(person_ids)
    relationships = find_relationships(view, asked, known_at)
    consents = find_consents(view, asked, known_at)
    rulings = tuple(find_rulings(view, asked, known_at).values())
    headers = find_headers(view, asked, known_at)
    staff = find_staff(view, {*staff_ids, *(ruling.by for ruling in rulings)}, known_at)
    cases = find_cases(view, () if case_id is None else (case_id,), known_at)

    near = set(asked)
    for found in headers:
        near |= found.header.about | (found.header.mentions or frozenset()) | found.named
    households = find_households(view, near, known_at)
    for household in households:
        near |= household.members
    near.update(one for found in relationships for one in (found.from_id, found.to_id))
    near.update(consent.signatory for consent in consents)
    near.update(member.person for member in staff.values() if member.person is not None)
    for case in cases.values():
        near |= case.about

    return Facts(
        people=find_people(view, near, known_at),
        relationships=relationships,
        households=households,
        staff=staff,
        cases=cases,
        consents=consents,
        holder_decisions=rulings,
        feeds=tuple(find_feeds(view, known_at).values()),
        records=tuple(found.header for found in headers),
    )
