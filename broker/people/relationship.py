"""A relationship from one person (or, for a care order, an organisation) to another person."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from broker.dates import ALWAYS, Interval


class RelationshipKind(StrEnum):
    """What `from` is to `to`."""

    MOTHER = "mother"
    FATHER = "father"
    PARENT = "parent"
    STEP_PARENT = "step-parent"
    GRANDPARENT = "grandparent"
    SIBLING = "sibling"
    PARTNER = "partner"
    GUARDIAN = "guardian"
    SPECIAL_GUARDIAN = "special-guardian"
    ATTORNEY = "attorney"
    DEPUTY = "deputy"
    CARE_ORDER = "care-order"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Relationship:
    """`from_id` is a person id, or an organisation code for a care order; `interval` is since..until."""

    from_id: str
    to_id: str
    kind: RelationshipKind
    parental_responsibility: bool = False
    exclusive: bool = False
    interval: Interval = ALWAYS
