"""What happened to a family: contacts at the front door, early help, attendance, police incidents.

Decides how often and to whom, so that a front-door morning has something to look at. Events end on the day the
county is looked at and reach two years back. Not a model of anything: no event is drawn because of who a family
is.
"""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from broker.synth.names import SURNAMES
from broker.synth.population import (
    AttendanceEvent,
    ContactEvent,
    EarlyHelpEvent,
    Events,
    Family,
    IncidentEvent,
    SynthPerson,
)

CONTACT_SOURCES: tuple[tuple[str, int], ...] = (
    ("q) 6: Police", 28),
    ("e) 2A: Schools", 21),
    ("b) 1B: Individual", 6),
    ("a) 1A: Individual", 9),
    ("g) 3A: Health services", 5),
    ("h) 3B: Health services", 5),
    ("k) 3E: Health services", 5),
    ("m) 4: Housing", 4),
    ("p1) 5D: LA services", 6),
    ("s) 8: Other", 7),
    ("t) 9: Anonymous", 4),
)
"""Shares in the order of England's referrals (police and schools first)."""
ASSESSORS = (
    "Essex County Council",
    "Open Door Families",
    "Oakdale Primary School",
    "Chelmsford Academy",
    "Health visiting",
)
TERM_FROM, TERM_WEEKS = (9, 3), 12


def draw_events(seed: int, family: Family, as_of: date) -> Events:
    """What happened to the family in the two years up to `as_of`."""
    rng = Random(f"{seed}/events/{family.id}")
    children = list(family.children(as_of))
    incidents = _incidents(rng, family, as_of) if rng.random() < 0.35 else ()
    known = bool(incidents) or rng.random() < 0.6
    return Events(
        contacts=_contacts(rng, children, as_of) if known and children else (),
        early_help=_early_help(rng, children, as_of) if known and rng.random() < 0.4 else (),
        attendance=tuple(_attendance(rng, child, as_of) for child in children if child.school_code),
        incidents=incidents,
    )


def _days_back(rng: Random, as_of: date, most: int = 700, least: int = 1) -> date:
    return as_of - timedelta(days=rng.randrange(least, most))


def _contacts(rng: Random, children: list[SynthPerson], as_of: date) -> tuple[ContactEvent, ...]:
    events = []
    used: set[tuple[date, str]] = set()
    for _ in range(rng.choices((1, 2, 3, 5), (50, 28, 15, 7))[0]):
        on = _days_back(rng, as_of, 700)
        source = rng.choices([name for name, _ in CONTACT_SOURCES], [weight for _, weight in CONTACT_SOURCES])[0]
        ids = tuple(child.id for child in children if child.born_on - timedelta(days=230) <= on)
        if ids and (on, source) not in used:
            used.add((on, source))
            events.append(ContactEvent(ids, on, source))
    return tuple(sorted(events, key=lambda event: (event.on, event.source_code)))


def _early_help(rng: Random, children: list[SynthPerson], as_of: date) -> tuple[EarlyHelpEvent, ...]:
    events = []
    for child in children:
        if child.born_on > as_of or rng.random() < 0.3:
            continue
        started = max(child.born_on + timedelta(days=1), _days_back(rng, as_of, 500, 3))
        done = started + timedelta(days=rng.randrange(14, 60))
        events.append(EarlyHelpEvent(child.id, started, done if done < as_of else None, rng.choice(ASSESSORS)))
    return tuple(events)


