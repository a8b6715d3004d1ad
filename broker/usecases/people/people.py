"""People: made known, found again, related to each other, housed together, marked.

Decides what is needed to make somebody known, that a search names two things or an identifier and a purpose, and
who is never found: somebody protected is not, and somebody the searcher has a personal connection to stops the
search; both alert silently. From docs/rules.md (protected) and docs/security.md section 4.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Final

from broker.access import Verb
from broker.audit.commitment import commit_private
from broker.audit.entry import AuditEntry
from broker.audit.events import Event, Outcome
from broker.canonical import canonical_json
from broker.casework import Staff
from broker.dates import Period, age_on, london_day, shift
from broker.decision.admission import has_personal_connection
from broker.decision.facts import Facts
from broker.decision.protection import without_protected
from broker.errors import CallWrong, NotAllowed, did_you_mean
from broker.identifiers import get_identifier_type
from broker.people import DataSubject, ProtectionMarker
from broker.people.telling_apart import Alike, street_of, tell_apart
from broker.store.audit_private import put_private
from broker.store.gather import gather_facts
from broker.store.notices import NewNotice, queue_notices
from broker.store.people import add_people
from broker.store.session import Act
from broker.store.vault import (
    Identity,
    Sought,
    can_be_found_by,
    find_candidates,
    find_identities,
    find_named_between,
    put_identities,
)
from broker.usecases.acting import Acting, entry_of, perform, random_32
from broker.usecases.release.alerts import CONFLICT, made_known_alerts, protected_alerts
from broker.usecases.world import World

NHS_NUMBER = "nhs-number"
NEEDS = (
    "needs an identifier, or two of family name, given name, birth date and postcode: a birth date with any of"
    " them, or a family name with a postcode; to protect somebody also both names with about how old they are"
)
MOST_BY_AGE: Final = 6
"""So many people are shown who match two names and an age; where there are more, nobody is: that is no search for
one person any more."""
OLDEST: Final = 120
_ABOUT: Final = ((18, 1), (OLDEST + 1, 2))
"""How far an age may be out, by the age under which that holds: a year for children, two for adults."""


@dataclass(frozen=True, slots=True, repr=False)
class NewPerson:
    """Somebody to make known. `identifiers` maps a type's code to what was typed. Printing it shows nothing."""

    given_names: str
    family_name: str
    born_on: date | None = None
    died_on: date | None = None
    postcode: str = ""
    address: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    identifiers: Mapping[str, str] = field(default_factory=dict)

    def __repr__(self) -> str:
        return "NewPerson(…)"


@dataclass(frozen=True, slots=True, repr=False)
class Wanted:
    """What is known of somebody looked for: an identifier, or two of the rest that find somebody together
    (`NEEDS`). Printing it shows nothing."""

    given_names: str = ""
    family_name: str = ""
    born_on: date | None = None
    postcode: str = ""
    identifiers: Mapping[str, str] = field(default_factory=dict)
    about_age: int | None = None
    """About how old they are, in years: used where two names alone are known besides, for a protective purpose."""

    def __repr__(self) -> str:
        return "Wanted(…)"


@dataclass(frozen=True, slots=True, repr=False)
class FoundPerson:
    """Just enough to choose rightly: the name, the age in whole years, and the district of the postcode, which is
    left out for anybody whose address is protected. `apart` is what tells them from somebody else who was found
    and looks the same by all that; empty where nobody does."""

    person_id: str
    name: str
    age: int | None
    district: str
    apart: str = ""


@dataclass(frozen=True, slots=True)
class Search:
    """What a search found, by id. `stopped` says that the searcher may know somebody found, who is left out."""

    found: tuple[FoundPerson, ...]
    stopped: bool


