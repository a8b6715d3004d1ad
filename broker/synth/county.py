"""The county for a seed.

Decides that a seed, a number of families and a day give one county, on every machine and for ever: every family is
drawn from a stream of its own, seeded by text (Python seeds from text by SHA-512, not by `hash`), so that a larger
county begins with the families of the smaller. No two people share family name, given name and date of birth.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from broker.errors import CallWrong
from broker.synth.episodes import draw_services
from broker.synth.events import draw_events
from broker.synth.families import FamilyDraw
from broker.synth.population import County, Events, Family, Services, SynthPerson

__all__ = ["DEFAULT_AS_OF", "County", "county"]

DEFAULT_AS_OF = date(2026, 11, 2)
"""The day the county is looked at unless somebody says otherwise: fixed, so that a seed alone decides the
bytes."""
MOST_FAMILIES = 25_000
"""Beyond it the serials would leave the 999 range of NHS numbers."""
SENSITIVE = (("haven-refuge", 0.04), ("essex-sexual-health", 0.03), ("essex-drug-service", 0.05))
"""Services to be known to which is itself the secret, and how many adults are."""


def county(seed: int, families: int = 200, as_of: date = DEFAULT_AS_OF) -> County:
    """The county: `families` families with everything that happened to them up to `as_of`.

    Raises CallWrong when that is more than the 999 range has numbers for, or none.
    """
    if not 1 <= families <= MOST_FAMILIES:
        raise CallWrong("families", f"`{families}` is not between 1 and {MOST_FAMILIES}; ask for a number that is")
    drawn = [FamilyDraw(seed, number, as_of).draw() for number in range(families)]
    events = {family.id: draw_events(seed, family, as_of) for family in drawn}
    services = {family.id: draw_services(seed, family, events[family.id], as_of) for family in drawn}
    known = tuple(_with_services(seed, family, events[family.id], services[family.id]) for family in drawn)
    return County(seed, as_of, known, events, services)


def _with_services(seed: int, family: Family, events: Events, services: Services) -> Family:
    """The family with the organisations that hold something about each of them."""
    council = {child for event in events.contacts for child in event.children}
    council |= {event.child for event in events.early_help}
    police = {person_id for event in events.incidents for person_id, _ in event.parts}

    held = services.known_to()

    def served(place: int, person: SynthPerson) -> SynthPerson:
        known_to = set()
        if person.id in council:
            known_to.add("ecc")
        if person.id in police:
            known_to.add("essex-police")
        if person.school_code:
            known_to.add(person.school_code)
        known_to |= {code for code, people in held.items() if person.id in people}
        for number, (code, share) in enumerate(SENSITIVE):
            # A share by serial rather than by chance: a small county has each of them.
            if (int(family.id[1:]) * 7 + place * 3 + number * 11 + seed) % 97 < share * 97 and not person.upn:
                known_to.add(code)
        return replace(person, known_to=frozenset(known_to))

    return replace(family, people=tuple(served(place, person) for place, person in enumerate(family.people)))
