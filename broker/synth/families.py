"""How a family is drawn: its shape, who is whose, ages that fit, names that run in families, where they live.

Decides the mixture of shapes and the awkward cases that linkage must survive: twins, a son with his father's name,
double-barrelled children, step-parents without parental responsibility, grandparents with a special guardianship
order, a child not yet born, a family that has just moved, people whose address or existence is protected. The
shares are chosen so that a small county has each case; they are nobody's statistic.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from random import Random

from broker.people import ProtectionMarker, RelationshipKind
from broker.synth.names import draw_forename, draw_surname
from broker.synth.numbers import nhs_number, upn
from broker.synth.places import Address, draw_address
from broker.synth.population import Family, SynthPerson, SynthRelationship

SHAPES: tuple[tuple[str, int], ...] = (
    ("couple", 40),
    ("lone-mother", 24),
    ("lone-father", 5),
    ("step-family", 14),
    ("grandparents", 6),
    ("three-generations", 5),
    ("expecting", 6),
)
PRIMARY, SECONDARY = "oakdale-primary", "chelmsford-academy"
BIRTHS_REGISTERED_JOINTLY = date(2003, 12, 1)
"""From here an unmarried father on the birth register has parental responsibility (domain notes, 2.4)."""
PLACES_PER_FAMILY = 16
"""Serial numbers kept for one family; nobody draws such a large one."""
YEAR = 365.25


class FamilyDraw:
    """One family being drawn; a serial is used once in the whole county."""

    def __init__(self, seed: int, number: int, as_of: date) -> None:
        self.rng = Random(f"{seed}/family/{number}")
        self.number = number
        self.as_of = as_of
        self.people: list[SynthPerson] = []
        self.relationships: list[SynthRelationship] = []
        self.home = draw_address(self.rng, number * 4)

    def draw(self) -> Family:
        """The family."""
        rng = self.rng
        shape = rng.choices([name for name, _ in SHAPES], [weight for _, weight in SHAPES])[0]
        apart: set[str] = set()
        if shape == "grandparents":
            self._grandparents_care(apart)
        else:
            self._parents_and_children(shape, apart)
        self._mark_protected(apart)
        moved = draw_address(rng, self.number * 4 + 1) if rng.random() < 0.12 else None
        people = tuple(self._lives_elsewhere(person) if person.id in apart else person for person in self.people)
        household = frozenset(person.id for person in people if person.id not in apart)
        return Family(f"F{self.number:05d}", shape, people, household, tuple(self.relationships), moved)

    # People

    def _add(
        self, sex: str, born_on: date, family_name: str, given_name: str | None = None, at: Address | None = None
    ) -> SynthPerson:
        serial = self.number * PLACES_PER_FAMILY + len(self.people)
        unborn = born_on > self.as_of
        taken = frozenset(person.given_name for person in self.people)
        given = "" if unborn else given_name or draw_forename(self.rng, sex, born_on, taken)
        middle = draw_forename(self.rng, sex, born_on, frozenset({given})) if self.rng.random() < 0.7 else ""
        age = (self.as_of - born_on).days / YEAR
        person = SynthPerson(
            id=f"P{serial:06d}",
            given_name=given,
            middle_name="" if unborn else middle,
            family_name=family_name,
            sex=sex,
            born_on=born_on,
            nhs_number="" if unborn else nhs_number(serial),
            upn=upn(serial, born_on.year + 4) if 4 <= age < 19 else "",
            address=at or self.home,
            school_code=self._school(age),
        )
        self.people.append(person)
        return person

    def _school(self, age: float) -> str:
        if not 4.5 <= age < 16 or self.rng.random() > 0.85:
            return ""
        return PRIMARY if age < 11 else SECONDARY

    def _born_about(self, years_ago: float, spread: float = 0.5) -> date:
        age = years_ago + self.rng.uniform(-spread, spread)
        return self.as_of - timedelta(days=max(1, round(age * YEAR)))

    def _lives_elsewhere(self, person: SynthPerson) -> SynthPerson:
        return replace(
            person, address=draw_address(self.rng, self.number * 4 + 2 + (person is not self.people[0]))
        )

    def _relate(
        self,
        elder: SynthPerson,
        child: SynthPerson,
        kind: RelationshipKind,
        responsible: bool,
        exclusive: bool = False,
    ) -> None:
        since = child.born_on if kind in (RelationshipKind.MOTHER, RelationshipKind.FATHER) else self.as_of
        if kind in (RelationshipKind.STEP_PARENT, RelationshipKind.SPECIAL_GUARDIAN):
            since = max(child.born_on, self.as_of - timedelta(days=self.rng.randrange(100, 1500)))
        elif kind is RelationshipKind.GRANDPARENT:
            since = child.born_on
        self.relationships.append(SynthRelationship(elder.id, child.id, kind, responsible, since, exclusive))

    # Shapes

    def _parents_and_children(self, shape: str, apart: set[str]) -> None:
        rng = self.rng
        eldest_age = rng.uniform(0.2, 17.2)
        mother_age = min(52.0, eldest_age + rng.triangular(17, 41, 27))
        married = rng.random() < 0.55
        father_name = draw_surname(rng)
        mother_name = father_name if married and rng.random() < 0.8 else draw_surname(rng)
        mother = self._add("female", self._born_about(mother_age), mother_name)
        father = self._add("male", self._born_about(mother_age + rng.triangular(-4, 12, 2)), father_name)
        if shape in ("lone-mother", "step-family"):
            apart.add(father.id)
        elif shape == "lone-father":
            apart.add(mother.id)
        children = self._children(mother, father, eldest_age, married, shape)
        if shape == "step-family":
            partner = self._add("male", self._born_about(mother_age + rng.triangular(-8, 8, 0)), draw_surname(rng))
            self.relationships.append(
                SynthRelationship(partner.id, mother.id, RelationshipKind.PARTNER, False, self.as_of)
            )
            for child in children:
                self._relate(partner, child, RelationshipKind.STEP_PARENT, responsible=False)
        if shape == "three-generations":
            granny = self._add("female", self._born_about(mother_age + rng.uniform(19, 32)), mother.family_name)
            for child in children:
                self._relate(granny, child, RelationshipKind.GRANDPARENT, responsible=False)

    def _children(
        self, mother: SynthPerson, father: SynthPerson, eldest_age: float, married: bool, shape: str
    ) -> list[SynthPerson]:
        rng = self.rng
        family_name = father.family_name
        if mother.family_name != father.family_name:
            drawn = rng.random()
            if drawn < 0.15:
                family_name = f"{mother.family_name}-{father.family_name}"
            elif drawn < 0.55:
                family_name = mother.family_name
        births = [self._born_about(eldest_age, 0)]
        while len(births) < rng.choices((1, 2, 3, 4), (32, 42, 19, 7))[0]:
            births.append(births[-1] + timedelta(days=rng.randrange(400, 1500)))
        births = [born_on for born_on in births if born_on <= self.as_of - timedelta(days=2)]
        if shape == "expecting":
            births.append(self.as_of + timedelta(days=rng.randrange(7, 250)))
        children = []
        junior_due = rng.random() < 0.08
        for born_on in births:
            twins = born_on <= self.as_of and rng.random() < 0.04
            for _ in range(2 if twins else 1):
                sex = rng.choice(("female", "male"))
                named_after = father.given_name if junior_due and sex == "male" and born_on <= self.as_of else None
                junior_due = junior_due and named_after is None
                child = self._add(sex, born_on, family_name, named_after)
                registered = born_on >= BIRTHS_REGISTERED_JOINTLY and rng.random() < 0.85
                self._relate(mother, child, RelationshipKind.MOTHER, responsible=True)
                self._relate(father, child, RelationshipKind.FATHER, responsible=married or registered)
                children.append(child)
        return children

    def _grandparents_care(self, apart: set[str]) -> None:
        """Two or one grandparents care; half of them by a special guardianship order, which excludes the
        parents."""
        rng = self.rng
        child_age = rng.uniform(1, 16)
        mother_age = child_age + rng.triangular(16, 30, 20)
        granny_age = mother_age + rng.uniform(19, 30)
        name = draw_surname(rng)
        mother = self._add("female", self._born_about(mother_age), name)
        apart.add(mother.id)
        elders = [self._add("female", self._born_about(granny_age), name)]
        if rng.random() < 0.6:
            elders.append(self._add("male", self._born_about(granny_age + 2), name))
        ordered = rng.random() < 0.5
        for years_younger in range(0, rng.choice((1, 1, 2)) * 2, 2):
            if child_age - years_younger < 0.3:
                break
            child = self._add(rng.choice(("female", "male")), self._born_about(child_age - years_younger), name)
            self._relate(mother, child, RelationshipKind.MOTHER, responsible=True)
            for elder in elders:
                kind = RelationshipKind.SPECIAL_GUARDIAN if ordered else RelationshipKind.GRANDPARENT
                self._relate(elder, child, kind, responsible=ordered, exclusive=ordered)

    # Protection

    def _mark_protected(self, apart: set[str]) -> None:
        """Some households must not be found; in very few somebody must not be known to exist, and then the law
        asks for the whole household's address to be protected. One of each in the first families, so that it is
        there."""
        hidden = self.number % 200 == 7
        address_protected = hidden or self.number % 40 == 11 or self.rng.random() < 0.01
        for place, person in enumerate(self.people):
            markers = set()
            if address_protected and person.id not in apart:
                markers.add(ProtectionMarker.ADDRESS_PROTECTED)
            if hidden and place == 0:
                markers.add(ProtectionMarker.PROTECTED)
            self.people[place] = replace(person, markers=frozenset(markers))