def add_person(world: World, acting: Acting, new: NewPerson) -> str:
    """Makes somebody known and returns their new id. Where somebody protected shares what is said of them, the
    custodians hear of it, silently: they may be the same, and whoever is added cannot be told. Raises NotAllowed,
    CallWrong, IdentifierRefused."""
    identity = Identity(
        family_name=new.family_name.strip(),
        given_names=new.given_names.strip(),
        born_on=new.born_on,
        postcode=_canonical({"postcode": new.postcode} if new.postcode else {}).get("postcode", ("",))[0],
        address=new.address,
        phones=new.phones,
        identifiers=_canonical(new.identifiers),
    )
    if not identity.full_name():
        raise CallWrong("name", "is missing: give the names by which they are known")

    alike = Sought(
        identity.family_name, identity.given_names, identity.born_on, identity.postcode, identity.identifiers
    )

    def work(act: Act, staff: Staff) -> str:
        candidates = find_candidates(act, alike)
        alerts = made_known_alerts(act, candidates, gather_facts(act, candidates))
        person_id = act.new_id("p-")
        entry = _changed(act, staff, "person-added", [person_id])
        add_people(act, [DataSubject(person_id, new.born_on, new.died_on)], entry=entry)
        put_identities(act, {person_id: identity}, entry=entry)
        for alert in alerts:
            alert.body.update({"people": [person_id], "by": staff.id})
        queue_notices(act, alerts, entry=entry)
        return person_id

    return perform(world, acting, Verb.CONTACT_RECORD, work)


def find_person(world: World, acting: Acting, wanted: Wanted, purpose: str, reason: str) -> Search:
    """Searches the vault. Two names and about how old somebody is find them for a protective purpose alone, and
    only where few match: too many are answered like nobody. The reason is kept, sealed, with whoever was found; of
    a search that found nobody only the purpose is. Raises NotAllowed where the role may not use the verb or ask
    for this purpose, and CallWrong where too little is given."""
    vocabulary = world.partnership.vocabulary
    role = vocabulary.roles.get(acting.role)
    if purpose not in vocabulary.purposes:
        raise CallWrong("purpose", f"`{purpose}` is not known{did_you_mean(purpose, vocabulary.purposes)}")
    if not reason.strip():
        raise CallWrong("reason", "is missing: say in a sentence why you look")
    postcode = _canonical({"postcode": wanted.postcode} if wanted.postcode else {}).get("postcode", ("",))[0]
    identifiers = _canonical(wanted.identifiers)
    sought = Sought(wanted.family_name, wanted.given_names, wanted.born_on, postcode, identifiers)
    if wanted.about_age is not None and not 0 <= wanted.about_age <= OLDEST:
        raise CallWrong("age", f"is about how old they are, in years, from 0 to {OLDEST}")
    by_age = not can_be_found_by(sought)
    if by_age and not (
        vocabulary.purposes[purpose].protective
        and wanted.about_age is not None
        and sought.given_names.strip()
        and sought.family_name.strip()
    ):
        raise CallWrong("search", NEEDS)

    def work(act: Act, staff: Staff) -> Search | None:
        if role is None or purpose not in role.purposes:
            refusal = {"verb": Verb.PERSON_SEARCH.value, "reason": "purpose-not-of-role"}
            act.record(entry_of(act, staff, Event.ACCESS_REFUSED, refusal, outcome=Outcome.REFUSED))
            return None
        candidates = _named_about(act, sought, wanted) if by_age else find_candidates(act, sought)
        raw = gather_facts(act, candidates, staff_ids=[staff.id])
        facts, _ = without_protected(raw)
        connected = {
            one for one in candidates if has_personal_connection(facts, facts.staff[staff.id], frozenset([one]))
        }
        shown = [one for one in candidates if one in facts.people and one not in connected]
        if by_age and len(shown) + len(connected & facts.people.keys()) > MOST_BY_AGE:
            shown, connected = [], set()
        details = {"found": len(shown), "purpose": purpose, "by": _searched_by(sought, by_age=by_age)}
        private = canonical_json({"reason": reason.strip()})
        blinding = random_32(act)
        commitment = commit_private(private, blinding)
        entry = entry_of(act, staff, Event.PERSON_SEARCHED, details, about=shown, commitment=commitment)
        act.record(entry)
        # The reason may name people, so it is sealed like them: under the key of the first one found.
        for one in shown[:1]:
            put_private(act, one, blinding, private, entry=entry)
        alerts = protected_alerts(act, candidates, raw)
        if connected:
            alerts.append(NewNotice(CONFLICT, staff.organisation, act.at, {"about": sorted(connected)}))
        for alert in alerts:
            alert.body["by"] = staff.id
        queue_notices(act, alerts, entry=entry)
        identities = find_identities(act, shown)
        protected = _address_protected(facts)
        found = [_found(facts.people[one], identities.get(one), protected, act) for one in shown]
        apart = tell_apart([_alike(one, identities.get(one.person_id), protected) for one in found])
        return Search(tuple(replace(one, apart=apart[one.person_id]) for one in found), bool(connected))

    search = perform(world, acting, Verb.PERSON_SEARCH, work)
    if search is None:
        raise NotAllowed("purpose", f"`{acting.role}` may not ask for `{purpose}`; name a purpose of your role")
    return search


