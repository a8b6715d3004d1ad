"""The values the partnership's standing files hold, one class a file row.

Decides nothing; every code is closed: a file that uses an undeclared one is refused as a whole with its place.
Format: docs/formats.md, "policies".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import IntEnum, StrEnum
from typing import Final

from broker.dates import ALWAYS, Interval, Period
from broker.vocabulary.clocks import FrontDoor
from broker.vocabulary.inboxes import REFUSAL_WITHIN, STAGE_WITHIN, InboxClock, StageClock


class Tier(IntEnum):
    """Sensitivity: T0 pointer, T1 demographic, T2 service, T3 special or offence, T4 sensitive service, T5 hard
    stop."""

    T0 = 0
    T1 = 1
    T2 = 2
    T3 = 3
    T4 = 4
    T5 = 5


class Detail(IntEnum):
    """How much of a record is shown: `flag` < `summary` < `full`."""

    FLAG = 1
    SUMMARY = 2
    FULL = 3

    @property
    def code(self) -> str:
        """The word used in files and answers."""
        return self.name.lower()


class FieldKind(StrEnum):
    """What a record's field holds; `narrative` is free text, `person` the id of somebody, `address` and `place`
    say where somebody can be found."""

    TEXT = "text"
    CODE = "code"
    DATE = "date"
    NUMBER = "number"
    ADDRESS = "address"
    PLACE = "place"
    PERSON = "person"
    NARRATIVE = "narrative"


class Joint(StrEnum):
    """What happens to a record about several people of whom only some are cleared."""

    WITHHOLD = "withhold"
    MASK = "mask"


class GatewayKind(StrEnum):
    """A statutory gateway is a duty to share or a power to share."""

    DUTY = "duty"
    POWER = "power"


class ObjectionEffect(StrEnum):
    """What an objection does under a gateway: stops the sharing, is weighed by the holder, or does nothing."""

    STOPS = "stops"
    WEIGH = "weigh"
    NONE = "none"


TYPES_IN_USE = "organisation type in use"
"""The register of types some organisation has; clauses may also name a kind of agency nobody here is yet."""

AGENCY_TYPES = frozenset(
    {
        *("LA-CSC", "LA-EH", "LA-ASC", "LA-EDU", "LA-HSG", "LA-RB", "LA-PH", "DISTRICT"),
        *("POL", "PROB", "YJS", "PRISON", "CAFCASS", "HO"),
        *("ICB", "NHS-AC", "NHS-COM", "NHS-MH", "GP", "AMB", "SEXH", "SUBM"),
        *("SCH", "EY", "FE", "DWP", "HMRC", "FIRE", "RSL", "VCS", "IDVA"),
    }
)
"""The kinds of body that agreements in England name. A partnership declares others by giving them to a body."""


@dataclass(frozen=True, slots=True)
class Organisation:
    """A body that holds or receives data; `tier` is the sensitivity of merely being known to it."""

    code: str
    name: str
    types: frozenset[str]
    area: str
    tier: Tier = Tier.T0
    succeeded_by: str | None = None


@dataclass(frozen=True, slots=True)
class FieldSpec:
    """A field a category's records may carry, and the least detail at which it shows."""

    name: str
    kind: FieldKind
    level: Detail


@dataclass(frozen=True, slots=True)
class Retention:
    """How long a record may be released: `keep` from the day it occurred, or from a birth when `from_birth`."""

    keep: Period
    from_birth: bool = False


@dataclass(frozen=True, slots=True)
class Category:
    """A kind of data. `special` is Article 9 data, `offence` Article 10 data; `explain` None follows the tier."""

    code: str
    title: str
    tier: Tier
    special: bool
    offence: bool
    retention: Retention
    fields: tuple[FieldSpec, ...]
    explain: bool | None = None
    joint: Joint = Joint.WITHHOLD


@dataclass(frozen=True, slots=True)
class Purpose:
    """Why data is asked for."""

    code: str
    title: str
    case_required: bool
    team_only: bool
    protective: bool = False
    secondary: bool = False


@dataclass(frozen=True, slots=True)
class Role:
    """A role and the purposes it may ask for."""

    code: str
    title: str
    purposes: frozenset[str]


NO_DAY_APPOINTED = date(2099, 1, 1)
"""From this day on, the `from` of a gateway is a placeholder that keeps it shut: the provision is enacted, and no
day is appointed for it (docs/policies.md)."""


