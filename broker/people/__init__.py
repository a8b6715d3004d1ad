"""People as the decision sees them: data subjects, relationships and households (a household is not a family)."""

from broker.people.data_subject import Competence, DataSubject, ProtectionMarker
from broker.people.household import Household
from broker.people.relationship import Relationship, RelationshipKind

__all__ = ["Competence", "DataSubject", "Household", "ProtectionMarker", "Relationship", "RelationshipKind"]