def _found(person: DataSubject, identity: Identity | None, protected: frozenset[str], act: Act) -> FoundPerson:
    age = age_on(person.born, london_day(act.at)) if person.born is not None else None
    hidden = identity is None or person.id in protected
    district = "" if hidden or identity is None else identity.postcode.partition(" ")[0]
    return FoundPerson(person.id, identity.full_name() if identity is not None else "", age, district)


def _alike(found: FoundPerson, identity: Identity | None, protected: frozenset[str]) -> Alike:
    looks = (found.name.casefold(), found.age, found.district)
    street = "" if identity is None or found.person_id in protected else street_of(identity.address)
    return Alike(found.person_id, looks, identity.born_on if identity is not None else None, street)


def _address_protected(facts: Facts) -> frozenset[str]:
    """Everybody marked `address-protected` or under one roof with somebody who is."""
    marked = {one.id for one in facts.people.values() if ProtectionMarker.ADDRESS_PROTECTED in one.markers}
    return frozenset(marked).union(*(home.members for home in facts.households if home.members & marked))


def _named_about(act: Act, sought: Sought, wanted: Wanted) -> tuple[str, ...]:
    """Those with both names who are about as old: whose age today is at most so many years out."""
    age = wanted.about_age or 0
    out = next(years for under, years in _ABOUT if age < under)
    today = london_day(act.at)
    eldest = shift(today, Period(years=age + out + 1), -1)
    youngest = shift(today, Period(years=max(age - out, 0)), -1)
    return find_named_between(act, sought, eldest + timedelta(days=1), youngest)


def _searched_by(sought: Sought, *, by_age: bool) -> list[str]:
    given = {
        "age": by_age,
        "family-name": bool(sought.family_name),
        "given-name": bool(sought.given_names),
        "birth-date": sought.born_on is not None,
        "postcode": bool(sought.postcode),
        **dict.fromkeys(sought.identifiers, True),
    }
    return sorted(name for name, used in given.items() if used)


def _canonical(typed: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """Identifiers in canonical form. Raises IdentifierRefused, which never repeats the value."""
    return {code: (get_identifier_type(code).parse(text).canonical,) for code, text in typed.items()}


def _changed(act: Act, staff: Staff, change: str, about: Iterable[str]) -> AuditEntry:
    return entry_of(act, staff, Event.STANDING_CHANGED, {"change": change}, about=about)


def require_known(facts: Facts, person_ids: Sequence[str]) -> None:
    """Raises CallWrong unless everybody is known; the facts are already without protected people."""
    for one in person_ids:
        if one not in facts.people:
            raise CallWrong("person", f"nobody here has the id `{one}`; find or add the person first")