@dataclass(frozen=True, slots=True)
class Gateway:
    """A provision that lets data pass. `disclosers`, `recipients` are organisation types (one in common is
    enough), `purposes` purpose codes and `areas` the areas in which both discloser and recipient must take part;
    None means any."""

    code: str
    provision: str
    kind: GatewayKind
    objection: ObjectionEffect
    in_force: Interval = ALWAYS
    disclosers: frozenset[str] | None = None
    recipients: frozenset[str] | None = None
    purposes: frozenset[str] | None = None
    areas: frozenset[str] | None = None

    def lets(self, discloser: Organisation) -> bool:
        """Whether it lets this body disclose, whatever the day, the recipient and the purpose."""
        return (self.disclosers is None or not self.disclosers.isdisjoint(discloser.types)) and (
            self.areas is None or discloser.area in self.areas
        )

    def reaches(self, recipient: Organisation) -> bool:
        """Whether it lets anybody disclose to this body, whatever the day and the purpose."""
        return (self.recipients is None or not self.recipients.isdisjoint(recipient.types)) and (
            self.areas is None or recipient.area in self.areas
        )


@dataclass(frozen=True, slots=True)
class LawfulBasis:
    """An Article 6, 9 or 10 basis or a Schedule 1 condition, and what else it needs to be relied on."""

    code: str
    title: str
    needs_gateway: bool = False
    needs_schedule_1: bool = False
    needs_policy_document: bool = False


@dataclass(frozen=True, slots=True)
class LawfulBases:
    """The bases by instrument, each by its code."""

    article_6: Mapping[str, LawfulBasis]
    article_9: Mapping[str, LawfulBasis]
    schedule_1: Mapping[str, LawfulBasis]
    article_10: Mapping[str, LawfulBasis]


@dataclass(frozen=True, slots=True)
class StandingAges:
    """Ages in whole years from which a person decides as an adult, and from which they decide for themselves."""

    adult_from: int = 18
    own_decision_from: int = 16


@dataclass(frozen=True, slots=True)
class OverrideAlone:
    """What one person may do without a second: whether at all, up to which tier, at which detail, and how soon
    it is reviewed (`review`, ISO 8601 duration as written)."""

    allowed: bool
    max_tier: Tier
    detail: Detail
    review: str


TELL_AFTER: Final = "P5D"
"""Working days, where the partnership says nothing else."""


@dataclass(frozen=True, slots=True)
class OverrideTerms:
    """The partnership's terms for emergency access; `minutes` is how long a window lasts, `tell` how long
    after the review the people it was about are told."""

    reasons: Mapping[str, str]
    minutes: int
    max_tier: Tier
    detail: Detail
    alone: OverrideAlone
    review: str
    tell: str = TELL_AFTER


class ProfileSection(StrEnum):
    """The parts of a profile, in the order a tired person needs them."""

    SAFETY = "safety"
    INVOLVED = "involved"
    FAMILY = "family"
    STRENGTHS = "strengths"
    TIMELINE = "timeline"


class RightsClass(StrEnum):
    """What a kind of information is when somebody asks for their own data: the classes of the Data Protection Act
    2018 Schedule 3, domestic abuse, and `plain` for what is none of them. A kind in no class is never given."""

    HEALTH = "health"
    SOCIAL_WORK = "social-work"
    EDUCATION = "education"
    CHILD_ABUSE = "child-abuse"
    DOMESTIC_ABUSE = "domestic-abuse"
    PLAIN = "plain"


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Everything in `policies/` but the duties; `digest` covers the duties' files too (all bytes loaded)."""

    organisations: Mapping[str, Organisation]
    categories: Mapping[str, Category]
    purposes: Mapping[str, Purpose]
    roles: Mapping[str, Role]
    gateways: Mapping[str, Gateway]
    lawful_bases: LawfulBases
    standing: StandingAges
    override: OverrideTerms
    digest: str = field(default="")
    sections: Mapping[str, ProfileSection] = field(default_factory=dict)
    """Where a category stands in a profile; what stands nowhere here belongs to the timeline."""
    front_doors: Mapping[str, FrontDoor] = field(default_factory=dict)
    """How the front door of each area works, by area."""
    rights: Mapping[RightsClass, frozenset[str]] = field(default_factory=dict)
    """Which categories belong to which class when somebody asks for their own data."""
    inboxes: Mapping[str, InboxClock] = field(default_factory=dict)
    """How soon a holder answers what it is asked, by purpose."""
    refusal_within: str = REFUSAL_WITHIN
    """How soon somebody asks what a refusal of help means."""
    stages: Mapping[str, StageClock] = field(default_factory=lambda: STAGE_WITHIN)
    """How long a disagreement stays at each stage."""

    def organisation_types(self) -> frozenset[str]:
        """Every type some organisation has."""
        return frozenset(kind for organisation in self.organisations.values() for kind in organisation.types)
