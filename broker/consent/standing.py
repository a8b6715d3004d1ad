"""Who can decide for a data subject, at an instant and for a category of data.

From 18 the person; once they lack capacity, instead their attorneys and deputies. From 16 the person; once they
lack capacity, instead their deputies. Under 16, if assessed competent for the category, only the child; otherwise
everybody with parental responsibility and, under a care order, the local authority; but while any of these
relationships is exclusive, only those that are. Nobody stands for a person who has died or whose birth is unknown,
and nobody who has died or whose birth is unknown stands for anybody: they are struck out last.

Sources: Mental Capacity Act 2005 ss.2, 9, 16; Children Act 1989 ss.3, 14C, 33; Gillick [1985] UKHL 7. The ages are
the partnership's, in `policies/standing.yaml`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from broker.dates import of_age_at
from broker.people import DataSubject, Relationship, RelationshipKind
from broker.vocabulary.codes import StandingAges

_NOBODY: frozenset[str] = frozenset()
_FOR_ADULTS = frozenset({RelationshipKind.ATTORNEY, RelationshipKind.DEPUTY})
_FOR_YOUNG_PEOPLE = frozenset({RelationshipKind.DEPUTY})


@dataclass(frozen=True, slots=True)
class Kinship:
    """The people and the relationships towards each, from which standing is read."""

    people: Mapping[str, DataSubject]
    towards: Mapping[str, tuple[Relationship, ...]]

    @classmethod
    def of(cls, people: Mapping[str, DataSubject], relationships: Iterable[Relationship]) -> Kinship:
        """Indexes the relationships by the person they are towards."""
        towards: dict[str, list[Relationship]] = {}
        for relationship in relationships:
            towards.setdefault(relationship.to_id, []).append(relationship)
        return cls(people, {person: tuple(those) for person, those in towards.items()})

    def may_stand(self, signatory: str, at: datetime) -> bool:
        """False for somebody who has died or whose birth is unknown; an organisation may."""
        person = self.people.get(signatory)
        return person is None or (person.born is not None and not person.has_died(at))


def standing(
    kinship: Kinship, ages: StandingAges, data_subject: DataSubject, category: str, at: datetime
) -> frozenset[str]:
    """The ids of everybody (person ids, organisation codes) with standing for the data subject at `at`."""
    born = data_subject.born
    if born is None or data_subject.has_died(at):
        return _NOBODY
    is_adult = at >= of_age_at(born, ages.adult_from)
    if is_adult or at >= of_age_at(born, ages.own_decision_from):
        if not data_subject.lacks_capacity(at):
            return frozenset((data_subject.id,))
        kinds = _FOR_ADULTS if is_adult else _FOR_YOUNG_PEOPLE
        deciding = [
            r for r in kinship.towards.get(data_subject.id, ()) if r.kind in kinds and r.interval.covers(at)
        ]
    elif data_subject.competences and data_subject.is_competent(category, at):
        return frozenset((data_subject.id,))
    else:
        responsible = [
            r
            for r in kinship.towards.get(data_subject.id, ())
            if (r.parental_responsibility or r.kind is RelationshipKind.CARE_ORDER) and r.interval.covers(at)
        ]
        deciding = [r for r in responsible if r.exclusive] or responsible
    return frozenset([r.from_id for r in deciding if kinship.may_stand(r.from_id, at)])