def _attendance(rng: Random, child: SynthPerson, as_of: date) -> AttendanceEvent:
    year = as_of.year if (as_of.month, as_of.day) > (10, 1) else as_of.year - 1
    begun = date(year, *TERM_FROM)
    ended = min(begun + timedelta(weeks=TERM_WEEKS), as_of - timedelta(days=1))
    possible = max(2, (ended - begun).days * 5 // 7 * 2)
    missed = min(possible, round(possible * min(0.9, rng.expovariate(1 / 0.075))))
    unauthorised = round(missed * rng.betavariate(1.2, 3))
    return AttendanceEvent(
        child.id, child.school_code, begun, ended, possible, missed - unauthorised, unauthorised
    )


def _incidents(rng: Random, family: Family, as_of: date) -> tuple[IncidentEvent, ...]:
    events = []
    for serial in range(rng.choices((1, 2, 3, 4), (55, 25, 13, 7))[0]):
        number = f"42/{int(family.id[1:]) * 10 + serial:07d}/{as_of.year % 100:02d}"
        event = rng.choices((_domestic, _missing_child, _disorder), (36, 18, 46))[0](rng, family, as_of, number)
        if event is not None:
            events.append(event)
    return tuple(events)


def _clock(rng: Random) -> str:
    return f"{rng.randrange(24):02d}:{rng.randrange(60):02d}"


def _named(rng: Random, sentence: str) -> tuple[str, bool]:
    """The sentence, now and then with a neighbour in it whom nobody linked to the incident."""
    if rng.random() < 0.12:
        return f"{sentence} A neighbour, Mr {rng.choice(SURNAMES[:40])}, rang in.", False
    return sentence, True


def _domestic(rng: Random, family: Family, as_of: date, number: str) -> IncidentEvent | None:
    adults = family.adults(as_of)
    if len(adults) < 2:
        return None
    victim = rng.choice([adult for adult in adults if adult.id in family.household])
    suspect = rng.choice([adult for adult in adults if adult is not victim])
    on = _days_back(rng, as_of)
    present = [child for child in family.children(as_of) if child.born_on < on and child.id in family.household]
    grade = rng.choices(("Standard", "Medium", "High"), (60, 28, 12))[0]
    score = {"Standard": (0, 8), "Medium": (7, 14), "High": (14, 25)}[grade]
    summary, listed = _named(
        rng, f"Officers went to a report of shouting.\n{victim.name} said that {suspect.name} had left by then."
    )
    parts = ((victim.id, "Victim"), (suspect.id, "Suspect"), *((child.id, "Child Present") for child in present))
    outcome = rng.choice(("No Further Action", "Under Investigation", "Charged", "Words of Advice"))
    return IncidentEvent(
        number,
        on,
        _clock(rng),
        "Domestic Incident",
        outcome,
        str(victim.address),
        parts,
        (grade, rng.randrange(*score)),
        summary,
        listed,
    )


def _missing_child(rng: Random, family: Family, as_of: date, number: str) -> IncidentEvent | None:
    on = _days_back(rng, as_of)
    teenagers = [
        c for c in family.children(as_of) if (on - c.born_on).days > 11 * 365 and c.id in family.household
    ]
    adults = [adult for adult in family.adults(as_of) if adult.id in family.household]
    if not teenagers or not adults:
        return None
    child, adult = rng.choice(teenagers), rng.choice(adults)
    summary, listed = _named(
        rng, f"{adult.name} reported {child.given_name} not home by 23:00; back next morning."
    )
    parts = ((child.id, "Missing Person"), (adult.id, "Informant"))
    place = str(child.address)
    return IncidentEvent(
        number, on, _clock(rng), "Missing Child", "Returned Safe", place, parts, None, summary, listed
    )


def _disorder(rng: Random, family: Family, as_of: date, number: str) -> IncidentEvent | None:
    on = _days_back(rng, as_of)
    able = [person for person in family.people if (on - person.born_on).days > 10 * 365]
    if not able:
        return None
    suspect = rng.choice(able)
    others = [person for person in family.people if person is not suspect and (on - person.born_on).days > 5 * 365]
    witness = rng.choice(others) if others and rng.random() < 0.5 else None
    kind = rng.choice(("Anti-Social Behaviour", "Criminal Damage", "Public Order", "Theft", "Assault"))
    summary, listed = _named(rng, f"{suspect.name} was spoken to in the High Street.")
    parts = ((suspect.id, "Suspect"), *(((witness.id, "Witness"),) if witness else ()))
    outcome = rng.choice(("No Further Action", "Community Resolution", "Caution", "Words of Advice", "NFA"))
    place = f"High Street, {suspect.address.town}"
    return IncidentEvent(number, on, _clock(rng), kind, outcome, place, parts, None, summary, listed)
