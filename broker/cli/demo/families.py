"""Which families the stories are told of: picked from the county for what happened to them, found by searching.

Decides only the casting. The county knows who everybody is; who they are to the broker is found the way a worker
finds them, by name and date of birth, and only people known there as one person are cast.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from broker.cli.demo.stage import CURTAIN
from broker.dates import age_on, london_day
from broker.errors import CallWrong
from broker.identifiers import normal_name
from broker.people import RelationshipKind
from broker.store.gather import gather_facts
from broker.store.session import Store, View
from broker.store.vault import Sought, find_candidates, find_identities
from broker.synth.population import County, Family, SynthPerson

DAY: date = london_day(CURTAIN)
HOUSEHOLD_KEPT = 7
"""Years, by the retention of the category `household`."""
_WANTED = ("attendance", "contact-referral", "early-help", "identity", "police-incidents")


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody cast: the id the broker knows them by, and who they are."""

    id: str
    person: SynthPerson

    @property
    def first(self) -> str:
        """The given name."""
        return self.person.given_name


@dataclass(frozen=True, slots=True)
class Household:
    """A mother and a child of school age; her partner where the story has one."""

    family: Family
    mother: Member
    child: Member
    partner: Member | None = None

    @property
    def ids(self) -> tuple[str, ...]:
        """Everybody's id, the mother first."""
        members = (self.mother, self.child, *((self.partner,) if self.partner is not None else ()))
        return tuple(member.id for member in members)


def cast_families(store: Store, county: County) -> tuple[Household, Household, Household]:
    """An ordinary family, one with a partner, and a third; all different. Raises CallWrong where so small a county
    has none that fit."""
    with store.look() as view:
        fitting = sorted(_fitting(view, county), key=lambda one: -one[0])
    homes = [found for _, found in fitting]
    together = _first(homes, [], lambda home: home.partner is not None)
    ordinary = _first(homes, [together], lambda home: home.partner is None) or _first(homes, [together])
    third = _first(homes, [together, ordinary])
    if together is None or ordinary is None or third is None:
        raise CallWrong("--families", "so small a county has no families for the stories; ask for 60 or more")
    return ordinary, together, third


def _first(
    homes: Sequence[Household],
    chosen: Sequence[Household | None],
    fits: Callable[[Household], bool] = lambda _home: True,
) -> Household | None:
    """The first that fits and is not chosen yet; where there is one, with a mother of another name than theirs,
    so that nobody mixes up the stories."""
    free = [home for home in homes if home not in chosen and fits(home)]
    taken = {home.mother.first for home in chosen if home is not None}
    return next((home for home in free if home.mother.first not in taken), free[0] if free else None)


def _fitting(view: View, county: County) -> Iterator[tuple[int, Household]]:
    """Families with a mother and a child at school, each known once, and how much is held about the child."""
    for family in county.families:
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
                young = age_on(child.born_on, DAY) < HOUSEHOLD_KEPT
                rank = sum(category in held for category in _WANTED) + 2 * young
                yield rank, Household(family, found[0], found[1], cast)
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
    found = find_candidates(view, Sought(person.family_name, person.given_name, person.born_on))
    same = [
        one
        for one, identity in find_identities(view, found).items()
        if identity.born_on == person.born_on
        and normal_name(identity.given_names) == normal_name(person.given_name)
        and normal_name(identity.family_name) == normal_name(person.family_name)
    ]
    return Member(same[0], person) if len(same) == 1 else None
