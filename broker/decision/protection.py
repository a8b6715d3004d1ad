"""Protected persons do not exist, for anyone: they are taken out of the facts before anything is evaluated.

A request naming one answers exactly as one naming an id never issued. What remains of them is only what must still
hold back a release: if somebody protected has standing for a person and their governing event is a refusal or
withdrawal, a consent that would be *given* becomes `consent-absent` (rule "protected", 1.1). Source: Serious
Organised Crime and Police Act 2005 ss.86 and 88; partnership rule.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from broker.consent.record import ConsentRecord
from broker.consent.standing import Kinship
from broker.decision.facts import Facts
from broker.people import ProtectionMarker


@dataclass(frozen=True, slots=True)
class Silenced:
    """What protected people decided about others, and the relationships as they were with them."""

    ids: frozenset[str]
    kinship: Kinship
    consents: tuple[ConsentRecord, ...]


def without_protected(facts: Facts) -> tuple[Facts, Silenced | None]:
    """The facts without anybody marked `protected`, and what they had decided about those who remain; the facts
    themselves and None when nobody is."""
    hidden = frozenset(
        person.id for person in facts.people.values() if ProtectionMarker.PROTECTED in person.markers
    )
    if not hidden:
        return facts, None
    remaining = replace(
        facts,
        people={key: person for key, person in facts.people.items() if key not in hidden},
        relationships=tuple(r for r in facts.relationships if r.from_id not in hidden and r.to_id not in hidden),
        households=tuple(replace(h, members=h.members - hidden) for h in facts.households),
        staff={
            key: replace(
                member,
                links=member.links - hidden,
                person=None if member.person in hidden else member.person,
            )
            for key, member in facts.staff.items()
        },
        cases={key: replace(case, about=case.about - hidden) for key, case in facts.cases.items()},
        consents=tuple(c for c in facts.consents if c.about not in hidden and c.signatory not in hidden),
        holder_decisions=tuple(d for d in facts.holder_decisions if d.about not in hidden),
        records=tuple(r for r in facts.records if r.about.isdisjoint(hidden)),
    )
    silenced = Silenced(
        hidden,
        Kinship.of(facts.people, facts.relationships),
        tuple(c for c in facts.consents if c.signatory in hidden and c.about not in hidden),
    )
    return remaining, silenced
