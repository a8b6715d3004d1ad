"""The people of the county as they truly are: the values that every file is then a blurred copy of.

Decides the shape of the truth only. Nothing here comes from anybody's data.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from broker.people import ProtectionMarker, RelationshipKind
from broker.synth.places import Address


@dataclass(frozen=True, slots=True)
class SynthPerson:
    """Somebody. `born_on` in the future is the expected date of an unborn child, who has no given name yet.

    `known_to` are codes of organisations that hold something about them; `school_code` the organisation whose roll
    they are on; `marker_codes` what protects them."""

    id: str
    given_name: str
    middle_name: str
    family_name: str
    sex: str
    born_on: date
    nhs_number: str
    upn: str
    address: Address
    school_code: str = ""
    known_to: frozenset[str] = frozenset()
    markers: frozenset[ProtectionMarker] = frozenset()

    @property
    def name(self) -> str:
        """The given and family name."""
        return f"{self.given_name} {self.family_name}".strip()


@dataclass(frozen=True, slots=True)
class SynthRelationship:
    """`from_id` is `kind` to `to_id` since that day."""

    from_id: str
    to_id: str
    kind: RelationshipKind
    parental_responsibility: bool
    since_on: date
    exclusive: bool = False


@dataclass(frozen=True, slots=True)
class Family:
    """A family: who belongs to it and who of them lives together (`household`), and where they lived before
    (`earlier_home`, when they moved lately and some agency does not know)."""

    id: str
    shape: str
    people: tuple[SynthPerson, ...]
    household: frozenset[str]
    relationships: tuple[SynthRelationship, ...]
    earlier_home: Address | None = None

    def person(self, person_id: str) -> SynthPerson:
        """The member with that id. Raises KeyError."""
        for person in self.people:
            if person.id == person_id:
                return person
        raise KeyError(person_id)

    def children(self, as_of: date) -> tuple[SynthPerson, ...]:
        """Those under 18 on that day, the unborn included."""
        return tuple(person for person in self.people if (as_of - person.born_on).days < 18 * 365.25)

    def adults(self, as_of: date) -> tuple[SynthPerson, ...]:
        """Those of 18 and over on that day."""
        minors = {person.id for person in self.children(as_of)}
        return tuple(person for person in self.people if person.id not in minors)


@dataclass(frozen=True, slots=True)
class ContactEvent:
    """Somebody told the front door of a worry about these children."""

    children: tuple[str, ...]
    on: date
    source_code: str


@dataclass(frozen=True, slots=True)
class EarlyHelpEvent:
    """An early help assessment of one child; `completed_on` None while it is open."""

    child: str
    started_on: date
    completed_on: date | None
    organisation: str


@dataclass(frozen=True, slots=True)
class AttendanceEvent:
    """One pupil's sessions in a period."""

    child: str
    school_code: str
    from_on: date
    to_on: date
    possible: int
    authorised: int
    unauthorised: int


@dataclass(frozen=True, slots=True)
class IncidentEvent:
    """A police incident and the part each person played. `dash` is grade and score, or None."""

    number: str
    on: date
    clock: str
    type_name: str
    outcome: str
    location: str
    parts: tuple[tuple[str, str], ...]
    dash: tuple[str, int] | None
    summary: str
    names_only_linked: bool


@dataclass(frozen=True, slots=True)
class Events:
    """Everything that happened to one family."""

    contacts: tuple[ContactEvent, ...] = ()
    early_help: tuple[EarlyHelpEvent, ...] = ()
    attendance: tuple[AttendanceEvent, ...] = ()
    incidents: tuple[IncidentEvent, ...] = ()


@dataclass(frozen=True, slots=True)
class Episode:
    """Something with a beginning and, where it is over, an end. `kind` and `more` are as the list writes them."""

    who: str
    on: date
    until: date | None
    kind: str
    more: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Tenancy:
    """A home let to one or two of the family."""

    tenants: tuple[str, ...]
    on: date
    status: str
    arrears: str
    served_on: date | None


@dataclass(frozen=True, slots=True)
class Services:
    """Everything other services did for one family. `who` is a person's id."""

    referrals: tuple[Episode, ...] = ()
    assessments: tuple[Episode, ...] = ()
    enquiries: tuple[Episode, ...] = ()
    needs: tuple[Episode, ...] = ()
    plans: tuple[Episode, ...] = ()
    care: tuple[Episode, ...] = ()
    exclusions: tuple[Episode, ...] = ()
    tenancy: Tenancy | None = None
    homeless: tuple[Episode, ...] = ()
    benefits: tuple[Episode, ...] = ()
    reviews: tuple[Episode, ...] = ()
    patients: tuple[Episode, ...] = ()
    supervised: tuple[Episode, ...] = ()

    def known_to(self) -> dict[str, set[str]]:
        """By organisation, whom it holds something about."""
        tenants = set(self.tenancy.tenants) if self.tenancy else set()
        held = {
            "chelmsford-housing": tenants,
            "chelmsford-city": {one.who for one in self.homeless},
            "dwp": {one.who for one in self.benefits},
            "eput-nhs": {one.who for one in (*self.reviews, *self.patients)},
            "essex-probation": {one.who for one in self.supervised},
        }
        return {code: people for code, people in held.items() if people}


@dataclass(frozen=True, slots=True)
class County:
    """The whole truth for a seed: families, what happened to them, and the day it is looked at."""

    seed: int
    as_of: date
    families: tuple[Family, ...]
    events: Mapping[str, Events] = field(default_factory=dict)
    services: Mapping[str, Services] = field(default_factory=dict)

    @property
    def people(self) -> tuple[SynthPerson, ...]:
        """Everybody, family by family."""
        return tuple(person for family in self.families for person in family.people)
