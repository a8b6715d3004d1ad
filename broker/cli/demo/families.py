"""Which families the stories are told of: picked from the county for what happened to them, found by searching.

Decides only the casting. The county knows who everybody is; who they are to the broker is found the way a worker
finds them, by name and date of birth, and only people known there as one person are cast.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from broker.cli.demo.stage import CURTAIN
from broker.dates import age_on, london_day
from broker.errors import CallWrong
from broker.identifiers import normal_name
from broker.people import RelationshipKind
from broker.store.gather import gather_facts
from broker.store.session import Store, View
from broker.store.vault import Sought, find_candidates, find_identities
from broker.synth.population import County, Family, SynthPerson

DAY: Final[date] = london_day(CURTAIN)
HOUSEHOLD_KEPT: Final = 7
"""Years, by the retention of the category `household`."""
LOOKED_AT: Final = 200
"""Families looked through: enough to choose from. A larger county begins with those of a smaller one, so that
every size from here on casts the same families."""
FEWEST: Final = 60
"""Families of a county that has everybody the stories need."""
_UNASKED: Final = frozenset({"staff-safety", "orders-in-force", "benefits"})
"""What the family support agreement gives a team without the person's agreement."""
_TEENS: Final = range(12, 16)
_WANTED: Final = ("attendance", "contact-referral", "early-help", "identity", "police-incidents")


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody cast: the id the broker knows them by, and who they are."""

    id: str
    person: SynthPerson

    @property
    def first(self) -> str:
        """The given name."""
        return self.person.given_name

    @property
    def age(self) -> int:
        """In whole years, when the demo begins."""
        return age_on(self.person.born_on, DAY)


@dataclass(frozen=True, slots=True)
class Household:
    """A mother and a child of school age; her partner where there is one. `whatever_he_says` is whether something
    is there about him that goes to a team without his agreement."""

    family: Family
    mother: Member
    child: Member
    partner: Member | None = None
    whatever_he_says: bool = False

    @property
    def ids(self) -> tuple[str, ...]:
        """Everybody's id, the mother first."""
        members = (self.mother, self.child, *((self.partner,) if self.partner is not None else ()))
        return tuple(member.id for member in members)


@dataclass(frozen=True, slots=True)
class Families:
    """Who the stories are about. `together` is a mother with her partner: the front door, the team, the
    withdrawal. `led` has a lead already, `silent` a secret, in `missing` a teenager is gone, `asking` is where a
    partner asks for his own data."""

    together: Household
    led: Household
    silent: Household
    missing: Household
    asking: Household


def partner_of(home: Household) -> Member:
    """The partner. Raises LookupError where the home was cast without one."""
    if home.partner is None:
        raise LookupError("this story needs a couple")
    return home.partner


def cast_families(store: Store, county: County) -> Families:
    """All different, with mothers of different names where the county has them. Raises CallWrong where so small a
    county has none that fit."""
    with store.look() as view:
        homes = [home for _, home in sorted(_fitting(view, county), key=lambda one: -one[0])]
    chosen: list[Household] = []

    def choose(fits: Callable[[Household], bool]) -> Household:
        free = [home for home in homes if home not in chosen and fits(home)]
        taken = {one.first for home in chosen for one in (home.mother, home.child)}
        other = [home for home in free if not {home.mother.first, home.child.first} & taken]
        if not free:
            raise CallWrong(
                "--families", "this county has no families for every story; ask for more, or another --seed"
            )
        chosen.append((other or free)[0])
        return chosen[-1]

    missing = choose(lambda home: home.child.age in _TEENS)
    together = choose(lambda home: home.partner is not None and not home.whatever_he_says)
    asking = choose(lambda home: home.partner is not None)
    led, silent = choose(lambda _home: True), choose(lambda _home: True)
    return Families(together, led, silent, missing, asking)


def other_homes(store: Store, county: County, cast: Families, most: int) -> list[Household]:
    """Further homes of which no story is told, the first names all different where the county has them."""
    taken = {cast.together, cast.led, cast.silent, cast.missing, cast.asking}
    with store.look() as view:
        homes = [home for _, home in sorted(_fitting(view, county), key=lambda one: -one[0]) if home not in taken]
    names: set[str] = set()
    fresh = []
    for home in homes:
        if not {home.child.first, home.mother.first} & names:
            names |= {home.child.first, home.mother.first}
            fresh.append(home)
    return [*fresh, *(home for home in homes if home not in fresh)][:most]


def find_member(view: View, given_name: str, family_name: str, born_on: date) -> tuple[str, ...]:
    """The ids of those known with this very name and birth date."""
    found = find_candidates(view, Sought(family_name, given_name, born_on))
    return tuple(
        one
        for one, identity in find_identities(view, found).items()
        if identity.born_on == born_on
        and normal_name(identity.given_names) == normal_name(given_name)
        and normal_name(identity.family_name) == normal_name(family_name)
    )


def _fitting(view: View, county: County) -> Iterator[tuple[int, Household]]:
    """Families with a mother and a child at school, each known once, and how much there is about the child."""
    for family in county.families[:LOOKED_AT]:
        if any(person.markers for person in family.people):
            continue
        for mother, child in _mothers(family):
            found = _find(view, mother), _find(view, child)
            partner = _partner(family, mother)
            cast = _find(view, partner) if partner is not None else None
            if found[0] is None or found[1] is None or (partner is not None and cast is None):
                continue
            held = {header.category for header in gather_facts(view, [found[1].id]).records}
            if {"attendance", "identity"} <= held:
                # Who lives with a child is kept for seven years from when that began, so a younger one's is shown.
                young = found[1].age < HOUSEHOLD_KEPT
                rank = sum(category in held for category in _WANTED) + 2 * young
                his = gather_facts(view, [cast.id]).records if cast is not None else ()
                unasked = any(one.category in _UNASKED for one in his)
                yield rank, Household(family, found[0], found[1], cast, unasked)
                break


def _mothers(family: Family) -> Iterator[tuple[SynthPerson, SynthPerson]]:
    for link in family.relationships:
        if link.kind is RelationshipKind.MOTHER and {link.from_id, link.to_id} <= family.household:
            child = family.person(link.to_id)
            if child.school_code and 5 <= age_on(child.born_on, DAY) < 16:
                yield family.person(link.from_id), child


def _partner(family: Family, mother: SynthPerson) -> SynthPerson | None:
    """The other adult of the home who is a father or step-parent there."""
    kinds = (RelationshipKind.FATHER, RelationshipKind.STEP_PARENT)
    for link in family.relationships:
        if link.kind in kinds and link.from_id in family.household and link.from_id != mother.id:
            return family.person(link.from_id)
    return None


def _find(view: View, person: SynthPerson) -> Member | None:
    """The one known person with this name and birth date; None where there are none or several."""
    same = find_member(view, person.given_name, person.family_name, person.born_on)
    return Member(same[0], person) if len(same) == 1 else None
